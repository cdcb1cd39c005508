import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import {
  useCreateWebhookEndpointMutation,
  useUpdateWebhookEndpointMutation,
} from '../../services/endpoints';
import { endpointFieldsOf, endpointInputOf, type EndpointFields } from '../../utils/endpointFields';
import { errorAt } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { SaveButton } from '../../components/form/SaveButton';
import { VersionedForm, type StoredFormProps } from '../../components/form/VersionedForm';

import { CallbacksSection } from './CallbacksSection';
import { DeliverySection } from './DeliverySection';
import { GeneralSection } from './GeneralSection';
import { HeadersSection } from '../../components/form/HeadersSection';
import { RetrySection } from './RetrySection';
import { TlsSection } from './TlsSection';

import type {
  EndpointSecret,
  EndpointView,
  TopicView,
} from '../../../../server/src/panel/contract';

export interface EndpointFormProps extends StoredFormProps<EndpointView> {
  /** Undefined for a new one. */
  endpoint: EndpointView | undefined;
  topics: readonly TopicView[];
  onCreated?: (endpoint: EndpointView & EndpointSecret) => void;
}

/** Settings of an endpoint. */
export const EndpointForm = ({ endpoint, topics, onCreated, ...props }: EndpointFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [create] = useCreateWebhookEndpointMutation();
  const [update] = useUpdateWebhookEndpointMutation();

  const send = (fields: EndpointFields, version: number) => {
    const read = endpointInputOf(fields);
    if ('badPart' in read) {
      const message = formatMessage(t('retry.delays.bad'), { part: read.badPart });
      return { problems: errorAt(read.field, message) };
    }
    return endpoint === undefined
      ? create(read.input)
      : update({ id: endpoint.id, input: { ...read.input, version } });
  };

  const onSaved = (saved: EndpointView | (EndpointView & EndpointSecret)) => {
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
      <GeneralSection topics={topics} action={props.canSave && <SaveButton />} />
      <RetrySection />
      <HeadersSection />
      <DeliverySection />
      <CallbacksSection />
      <TlsSection stored={endpoint?.tls} />
    </VersionedForm>
  );
};
