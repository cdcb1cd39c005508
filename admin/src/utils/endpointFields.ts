/** Converts an endpoint between the form and the admin API. */
import {
  callbacksFieldsOf,
  callbacksInputOf,
  type BadDelays,
  type CallbacksFields,
} from '../pages/endpoints/callbackFields';
import {
  deliveryFieldsOf,
  deliveryInputOf,
  rateFieldsOf,
  rateInputOf,
  type DeliveryFields,
  type RateFields,
} from '../pages/endpoints/deliveryFields';
import {
  reconcileFieldsOf,
  reconcileInputOf,
  type ReconcileFields,
} from '../pages/endpoints/reconcileFields';
import { shapeFieldsOf, shapeInputOf, type ShapeFields } from '../pages/endpoints/shapeFields';
import { filterText } from '../components/filter/filterRows';
import { isPulled } from './pull';
import { retryFieldsOf, retryPolicyOf, type RetryFields } from './retryFields';

import type {
  ActorRef,
  EndpointInput,
  EndpointTlsInput,
  EndpointView,
  HeaderInput,
  EndpointSignatureKind,
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
  /** `400, 422` */
  finalStatuses: string;
  timeoutMs: number | null;
  signatures: EndpointSignatureKind[];
  signatureHeader: string;
  ignoredActors: ActorRef[];
  documentLimit: number | null;
  cloudEvents: boolean;
  ledger: boolean;
  reconcile: ReconcileFields;
  /** Of a new endpoint; empty: one is made. */
  secret: string;
  maxParallel: number | null;
  delivery: DeliveryFields;
  rateLimit: RateFields;
  shape: ShapeFields;
  /** JSON text; empty: none. */
  filter: string;
  callbacks: CallbacksFields;
  tls: Required<EndpointTlsInput>;
}

const FRESH = {
  name: '',
  url: '',
  method: 'POST',
  headers: [],
  jitterPercent: 20,
  finalStatuses: [],
  timeoutMs: null,
  signatures: ['standard'],
  signatureHeader: null,
  ignoredActors: [] as ActorRef[],
  documentLimit: null,
  cloudEvents: false,
  ledger: false,
  maxParallel: null,
  topics: [],
} satisfies Partial<EndpointView>;

/** Private keys are never shown; null keeps the stored one. */
const tlsFieldsOf = (tls: EndpointView['tls'] | undefined): EndpointFields['tls'] => ({
  ca: tls?.ca ?? null,
  certificate: tls?.certificate ?? null,
  privateKey: null,
});

export const endpointFieldsOf = (endpoint: EndpointView | undefined): EndpointFields => {
  const { name, url, method, headers, jitterPercent, finalStatuses, topics, ...shown } =
    endpoint ?? FRESH;
  const { timeoutMs, signatures, signatureHeader, cloudEvents, maxParallel } = shown;
  const { ignoredActors, documentLimit, ledger } = shown;
  return {
    name,
    url,
    method,
    headers,
    jitterPercent,
    timeoutMs,
    signatures,
    signatureHeader: signatureHeader ?? '',
    cloudEvents,
    ignoredActors,
    documentLimit,
    ledger,
    reconcile: reconcileFieldsOf(endpoint?.reconcile),
    secret: '',
    maxParallel,
    finalStatuses: finalStatuses.join(', '),
    topicIds: topics.map(({ id }) => id),
    delivery: deliveryFieldsOf(endpoint?.delivery),
    rateLimit: rateFieldsOf(endpoint?.rateLimit),
    filter: filterText(endpoint?.filter),
    retryPolicy: retryFieldsOf(endpoint?.retryPolicy),
    shape: shapeFieldsOf(endpoint?.shape),
    callbacks: callbacksFieldsOf(endpoint?.callbacks),
    tls: tlsFieldsOf(endpoint?.tls),
  };
};

const blankAsNull = (text: string): string | null => (text.trim() === '' ? null : text);

/** Parts that are no number are left to the server, which says so at the field. */
const numbersOf = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part) as number);

/** @returns the input without the filter, or the invalid list of delays. */
export const endpointInputOf = (
  fields: Omit<EndpointFields, 'filter'>,
  storedShape: EndpointView['shape'] | undefined
): { input: EndpointInput } | BadDelays => {
  const { jitterPercent, finalStatuses, retryPolicy, callbacks, tls, ...others } = fields;
  const { signatureHeader, secret, shape, ignoredActors, delivery, rateLimit, reconcile, ...rest } =
    others;
  const retry = retryPolicyOf(retryPolicy);
  if ('badPart' in retry) return { ...retry, field: 'retryPolicy.delaysMs' };
  const called = callbacksInputOf(callbacks);
  if ('badPart' in called) return called;
  return {
    input: {
      ...rest,
      ...called,
      shape: shapeInputOf(shape, storedShape),
      delivery: deliveryInputOf(delivery),
      rateLimit: isPulled(rest) ? null : rateInputOf(rateLimit),
      reconcile: reconcileInputOf(reconcile, rest.ledger),
      ignoredActors: ignoredActors.map(({ kind, id }) => ({ kind, id })),
      finalStatuses: numbersOf(finalStatuses),
      signatureHeader: rest.signatures.includes('hmac') ? blankAsNull(signatureHeader) : null,
      ...(secret !== '' && { secret }),
      ...(isPulled(rest) && { timeoutMs: null, maxParallel: null }),
      tls: isPulled(rest) || Object.values(tls).every((pem) => pem === null) ? null : tls,
      ...(retry.policy !== null && { retryPolicy: retry.policy }),
      ...(jitterPercent !== null && { jitterPercent }),
    },
  };
};
