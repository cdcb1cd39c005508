/** An endpoint as its form holds it, to and from the wire. Pure. */
import { retryFieldsOf, retryPolicyOf, type RetryFields } from './retryFields';

import type {
  EndpointInput,
  EndpointView,
  HeaderInput,
  SignatureKind,
} from '../../../server/src/contract';

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
}

const FRESH: Omit<EndpointFields, 'retryPolicy' | 'topicIds'> = {
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
  };
};

/** @returns what to send, or the part of the list of delays that cannot be read. */
export const endpointInputOf = (
  fields: EndpointFields
): { input: EndpointInput } | { badPart: string } => {
  const retry = retryPolicyOf(fields.retryPolicy);
  if ('badPart' in retry) return retry;
  const { jitterPercent, ...rest } = fields;
  return {
    input: {
      ...rest,
      retryPolicy: retry.policy,
      ...(jitterPercent !== null && { jitterPercent }),
    },
  };
};
