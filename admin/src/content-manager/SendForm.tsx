import { Button, Flex, Loader, Modal, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { OneChoice } from '../components/OneChoice';
import { useErrorText } from '../hooks/useErrorText';
import { useNotify } from '../hooks/useNotify';
import {
  useListWebhookSendTargetsQuery,
  useSendEntriesToWebhookMutation,
  type SendTarget,
} from '../services/sends';
import { t } from '../utils/translation';

import { useContentLocale } from './useContentLocale';

interface Option extends SendTarget {
  value: string;
  label: string;
}

/** Topics and endpoints that entries of the content type are sent to. */
const useOptions = (uid: string) => {
  const { formatMessage } = useIntl();
  const { data, error } = useListWebhookSendTargetsQuery(uid, { refetchOnMountOrArgChange: true });
  const optionsOf = (of: SendTarget['of'], key: 'send.topic' | 'send.endpoint'): Option[] =>
    (data?.[of] ?? []).map(({ id, name }) => ({
      of,
      id,
      value: `${of}/${id}`,
      label: formatMessage(t(key), { name }),
    }));
  return {
    options: [...optionsOf('topics', 'send.topic'), ...optionsOf('endpoints', 'send.endpoint')],
    isLoading: data === undefined && error === undefined,
    error,
  };
};

interface SendFormProps {
  uid: string;
  documentIds: readonly string[];
  onClose: () => void;
}

/** Chooses a topic or an endpoint, and sends the entries there. */
export const SendForm = ({ uid, documentIds, onClose }: SendFormProps) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const notify = useNotify();
  const locale = useContentLocale();
  const { options, isLoading, error } = useOptions(uid);
  const [chosen, setChosen] = useState<string>();
  const [send, sending] = useSendEntriesToWebhookMutation();
  const target = options.find(({ value }) => value === chosen);
  const problem = sending.error ?? error;

  const submit = async () => {
    if (target === undefined) return;
    const entries = { uid, documentIds: [...documentIds], ...(locale !== undefined && { locale }) };
    const result = await send({ of: target.of, id: target.id, ...entries });
    if ('error' in result) return;
    const { messageIds, skipped } = result.data;
    const count = messageIds.length;
    if (skipped === 0) notify.success('send.done', { count });
    else notify.warning('send.skipped', { count, skipped });
    onClose();
  };

  return (
    <>
      <Modal.Body>
        <Flex direction="column" alignItems="stretch" gap={5}>
          <Typography>{formatMessage(t('send.body'), { count: documentIds.length })}</Typography>
          {isLoading && <Loader small />}
          {!isLoading && error === undefined && options.length === 0 && (
            <Typography textColor="neutral600">{formatMessage(t('send.none'))}</Typography>
          )}
          {options.length > 0 && (
            <OneChoice
              label={formatMessage(t('send.target'))}
              value={chosen}
              options={options}
              onChoose={setChosen}
              required
            />
          )}
          {problem !== undefined && (
            <Typography textColor="danger600" role="alert">
              {errorText(problem)}
            </Typography>
          )}
        </Flex>
      </Modal.Body>
      <Modal.Footer>
        <Button variant="tertiary" onClick={onClose}>
          {formatMessage(t('action.cancel'))}
        </Button>
        <Button
          loading={sending.isLoading}
          disabled={target === undefined}
          onClick={() => void submit()}
        >
          {formatMessage(t('send.submit'))}
        </Button>
      </Modal.Footer>
    </>
  );
};
