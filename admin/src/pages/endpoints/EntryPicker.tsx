import {
  Combobox,
  ComboboxOption,
  Field,
  Grid,
  SingleSelect,
  SingleSelectOption,
} from '@strapi/design-system';
import { useDebounce } from '@strapi/strapi/admin';
import { useState, type ReactNode } from 'react';
import { useIntl } from 'react-intl';

import {
  useFindWebhookEntriesQuery,
  useListWebhookLocalesQuery,
  type FoundEntry,
} from '../../services/trials';
import { t, type TranslationKey } from '../../utils/translation';

import type { Catalog, EntrySample } from '../../../../server/src/panel/contract';

const TYPING_PAUSE_MS = 300;
const TITLES = ['title', 'name', 'headline', 'label', 'subject', 'slug'];
const EVENTS = [
  'entry.create',
  'entry.update',
  'entry.publish',
  'entry.unpublish',
  'entry.draft-discard',
  'entry.delete',
];

type ContentType = Catalog['contentTypes'][number];

const titleOf = (entry: FoundEntry): string => {
  const title = TITLES.map((name) => entry[name]).find(
    (value) => typeof value === 'string' && value !== ''
  );
  return typeof title === 'string' ? title : entry.documentId;
};

interface ChoiceProps {
  label: TranslationKey;
  error: string | undefined;
  value: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

const Cell = ({
  label,
  error,
  children,
}: Omit<ChoiceProps, 'value' | 'options' | 'onChange'> & { children: ReactNode }) => {
  const { formatMessage } = useIntl();
  return (
    <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch">
      <Field.Root error={error} width="100%">
        <Field.Label>{formatMessage(t(label))}</Field.Label>
        {children}
        <Field.Error />
      </Field.Root>
    </Grid.Item>
  );
};

const Choice = ({ value, options, onChange, ...cell }: ChoiceProps) => (
  <Cell {...cell}>
    <SingleSelect
      value={value}
      disabled={options.length === 0}
      onChange={(chosen) => onChange(String(chosen))}
    >
      {options.map((option) => (
        <SingleSelectOption key={option.value} value={option.value}>
          {option.label}
        </SingleSelectOption>
      ))}
    </SingleSelect>
  </Cell>
);

interface EntryPickerProps {
  types: readonly ContentType[];
  entry: EntrySample;
  /** By field path, `entry.uid`. */
  errors: Record<string, string>;
  onChange: (entry: EntrySample) => void;
}

interface PartProps {
  entry: EntrySample;
  errors: Record<string, string>;
  set: (change: Partial<EntrySample>) => void;
}

const Version = ({ entry, errors, set }: PartProps) => {
  const { formatMessage } = useIntl();
  return (
    <Choice
      label="trial.status"
      error={errors['entry.status']}
      value={entry.status ?? ''}
      options={[
        { value: '', label: formatMessage(t('trial.status.usual')) },
        { value: 'draft', label: formatMessage(t('trial.status.draft')) },
        { value: 'published', label: formatMessage(t('trial.status.published')) },
      ]}
      onChange={(next) =>
        set({ status: next === '' ? undefined : (next as EntrySample['status']) })
      }
    />
  );
};

const Locale = ({ entry, errors, set }: PartProps) => {
  const { formatMessage } = useIntl();
  const { data: locales = [] } = useListWebhookLocalesQuery();
  if (locales.length === 0) return null;
  return (
    <Choice
      label="trial.locale"
      error={errors['entry.locale']}
      value={entry.locale ?? ''}
      options={[
        { value: '', label: formatMessage(t('trial.locale.any')) },
        ...locales.map(({ code, name }) => ({ value: code, label: name })),
      ]}
      onChange={(next) => set({ locale: next === '' ? undefined : next })}
    />
  );
};

/** Chooses an entry, its version and an event. */
export const EntryPicker = ({ types, entry, errors, onChange }: EntryPickerProps) => {
  const { formatMessage } = useIntl();
  const { uid, documentId, locale, event } = entry;
  const type = types.find((one) => one.uid === uid);
  const [search, setSearch] = useState('');
  const settled = useDebounce(search, TYPING_PAUSE_MS);
  const { data: found = [], isFetching } = useFindWebhookEntriesQuery({
    uid,
    isSingle: type?.kind === 'singleType',
    locale: locale ?? undefined,
    search: settled,
  });
  const set = (change: Partial<EntrySample>) => onChange({ ...entry, ...change });

  return (
    <Grid.Root gap={4}>
      <Choice
        label="trial.type"
        error={errors['entry.uid']}
        value={uid}
        options={types.map((one) => ({ value: one.uid, label: one.displayName }))}
        onChange={(next) => onChange({ uid: next, documentId: '', event })}
      />
      <Choice
        label="trial.event"
        error={errors['entry.event']}
        value={event}
        options={EVENTS.map((name) => ({ value: name, label: name }))}
        onChange={(next) => set({ event: next })}
      />
      <Cell label="trial.entry" error={errors['entry.documentId']}>
        <Combobox
          autocomplete={{ type: 'list', filter: 'contains' }}
          value={documentId}
          loading={isFetching}
          placeholder={formatMessage(t('trial.entry.placeholder'))}
          noOptionsMessage={() => formatMessage(t('trial.entry.none'))}
          onInputChange={(change: React.ChangeEvent<HTMLInputElement>) =>
            setSearch(change.currentTarget.value)
          }
          onChange={(next) => set({ documentId: next ?? '' })}
          onClear={() => set({ documentId: '' })}
        >
          {found.map((one) => (
            <ComboboxOption key={one.documentId} value={one.documentId} textValue={titleOf(one)}>
              {titleOf(one)}
            </ComboboxOption>
          ))}
        </Combobox>
      </Cell>
      {type?.draftAndPublish === true && <Version {...{ entry, errors, set }} />}
      {type?.localized === true && <Locale {...{ entry, errors, set }} />}
    </Grid.Root>
  );
};
