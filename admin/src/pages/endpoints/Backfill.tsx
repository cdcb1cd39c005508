import { Field, SingleSelect, SingleSelectOption, Typography } from '@strapi/design-system';
import { useDebounce } from '@strapi/strapi/admin';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

import { PreviewError } from '../../components/form/PreviewError';
import { FormDialog } from '../../components/FormDialog';
import { Choice } from '../../components/messages/FilterFields';
import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useBackfillWebhookEndpointMutation } from '../../services/jobs';
import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { useListWebhookLocalesQuery } from '../../services/trials';
import { pathOfJob } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { BackfillInput } from '../../../../server/src/panel/contract';

const TYPING_PAUSE_MS = 300;
const STATUSES = ['published', 'draft', 'all'] as const;

/** Lists that say nothing are left out: the server takes an empty list for a mistake. */
const given = (names: readonly string[] | undefined) => (names?.length ? [...names] : undefined);

/** Counts the entries whenever the question changes. */
const useCount = (endpointId: number, input: BackfillInput) => {
  const [count, { data, error }] = useBackfillWebhookEndpointMutation();
  const settled = useDebounce(JSON.stringify(input), TYPING_PAUSE_MS);
  useEffect(() => {
    const asked = JSON.parse(settled) as BackfillInput;
    void count({ ...asked, endpointId, dryRun: true });
  }, [count, endpointId, settled]);
  const isCurrent = settled === JSON.stringify(input);
  return { matched: isCurrent && data && 'matched' in data ? data.matched : undefined, error };
};

interface BackfillProps {
  endpointId: number;
  onClose: () => void;
}

/** Sends the entries that are there to an endpoint: chooses, counts, and starts a job. */
export const Backfill = ({ endpointId, onClose }: BackfillProps) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const notify = useNotify();
  const { data: catalog } = useGetWebhooksCatalogQuery();
  const { data: locales = [] } = useListWebhookLocalesQuery();
  const [input, setInput] = useState<BackfillInput>({ status: 'published' });
  const { matched, error } = useCount(endpointId, input);
  const [start, { isLoading }] = useBackfillWebhookEndpointMutation();

  const submit = async () => {
    if (!matched) return;
    const result = await start({ ...input, endpointId });
    if ('error' in result) return notify.failure(result.error);
    notify.success(
      'backfill.started',
      { count: matched, shown: formatCount(matched) },
      pathOfJob(result.data)
    );
    onClose();
  };

  return (
    <FormDialog
      title={formatMessage(t('backfill'))}
      submitLabel={formatMessage(t('backfill.action'))}
      onSubmit={submit}
      onClose={onClose}
      isBusy={isLoading}
      isDisabled={!matched}
    >
      <Typography textColor="neutral600">{formatMessage(t('backfill.body'))}</Typography>
      <Choice
        label="filter.uid"
        value={input.contentTypes}
        placeholder="backfill.subscribed"
        options={(catalog?.contentTypes ?? [])
          .filter(({ hidden }) => !hidden)
          .map(({ uid, displayName }) => ({ value: uid, label: displayName }))}
        onChange={(uids) => setInput({ ...input, contentTypes: given(uids) })}
      />
      <Field.Root hint={formatMessage(t('backfill.status.hint'))}>
        <Field.Label>{formatMessage(t('trial.status'))}</Field.Label>
        <SingleSelect
          value={input.status}
          onChange={(status) =>
            setInput({ ...input, status: status as NonNullable<BackfillInput['status']> })
          }
        >
          {STATUSES.map((status) => (
            <SingleSelectOption key={status} value={status}>
              {formatMessage(
                t(status === 'all' ? 'backfill.status.all' : `trial.status.${status}`)
              )}
            </SingleSelectOption>
          ))}
        </SingleSelect>
        <Field.Hint />
      </Field.Root>
      {locales.length > 1 && (
        <Choice
          label="trial.locale"
          value={input.locales}
          options={locales.map(({ code, name }) => ({ value: code, label: name }))}
          onChange={(codes) => setInput({ ...input, locales: given(codes) })}
        />
      )}
      {error === undefined ? (
        <Typography role="status" fontWeight="bold">
          {matched !== undefined &&
            formatMessage(t('backfill.count'), { count: matched, shown: formatCount(matched) })}
        </Typography>
      ) : (
        <PreviewError error={error} />
      )}
    </FormDialog>
  );
};
