import { useField, useForm } from '@strapi/strapi/admin';
import { Fragment, useState } from 'react';
import { useIntl } from 'react-intl';
import { useLocation } from 'react-router-dom';

import { useLinkedField } from '../../hooks/useLinkedField';
import { useNotify } from '../../hooks/useNotify';
import { usePermissions } from '../../hooks/usePermissions';
import {
  useCreateWebhookEndpointMutation,
  useSetUpWebhookEndpointMutation,
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

import { AdvancedSections } from './AdvancedSections';
import { CallbacksSection } from './CallbacksSection';
import { DeliverySection } from './DeliverySection';
import { FormatSection } from './FormatSection';
import { GeneralSection } from './GeneralSection';
import { HeadersSection } from '../../components/form/HeadersSection';
import { LoopGuardSection } from './LoopGuardSection';
import { ModeSection } from './ModeSection';
import { RetrySection } from './RetrySection';
import { nameOf, setupFieldsOf, type SetupFields } from './setupFields';
import { SetupSection } from './SetupSection';
import { shapeInputOf } from './shapeFields';
import { SigningSection } from './SigningSection';
import { TlsSection } from './TlsSection';

import type {
  Catalog,
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
  /** Of a new endpoint that a topic may be made for. */
  catalog?: Catalog | undefined;
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
  // Of the topic that is made with a new endpoint.
  const { value: setUpTypes = [] } = useField<string[] | null>('contentTypes');
  const types = [...chosen.map(({ contentTypes = [] }) => contentTypes), setUpTypes];
  const uids = types.includes(null) ? null : types.flatMap((some) => some ?? []);
  return <FilterSection catalog={catalog} uids={uids} view={endpoint} />;
};

const EndpointTrial = ({ stored }: { stored: EndpointView['shape'] | undefined }) => {
  const values = useForm('EndpointTrial', (form) => form.values as EndpointFields);
  const { topicIds, shape, ignoredActors } = values;
  // The topic that is made with a new endpoint has sent nothing yet.
  if (stored === undefined && topicIds.length === 0) return null;
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
export const EndpointForm = ({
  endpoint,
  topics,
  catalog,
  onCreated,
  ...props
}: EndpointFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  useLinkedField();
  const [create] = useCreateWebhookEndpointMutation();
  const [setUp] = useSetUpWebhookEndpointMutation();
  const [update] = useUpdateWebhookEndpointMutation();

  // Kept on the way from the form of a new endpoint to its page.
  const { state } = useLocation() as { state: { urlWarning?: string } | null };
  const [urlWarning, setUrlWarning] = useState(state?.urlWarning);

  const send = async (
    { events, contentTypes, ...fields }: EndpointFields & Partial<SetupFields>,
    version: number
  ) => {
    const { filter: filterJson, ...named } = fields;
    const others = catalog === undefined ? named : { ...named, name: nameOf(named) };
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
      endpoint !== undefined
        ? await update({ id: endpoint.id, input: { ...input, version } })
        : events === undefined || contentTypes === undefined || events.length === 0
          ? await create(input)
          : await setUp({ ...input, events, contentTypes });
    if ('data' in result) setUrlWarning(urlWarningOf(result.data));
    return result;
  };

  const onSaved = (saved: EndpointView | CreatedEndpoint) => {
    notify.success('endpoint.saved', { name: saved.name });
    if ('secret' in saved) onCreated?.(saved);
  };

  const sections = {
    filter: <EndpointFilter topics={topics} endpoint={endpoint} />,
    format: <FormatSection stored={endpoint?.shape} endpointId={endpoint?.id} />,
    trial: <EndpointTrial stored={endpoint?.shape} />,
    retry: <RetrySection />,
    headers: <HeadersSection />,
    delivery: <DeliverySection />,
    mode: <ModeSection />,
    guard: <LoopGuardSection ignored={endpoint?.ignored ?? null} />,
    signing: <SigningSection isNew={endpoint === undefined} />,
    callbacks: <CallbacksSection />,
    tls: <TlsSection stored={endpoint?.tls} />,
  };

  return (
    <VersionedForm
      stored={endpoint}
      fieldsOf={(stored) => ({
        ...endpointFieldsOf(stored),
        ...(catalog !== undefined && setupFieldsOf(catalog, topics.length === 0)),
      })}
      send={send}
      onSaved={onSaved}
      {...props}
    >
      {catalog === undefined ? (
        <GeneralSection topics={topics} urlWarning={urlWarning} />
      ) : (
        <SetupSection topics={topics} catalog={catalog} />
      )}
      {endpoint === undefined ? (
        <AdvancedSections sections={sections} />
      ) : (
        Object.entries(sections).map(([name, section]) => <Fragment key={name}>{section}</Fragment>)
      )}
    </VersionedForm>
  );
};
