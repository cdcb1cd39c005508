import { Blocker, Form, type FormHelpers } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useVersionFence } from '../../hooks/useVersionFence';
import {
  useCreateWebhookEndpointMutation,
  useUpdateWebhookEndpointMutation,
} from '../../services/endpoints';
import { endpointFieldsOf, endpointInputOf, type EndpointFields } from '../../utils/endpointFields';
import { errorAt, formErrors } from '../../utils/formErrors';
import { t } from '../../utils/translation';
import { FormBody } from '../form/FormBody';
import { SaveButton } from '../form/SaveButton';
import { StaleVersionAlert } from '../form/StaleVersionAlert';

import { CallbacksSection } from './CallbacksSection';
import { DeliverySection } from './DeliverySection';
import { GeneralSection } from './GeneralSection';
import { HeadersSection } from './HeadersSection';
import { RetrySection } from './RetrySection';
import { TlsSection } from './TlsSection';

import type {
  EndpointInput,
  EndpointSecret,
  EndpointView,
  TopicView,
} from '../../../../server/src/contract';

export interface EndpointFormProps {
  /** Undefined: a new one. */
  endpoint: EndpointView | undefined;
  topics: readonly TopicView[];
  canSave: boolean;
  /** Of a stored one: what the server has now. */
  fetchLatest?: () => Promise<EndpointView>;
  onReload?: () => void;
  onCreated?: (endpoint: EndpointView & EndpointSecret) => void;
}

export const EndpointForm = ({ endpoint, topics, canSave, ...handlers }: EndpointFormProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [initialValues] = useState(() => endpointFieldsOf(endpoint)); // a refetch must not undo what is typed
  const [create] = useCreateWebhookEndpointMutation();
  const [update] = useUpdateWebhookEndpointMutation();
  const fence = useVersionFence(endpoint, handlers.fetchLatest);

  const store = (input: EndpointInput) =>
    endpoint === undefined
      ? create(input)
      : update({ id: endpoint.id, input: { ...input, version: fence.version.current } });

  const save = async (fields: EndpointFields, helpers: FormHelpers<EndpointFields>) => {
    const read = endpointInputOf(fields);
    if ('badPart' in read) {
      const message = formatMessage(t('retry.delays.bad'), { part: read.badPart });
      helpers.setErrors(errorAt(read.field, message));
      return;
    }
    const result = await store(read.input);
    if ('error' in result) {
      if (fence.noticeStale(result.error)) return;
      helpers.setErrors(formErrors(result.error, fields));
      notify.failure(result.error);
      return;
    }
    fence.version.current = result.data.version;
    // What was typed as a secret is stored now and no longer shown.
    helpers.resetForm(endpointFieldsOf(result.data));
    notify.success('endpoint.saved', { name: fields.name });
    if ('secret' in result.data) handlers.onCreated?.(result.data);
  };

  return (
    <Form<EndpointFields>
      ref={fence.formRef}
      method={endpoint === undefined ? 'POST' : 'PUT'}
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
        <GeneralSection topics={topics} action={canSave && <SaveButton />} />
        <RetrySection />
        <HeadersSection />
        <DeliverySection />
        <CallbacksSection />
        <TlsSection stored={endpoint?.tls} />
      </FormBody>
      <Blocker />
    </Form>
  );
};
