import { useField, useForm } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';

import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import {
  useCreateWebhookEndpointMutation,
  useUpdateWebhookEndpointMutation,
} from '../../services/endpoints';
import { endpointFieldsOf, endpointInputOf, type EndpointFields } from '../../utils/endpointFields';
import { errorAt } from '../../utils/formErrors';
import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { t } from '../../utils/translation';
import { filterInput } from '../../components/filter/filterRows';
import { FilterSection } from '../../components/filter/FilterSection';
import { TrialSection } from '../../components/trial/TrialSection';
import { VersionedForm, type StoredFormProps } from '../../components/form/VersionedForm';

import { CallbacksSection } from './CallbacksSection';
import { DeliverySection } from './DeliverySection';
import { FormatSection } from './FormatSection';
import { GeneralSection } from './GeneralSection';
import { HeadersSection } from '../../components/form/HeadersSection';
import { LoopGuardSection } from './LoopGuardSection';
import { ModeSection } from './ModeSection';
import { RetrySection } from './RetrySection';
import { shapeInputOf } from './shapeFields';
import { SigningSection } from './SigningSection';
import { TlsSection } from './TlsSection';

import type {
  EndpointSecret,
  EndpointView,
  SaveWarnings,
  TopicView,
} from '../../../../server/src/panel/contract';

export type CreatedEndpoint = EndpointView & EndpointSecret & SaveWarnings;

/** The content types are undefined without the right to read topics. */
type FormTopic = Pick<TopicView, 'id' | 'name'> & Partial<Pick<TopicView, 'contentTypes'>>;

export interface EndpointFormProps extends StoredFormProps<EndpointView> {
  /** Undefined for a new one. */
  endpoint: EndpointView | undefined;
  topics: readonly FormTopic[];
  onCreated?: (endpoint: CreatedEndpoint) => void;
}

/** Why messages to the URL that was saved would be blocked at the moment. */
export const urlWarningOf = ({ warnings }: SaveWarnings): string | undefined =>
  warnings.find(({ field }) => field === 'url')?.message;

const EndpointFilter = ({ topics, endpoint }: Pick<EndpointFormProps, 'topics' | 'endpoint'>) => {
  const can = usePermissions();
  const { data: catalog } = useGetWebhooksCatalogQuery(undefined, { skip: !can('topics.read') });
  const { value: topicIds = [] } = useField<number[]>('topicIds');
  const chosen = topics.filter(({ id }) => topicIds.includes(id));
  const hasAll = chosen.some(({ contentTypes }) => contentTypes === null);
  const uids = hasAll ? null : chosen.flatMap(({ contentTypes }) => contentTypes ?? []);
  return <FilterSection catalog={catalog} uids={uids} view={endpoint} />;
};

const EndpointTrial = ({ stored }: { stored: EndpointView['shape'] | undefined }) => {
  const values = useForm('EndpointTrial', (form) => form.values as EndpointFields);
  const { topicIds, shape, ignoredActors } = values;
  const filter = filterInput(values.filter);
  const input =
    filter === undefined
      ? null
      : {
          of: 'endpoints' as const,
          topicIds,
          filter,
          shape: shapeInputOf(shape, stored),
          ignoredActors: ignoredActors.map(({ kind, id }) => ({ kind, id })),
        };
  return <TrialSection input={input} />;
};

/** Settings of an endpoint. */
export const EndpointForm = ({ endpoint, topics, onCreated, ...props }: EndpointFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [create] = useCreateWebhookEndpointMutation();
  const [update] = useUpdateWebhookEndpointMutation();

  // Kept on the way from the form of a new endpoint to its page.
  const { state } = useLocation() as { state: { urlWarning?: string } | null };
  const [urlWarning, setUrlWarning] = useState(state?.urlWarning);

  const send = async (fields: EndpointFields, version: number) => {
    const { filter: filterJson, ...others } = fields;
    const read = endpointInputOf(others, endpoint?.shape);
    if ('badPart' in read) {
      const message = formatMessage(t('retry.delays.bad'), { part: read.badPart });
      return { problems: errorAt(read.field, message) };
    }
    const filter = filterInput(filterJson);
    if (filter === undefined) {
      return { problems: errorAt('filter', formatMessage(t('filter.json.bad'))) };
    }
    const input = { ...read.input, filter };
    const result =
      endpoint === undefined
        ? await create(input)
        : await update({ id: endpoint.id, input: { ...input, version } });
    if ('data' in result) setUrlWarning(urlWarningOf(result.data));
    return result;
  };

  const onSaved = (saved: EndpointView | CreatedEndpoint) => {
    notify.success('endpoint.saved', { name: saved.name });
    if ('secret' in saved) onCreated?.(saved);
  };

  return (
    <VersionedForm
      stored={endpoint}
      fieldsOf={endpointFieldsOf}
      send={send}
      onSaved={onSaved}
      {...props}
    >
      <GeneralSection topics={topics} urlWarning={urlWarning} />
      <EndpointFilter topics={topics} endpoint={endpoint} />
      <FormatSection stored={endpoint?.shape} endpointId={endpoint?.id} />
      <EndpointTrial stored={endpoint?.shape} />
      <RetrySection />
      <HeadersSection />
      <DeliverySection />
      <ModeSection />
      <LoopGuardSection ignored={endpoint?.ignored ?? null} />
      <SigningSection isNew={endpoint === undefined} />
      <CallbacksSection />
      <TlsSection stored={endpoint?.tls} />
    </VersionedForm>
  );
};
