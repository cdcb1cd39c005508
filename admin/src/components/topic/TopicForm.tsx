import { Grid } from '@strapi/design-system';
import { Blocker, Form, type FormHelpers } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useVersionFence } from '../../hooks/useVersionFence';
import {
  useCreateWebhookTopicMutation,
  useUpdateWebhookTopicMutation,
} from '../../services/topics';
import { formErrors } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { FormBody } from '../form/FormBody';
import { MultiSelectField } from '../form/SelectField';
import { SaveButton } from '../form/SaveButton';
import { StaleVersionAlert } from '../form/StaleVersionAlert';
import { TextField } from '../form/TextField';
import { ToggleField } from '../form/ToggleField';
import { SectionCard } from '../SectionCard';

import { ContentTypesPicker } from './ContentTypesPicker';
import { EventsPicker } from './EventsPicker';

import type { Catalog, EndpointView, TopicInput, TopicView } from '../../../../server/src/contract';

export interface TopicFormProps {
  /** Undefined: a new one. */
  topic: TopicView | undefined;
  catalog: Catalog;
  endpoints: readonly EndpointView[];
  canSave: boolean;
  /** Of a stored one: what the server has now. */
  fetchLatest?: () => Promise<TopicView>;
  onReload?: () => void;
  onSaved?: (topic: TopicView) => void;
}

type TopicValues = Required<TopicInput>;

const FRESH: TopicValues = {
  name: '',
  description: '',
  enabled: true,
  events: [],
  contentTypes: null,
  endpointIds: [],
};

const valuesOf = (topic: TopicView | undefined): TopicValues => {
  if (topic === undefined) return FRESH;
  const { name, description, enabled, events, contentTypes, endpoints } = topic;
  const endpointIds = endpoints.map((endpoint) => endpoint.id);
  return { name, description: description ?? '', enabled, events, contentTypes, endpointIds };
};

const inputOf = (values: TopicValues): TopicInput => ({
  ...values,
  description: values.description === '' ? null : values.description,
});

/** Name, events, content types and subscribers of a topic. */
export const TopicForm = ({ topic, catalog, endpoints, canSave, ...handlers }: TopicFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [initialValues] = useState(() => valuesOf(topic)); // a refetch must not undo what is typed
  const [create] = useCreateWebhookTopicMutation();
  const [update] = useUpdateWebhookTopicMutation();
  const fence = useVersionFence(topic, handlers.fetchLatest);

  const save = async (values: TopicValues, helpers: FormHelpers<TopicValues>) => {
    const input = inputOf(values);
    const result =
      topic === undefined
        ? await create(input)
        : await update({ id: topic.id, input: { ...input, version: fence.version.current } });

    if ('error' in result) {
      if (fence.noticeStale(result.error)) return;
      helpers.setErrors(formErrors(result.error));
      notify.failure(result.error);
      return;
    }
    fence.version.current = result.data.version;
    helpers.resetForm(values);
    notify.success('topic.saved', { name: values.name });
    handlers.onSaved?.(result.data);
  };

  return (
    <Form<TopicValues>
      ref={fence.formRef}
      method={topic === undefined ? 'POST' : 'PUT'}
      initialValues={initialValues}
      onSubmit={save}
    >
      <FormBody canSave={canSave}>
        {fence.isStale && (
          <StaleVersionAlert
            onReload={() => handlers.onReload?.()}
            onOverwrite={() => void fence.overwrite()}
            onClose={fence.dismiss}
          />
        )}
        <SectionCard title={formatMessage(t('topic.general'))} action={canSave && <SaveButton />}>
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
      </FormBody>
      <Blocker />
    </Form>
  );
};
