import { DateTimePicker, Field, Flex, MultiSelect, MultiSelectOption } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { useListWebhookTopicsQuery } from '../../services/topics';
import { t, type TranslationKey } from '../../utils/translation';

import { DISPLAYED_STATES } from './filterParams';
import { TypedFilter } from './TypedFilter';

import type { DisplayedState, MessageListFilter } from '../../../../server/src/panel/contract';

/** Filters that are typed, comma-separated, because there may be too many values to list. */
const NAMES = ['label', 'queue', 'scheduleId'] as const;
const NO_ENDPOINT = '0';

const partsOf = (typed: string): string[] =>
  typed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

interface FilterFieldsProps {
  filter: MessageListFilter;
  onChange: (filter: MessageListFilter) => void;
  hasFixedState: boolean;
}

interface ChoiceProps {
  label: TranslationKey;
  value: readonly string[] | undefined;
  /** Says what no choice means. */
  placeholder?: TranslationKey;
  options: readonly { value: string; label: string }[];
  onChange: (value: string[]) => void;
}

export const Choice = ({
  label,
  value,
  placeholder = 'filter.any',
  options,
  onChange,
}: ChoiceProps) => {
  const { formatMessage } = useIntl();
  return (
    <Field.Root>
      <Field.Label>{formatMessage(t(label))}</Field.Label>
      <MultiSelect
        withTags
        disabled={options.length === 0}
        placeholder={formatMessage(t(placeholder))}
        value={[...(value ?? [])]}
        onChange={onChange}
        onClear={() => onChange([])}
      >
        {options.map((option) => (
          <MultiSelectOption key={option.value} value={option.value}>
            {option.label}
          </MultiSelectOption>
        ))}
      </MultiSelect>
    </Field.Root>
  );
};

interface TimeFieldProps {
  name: 'from' | 'to';
  filter: MessageListFilter;
  onChange: (filter: MessageListFilter) => void;
}

export const TimeField = ({ name, filter, onChange }: TimeFieldProps) => {
  const { formatMessage } = useIntl();
  const at = filter[name];
  return (
    <Field.Root>
      <Field.Label>{formatMessage(t(`filter.${name}`))}</Field.Label>
      <DateTimePicker
        dateLabel={formatMessage(t('filter.date'))}
        timeLabel={formatMessage(t('filter.time'))}
        clearLabel={formatMessage(t('filter.clear'))}
        value={at === undefined ? null : new Date(at)}
        onChange={(date) => onChange({ ...filter, [name]: date?.getTime() })}
        onClear={() => onChange({ ...filter, [name]: undefined })}
      />
    </Field.Root>
  );
};

interface EventFieldsProps {
  filter: Pick<MessageListFilter, 'event' | 'uid'>;
  onChange: (next: Pick<MessageListFilter, 'event' | 'uid'>) => void;
}

/** Names of events, and content types. */
export const EventFields = ({ filter, onChange }: EventFieldsProps) => {
  const can = usePermissions();
  const { data: catalog } = useGetWebhooksCatalogQuery(undefined, { skip: !can('topics.read') });
  return (
    <>
      <Choice
        label="filter.event"
        value={filter.event}
        options={(catalog?.events ?? []).map(({ name }) => ({ value: name, label: name }))}
        onChange={(event) => onChange({ event })}
      />
      <Choice
        label="filter.uid"
        value={filter.uid}
        options={(catalog?.contentTypes ?? [])
          .filter(({ uid, hidden }) => !hidden || filter.uid?.includes(uid))
          .map(({ uid, displayName }) => ({ value: uid, label: displayName }))}
        onChange={(uid) => onChange({ uid })}
      />
    </>
  );
};

export const FilterFields = ({ filter, onChange, hasFixedState }: FilterFieldsProps) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data: endpoints = [] } = useListWebhookEndpointsQuery(undefined, {
    skip: !can('endpoints.read'),
  });
  const { data: topics = [] } = useListWebhookTopicsQuery(undefined, {
    skip: !can('topics.read'),
  });

  return (
    <Flex direction="column" alignItems="stretch" gap={4} padding={4} width="32rem" maxWidth="90vw">
      {!hasFixedState && (
        <Choice
          label="filter.displayed"
          value={filter.displayed}
          options={DISPLAYED_STATES.map((value) => ({
            value,
            label: formatMessage(t(`message.state.${value}`)),
          }))}
          onChange={(displayed) =>
            onChange({ ...filter, displayed: displayed as DisplayedState[] })
          }
        />
      )}
      <Choice
        label="filter.endpointId"
        value={filter.endpointId?.map(String)}
        options={[
          ...endpoints.map(({ id, name }) => ({ value: String(id), label: name })),
          { value: NO_ENDPOINT, label: formatMessage(t('dead.no-endpoint')) },
        ]}
        onChange={(ids) => onChange({ ...filter, endpointId: ids.map(Number) })}
      />
      <Choice
        label="filter.topic"
        value={filter.topic}
        options={topics.map(({ name }) => ({ value: name, label: name }))}
        onChange={(topic) => onChange({ ...filter, topic })}
      />
      <EventFields filter={filter} onChange={(next) => onChange({ ...filter, ...next })} />
      <TypedFilter
        label="filter.status"
        hint="filter.status.hint"
        placeholder="500, 503"
        value={(filter.status ?? []).join(', ')}
        onApply={(typed) =>
          onChange({ ...filter, status: (typed.match(/\d+/g) ?? []).map(Number) })
        }
      />
      {NAMES.map((name) => (
        <TypedFilter
          key={name}
          label={`filter.${name}`}
          value={(filter[name] ?? []).join(', ')}
          onApply={(typed) => onChange({ ...filter, [name]: partsOf(typed) })}
        />
      ))}
      <TypedFilter
        label="filter.flowControlKey"
        hint="filter.flowControlKey.hint"
        value={filter.flowControlKey?.[0] ?? ''}
        onApply={(typed) => onChange({ ...filter, flowControlKey: [typed] })}
      />
      <TimeField name="from" filter={filter} onChange={onChange} />
      <TimeField name="to" filter={filter} onChange={onChange} />
    </Flex>
  );
};
