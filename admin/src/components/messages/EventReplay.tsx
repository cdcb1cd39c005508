import { Field, Flex, TextInput, Typography } from '@strapi/design-system';
import { useDebounce } from '@strapi/strapi/admin';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { useReplayWebhookEventsMutation } from '../../services/trials';
import { pathOfJob } from '../../utils/paths';
import { t } from '../../utils/translation';
import { PreviewError } from '../form/PreviewError';
import { FormDialog } from '../FormDialog';

import { EventFields, TimeField } from './FilterFields';
import { OneChoice } from '../OneChoice';

import type { EventReplayInput } from '../../../../server/src/panel/contract';

const TYPING_PAUSE_MS = 300;
const NOBODY = 0;

type Filter = EventReplayInput['filter'];

/** Fields that say nothing are left out: the server takes an empty list for a mistake. */
const givenOf = (filter: Filter): Filter =>
  Object.fromEntries(
    Object.entries(filter).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : value !== undefined && value !== ''
    )
  );

/** Counts the events whenever the question changes. */
const useCount = (input: EventReplayInput) => {
  const [count, { data, error }] = useReplayWebhookEventsMutation();
  const settled = useDebounce(JSON.stringify(input), TYPING_PAUSE_MS);
  useEffect(() => {
    const asked = JSON.parse(settled) as EventReplayInput;
    if (asked.endpointId !== NOBODY) void count({ ...asked, dryRun: true });
  }, [count, settled]);
  const isCurrent = settled === JSON.stringify(input);
  return {
    matched: isCurrent && data && 'matched' in data ? data.matched : undefined,
    error: input.endpointId === NOBODY ? undefined : error,
  };
};

interface EndpointChoiceProps {
  value: number;
  onChange: (id: number) => void;
}

const EndpointChoice = ({ value, onChange }: EndpointChoiceProps) => {
  const { formatMessage } = useIntl();
  const { data: endpoints = [], isSuccess } = useListWebhookEndpointsQuery();
  return (
    <OneChoice
      required
      label={formatMessage(t('events.replay.endpoint'))}
      value={value === NOBODY ? undefined : String(value)}
      placeholder={formatMessage(t('events.replay.endpoint.placeholder'))}
      options={endpoints.map(({ id, name }) => ({ value: String(id), label: name }))}
      from={isSuccess ? { list: 'endpoints', none: 'schedule.endpoint.none' } : undefined}
      onChoose={(id) => onChange(Number(id))}
    />
  );
};

const Count = ({ matched, error }: ReturnType<typeof useCount>) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  if (error !== undefined) return <PreviewError error={error} />;
  return (
    <Typography role="status" fontWeight="bold">
      {matched !== undefined &&
        formatMessage(t('events.replay.count'), { count: matched, shown: formatCount(matched) })}
    </Typography>
  );
};

interface EventReplayProps {
  /** The events that are chosen at first. */
  filter?: Filter;
  /** Absent: the user chooses. */
  endpointId?: number;
  onClose: () => void;
  onStarted: () => void;
}

/** Sends events of the log to an endpoint: chooses, counts, and starts a job. */
export const EventReplay = ({
  filter: given = {},
  endpointId: fixed,
  onClose,
  onStarted,
}: EventReplayProps) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const notify = useNotify();
  const [endpointId, setEndpointId] = useState(fixed ?? NOBODY);
  const [filter, setFilter] = useState<Filter>(given);
  const input = { endpointId, filter: givenOf(filter) };
  const { matched, error } = useCount(input);
  const [start, { isLoading }] = useReplayWebhookEventsMutation();

  const submit = async () => {
    if (endpointId === NOBODY || !matched) return;
    const result = await start(input);
    if ('error' in result) return notify.failure(result.error);
    notify.success(
      'events.replay.started',
      { count: matched, shown: formatCount(matched) },
      pathOfJob(result.data)
    );
    onClose();
    onStarted();
  };

  return (
    <FormDialog
      title={formatMessage(t('events.replay.title'))}
      submitLabel={formatMessage(t('events.replay.action'))}
      onSubmit={submit}
      onClose={onClose}
      isBusy={isLoading}
      isDisabled={!matched}
    >
      <Typography textColor="neutral600">{formatMessage(t('events.replay.body'))}</Typography>
      {fixed === undefined && <EndpointChoice value={endpointId} onChange={setEndpointId} />}
      <EventFields filter={filter} onChange={(next) => setFilter({ ...filter, ...next })} />
      <Field.Root hint={formatMessage(t('events.replay.entry.hint'))}>
        <Field.Label>{formatMessage(t('events.replay.entry'))}</Field.Label>
        <TextInput
          value={filter.entryDocumentId ?? ''}
          onChange={(change: React.ChangeEvent<HTMLInputElement>) =>
            setFilter({ ...filter, entryDocumentId: change.target.value.trim() })
          }
        />
        <Field.Hint />
      </Field.Root>
      <Flex gap={4} wrap="wrap">
        {(['from', 'to'] as const).map((name) => (
          <TimeField
            key={name}
            name={name}
            filter={filter}
            onChange={({ from, to }) => setFilter({ ...filter, from, to })}
          />
        ))}
      </Flex>
      <Count matched={matched} error={error} />
    </FormDialog>
  );
};
