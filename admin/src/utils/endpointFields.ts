/** Converts an endpoint between the form and the admin API. */
import {
  callbacksFieldsOf,
  callbacksInputOf,
  type BadDelays,
  type CallbacksFields,
} from '../pages/endpoints/callbackFields';
import { retryFieldsOf, retryPolicyOf, type RetryFields } from './retryFields';

import type {
  EndpointInput,
  EndpointTlsInput,
  EndpointView,
  HeaderInput,
  SignatureKind,
} from '../../../server/src/panel/contract';

export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;

export interface EndpointFields {
  name: string;
  url: string;
  method: string;
  topicIds: number[];
  headers: HeaderInput[];
  retryPolicy: RetryFields;
  jitterPercent: number | null;
  timeoutMs: number | null;
  signatures: SignatureKind[];
  maxParallel: number | null;
  callbacks: CallbacksFields;
  tls: Required<EndpointTlsInput>;
}

const FRESH: Omit<EndpointFields, 'retryPolicy' | 'topicIds' | 'callbacks' | 'tls'> = {
  name: '',
  url: '',
  method: 'POST',
  headers: [],
  jitterPercent: 20,
  timeoutMs: null,
  signatures: ['standard'],
  maxParallel: null,
};

export const endpointFieldsOf = (endpoint: EndpointView | undefined): EndpointFields => {
  const { name, url, method, headers, jitterPercent, timeoutMs, signatures, maxParallel } =
    endpoint ?? FRESH;
  return {
    name,
    url,
    method,
    headers,
    jitterPercent,
    timeoutMs,
    signatures,
    maxParallel,
    topicIds: endpoint?.topics.map((topic) => topic.id) ?? [],
    retryPolicy: retryFieldsOf(endpoint?.retryPolicy),
    callbacks: callbacksFieldsOf(endpoint?.callbacks),
    tls: {
      ca: endpoint?.tls?.ca ?? null,
      certificate: endpoint?.tls?.certificate ?? null,
      privateKey: null, // never shown; null keeps the stored one
    },
  };
};

/** @returns the input, or the invalid list of delays. */
export const endpointInputOf = (fields: EndpointFields): { input: EndpointInput } | BadDelays => {
  const { jitterPercent, retryPolicy, callbacks, tls, ...rest } = fields;
  const retry = retryPolicyOf(retryPolicy);
  if ('badPart' in retry) return { ...retry, field: 'retryPolicy.delaysMs' };
  const called = callbacksInputOf(callbacks);
  if ('badPart' in called) return called;
  return {
    input: {
      ...rest,
      ...called,
      tls: Object.values(tls).every((pem) => pem === null) ? null : tls,
      ...(retry.policy !== null && { retryPolicy: retry.policy }),
      ...(jitterPercent !== null && { jitterPercent }),
    },
  };
};
