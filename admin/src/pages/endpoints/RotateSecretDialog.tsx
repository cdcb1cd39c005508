import {
  Checkbox,
  Field,
  Flex,
  SingleSelect,
  SingleSelectOption,
  TextInput,
  Typography,
} from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useNotify } from '../../hooks/useNotify';
import { useRotateWebhookSecretMutation } from '../../services/endpoints';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';
import { Instant } from '../../components/Instant';

import type { EndpointSecret, EndpointView } from '../../../../server/src/panel/contract';
import { DAY_MS, HOUR_MS } from '../../utils/time';

const OVERLAPS_MS = [0, HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS];
const DEFAULT_OVERLAP_MS = DAY_MS;

interface RotateSecretDialogProps {
  endpoint: EndpointView;
  onClose: () => void;
  onRotated: (secret: EndpointSecret) => void;
}

/** Rotates the secret. Both secrets sign during the overlap, so that no message is refused. */
export const RotateSecretDialog = ({ endpoint, onClose, onRotated }: RotateSecretDialogProps) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const notify = useNotify();
  const [rotate, { isLoading }] = useRotateWebhookSecretMutation();
  const [overlapMs, setOverlapMs] = useState(DEFAULT_OVERLAP_MS);
  const [force, setForce] = useState(false);
  const [secret, setSecret] = useState('');
  // A third secret drops the first, so the server requires `force`.
  const [overlapEndsAt] = useState(() => {
    const until = endpoint.previousSecretUntil;
    return until !== null && until > Date.now() ? until : null;
  });

  const confirm = async () => {
    const given = secret === '' ? {} : { secret };
    const result = await rotate({ id: endpoint.id, overlapMs, ...(force && { force }), ...given });
    if ('error' in result) return notify.failure(result.error);
    onClose();
    return onRotated(result.data);
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('rotate.title'), { name: endpoint.name })}
      confirmLabel={formatMessage(t('rotate.confirm'))}
      onConfirm={confirm}
      isBusy={isLoading}
      isDisabled={overlapEndsAt !== null && !force}
    >
      <Flex direction="column" alignItems="stretch" gap={4} width="100%">
        <Typography>{formatMessage(t('rotate.body'))}</Typography>
        <Field.Root>
          <Field.Label>{formatMessage(t('rotate.overlap'))}</Field.Label>
          <SingleSelect value={String(overlapMs)} onChange={(value) => setOverlapMs(Number(value))}>
            {OVERLAPS_MS.map((option) => (
              <SingleSelectOption key={option} value={String(option)}>
                {option === 0 ? formatMessage(t('rotate.overlap.none')) : formatDuration(option)}
              </SingleSelectOption>
            ))}
          </SingleSelect>
        </Field.Root>
        <Field.Root hint={formatMessage(t('secret.own.hint'))}>
          <Field.Label>{formatMessage(t('rotate.own'))}</Field.Label>
          <TextInput
            type="password"
            autoComplete="new-password"
            value={secret}
            placeholder={formatMessage(t('secret.own.placeholder'))}
            onChange={(event: React.ChangeEvent<HTMLInputElement>) => setSecret(event.target.value)}
          />
          <Field.Hint />
        </Field.Root>
        {overlapEndsAt !== null && (
          <Checkbox checked={force} onCheckedChange={(checked) => setForce(checked === true)}>
            {formatMessage(t('rotate.force'), {
              when: <Instant key="when" at={overlapEndsAt} />,
            })}
          </Checkbox>
        )}
      </Flex>
    </ConfirmAction>
  );
};
