/** Converts the callbacks of an endpoint: input to what is stored, and back without values of secret headers. */
import { assertTimeout } from '../core/message/timeout';
import type { CallbackInput, EndpointCallbacks, EndpointCallbacksInput } from './types';
import { validateRetryPolicy } from '../core/retry/backoff';
import { validateCallbackTarget } from '../core/message/callback-target';
import type { CallbackSpec, CallbackSpecs } from '../core/message/message';
import type { Runtime } from '../runtime/runtime';
import { storedHeaders } from './header-input';

type Judge = Pick<Runtime, 'urlPolicy' | 'config'>;

/**
 * @param stored the endpoint's callbacks: header values given as null are kept.
 * @throws CoreError naming the field.
 */
export function callbackSpecs(
  judge: Judge,
  input: EndpointCallbacksInput,
  stored: CallbackSpecs | null
): CallbackSpecs | null {
  const success = specOf(judge, input.success, {
    field: 'callbacks.success',
    stored: stored?.success,
  });
  const failure = specOf(judge, input.failure, {
    field: 'callbacks.failure',
    stored: stored?.failure,
  });
  if (success === undefined && failure === undefined) return null;
  return { ...(success && { success }), ...(failure && { failure }) };
}

interface Place {
  field: string;
  stored: CallbackSpec | undefined;
}

function specOf(
  judge: Judge,
  input: CallbackInput | null | undefined,
  { field, stored }: Place
): CallbackSpec | undefined {
  if (input === null || input === undefined) return undefined;
  const { url, method, timeoutMs, retryPolicy, flowControl } = input;
  validateCallbackTarget(url, judge.urlPolicy, `${field}.url`);
  assertTimeout(timeoutMs, judge.config.dispatcher.leaseMs, `${field}.timeoutMs`);
  const headers = storedHeaders(input.headers ?? [], headersOf(stored), `${field}.headers`);
  const secret = headers.filter((header) => header.secret).map(({ name }) => name);
  const failure = specOf(judge, input.failure, {
    field: `${field}.failure`,
    stored: stored?.failure,
  });
  return {
    url,
    ...(method && { method }),
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    }),
    ...(secret.length > 0 && { secretHeaders: secret }),
    ...(timeoutMs && { timeoutMs }),
    ...(retryPolicy && { retryPolicy: validateRetryPolicy(retryPolicy, `${field}.retryPolicy`) }),
    ...(flowControl && { flowControl }),
    ...(failure && { failure }),
  };
}

export function callbacksView(specs: CallbackSpecs | null): EndpointCallbacks {
  return {
    ...(specs?.success && { success: viewOf(specs.success) }),
    ...(specs?.failure && { failure: viewOf(specs.failure) }),
  };
}

function viewOf(spec: CallbackSpec): CallbackInput {
  const { url, method, timeoutMs, retryPolicy, flowControl, failure } = spec;
  return {
    url,
    ...(method && { method }),
    headers: headersOf(spec).map((header) => (header.secret ? { ...header, value: null } : header)),
    ...(timeoutMs && { timeoutMs }),
    ...(retryPolicy && { retryPolicy }),
    ...(flowControl && { flowControl }),
    ...(failure && { failure: viewOf(failure) }),
  };
}

function headersOf(spec: CallbackSpec | undefined) {
  const secret = new Set(spec?.secretHeaders);
  return Object.entries(spec?.headers ?? {}).map(([name, value]) => ({
    name,
    value,
    secret: secret.has(name),
  }));
}
