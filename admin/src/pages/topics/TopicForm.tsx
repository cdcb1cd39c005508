import { Grid } from '@strapi/design-system';
import { useField, useForm } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import {
  useCreateWebhookTopicMutation,
  useUpdateWebhookTopicMutation,
} from '../../services/topics';
import { errorAt } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { filterInput, filterText } from '../../components/filter/filterRows';
import { FilterSection } from '../../components/filter/FilterSection';
import { MultiSelectField } from '../../components/form/SelectField';
import { TextField } from '../../components/form/TextField';
import { ToggleField } from '../../components/form/ToggleField';
import { TrialSection } from '../../components/trial/TrialSection';
import { VersionedForm, type StoredFormProps } from '../../components/form/VersionedForm';
import { SectionCard } from '../../components/SectionCard';

import { ContentTypesPicker, usualTypes } from './ContentTypesPicker';
import { EventsPicker } from './EventsPicker';

import type {
  Catalog,
  EndpointView,
  TopicInput,
  TopicView,
} from '../../../../server/src/panel/contract';

export interface TopicFormProps extends StoredFormProps<TopicView> {
  /** Undefined for a new one. */
  topic: TopicView | undefined;
  catalog: Catalog;
  endpoints: readonly Pick<EndpointView, 'id' | 'name'>[];
  onSaved?: (topic: TopicView) => void;
}

type TopicValues = Required<Omit<TopicInput, 'filter'>> & {
  /** JSON text; empty: none. */
  filter: string;
};

const freshValues = (catalog: Catalog): TopicValues => ({
  name: '',
  description: '',
  enabled: true,
  events: [],
  contentTypes: usualTypes(catalog),
  endpointIds: [],
  filter: '',
});

const valuesOf = (topic: TopicView | undefined, catalog: Catalog): TopicValues => {
  if (topic === undefined) return freshValues(catalog);
  const { name, description, enabled, events, contentTypes, endpoints } = topic;
  const endpointIds = endpoints.map((endpoint) => endpoint.id);
  const filter = filterText(topic.filter);
  return {
    name,
    description: description ?? '',
    enabled,
    events,
    contentTypes,
    endpointIds,
    filter,
  };
};

const inputOf = (values: TopicValues, filter: TopicInput['filter']): TopicInput => ({
  ...values,
  filter,
  description: values.description === '' ? null : values.description,
});

const TopicFilter = ({ catalog, topic }: Pick<TopicFormProps, 'catalog' | 'topic'>) => {
  const { value: uids = null } = useField<string[] | null>('contentTypes');
  return <FilterSection catalog={catalog} uids={uids} view={topic} />;
};

const TopicTrial = () => {
  const values = useForm('TopicTrial', (form) => form.values as TopicValues);
  const { events, contentTypes } = values;
  const filter = filterInput(values.filter);
  return (
    <TrialSection
      input={filter === undefined ? null : { of: 'topics', events, contentTypes, filter }}
    />
  );
};

/** Name, events, content types and subscribers of a topic. */
export const TopicForm = ({ topic, catalog, endpoints, onSaved, ...props }: TopicFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [create] = useCreateWebhookTopicMutation();
  const [update] = useUpdateWebhookTopicMutation();

  const send = (values: TopicValues, version: number) => {
    const filter = filterInput(values.filter);
    if (filter === undefined) {
      return { problems: errorAt('filter', formatMessage(t('filter.json.bad'))) };
    }
    const input = inputOf(values, filter);
    return topic === undefined
      ? create(input)
      : update({ id: topic.id, input: { ...input, version } });
  };

  const announce = (saved: TopicView) => {
    notify.success('topic.saved', { name: saved.name });
    onSaved?.(saved);
  };

  return (
    <VersionedForm
      stored={topic}
      fieldsOf={(stored) => valuesOf(stored, catalog)}
      send={send}
      onSaved={announce}
      {...props}
    >
      <SectionCard title={formatMessage(t('topic.general'))}>
        <Grid.Root gap={5}>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <TextField name="name" label="topic.name" hint="topic.name.hint" required />
          </Grid.Item>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <ToggleField name="enabled" label="topic.enabled" hint="topic.enabled.hint" />
          </Grid.Item>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <TextField name="description" label="topic.description" />
          </Grid.Item>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <MultiSelectField
              name="endpointIds"
              label="topic.endpoints"
              hint="topic.endpoints.hint"
              from={{ list: 'endpoints', none: 'topic.endpoints.none' }}
              placeholder={formatMessage(t('topic.endpoints.placeholder'))}
              options={endpoints.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Grid.Item>
        </Grid.Root>
      </SectionCard>
      <SectionCard
        title={formatMessage(t('topic.events.title'))}
        subtitle={formatMessage(t('topic.events.subtitle'))}
      >
        <EventsPicker catalog={catalog} />
      </SectionCard>
      <SectionCard
        title={formatMessage(t('topic.types.title'))}
        subtitle={formatMessage(t('topic.types.subtitle'))}
      >
        <ContentTypesPicker catalog={catalog} />
      </SectionCard>
      <TopicFilter catalog={catalog} topic={topic} />
      <TopicTrial />
    </VersionedForm>
  );
};
