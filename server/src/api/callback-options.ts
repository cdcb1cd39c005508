/**
 * Checks the options of callbacks. Those of an endpoint have a list of headers, of which some are secret;
 * those of a message have an object.
 */
import isNil from 'lodash/isNil';
import omit from 'lodash/omit';
import omitBy from 'lodash/omitBy';

import type { CallbackSpec, CallbackSpecs, EventSource } from '../core/message/message';
import { isHandlerUrl, validateCallbackTarget } from '../core/message/callback-target';
import { assertTimeout } from '../core/message/timeout';
import { validateRetryPolicy } from '../core/retry/backoff';
import { validateHeaders } from '../core/safety/headers';
import { parseTarget } from '../core/safety/url-safety';
import type { Runtime } from '../runtime/runtime';
import { shownHeaders, storedHeaders, type StoredHeader } from './header-input';
import type { CallbackInput, EndpointCallbacks, EndpointCallbacksInput } from './types';

/** Options as written: null is the same as absent. */
type Written = { url: string; failure?: Written | null | undefined } & {
  [Option in keyof Omit<CallbackSpec, 'url' | 'failure'>]?: CallbackSpec[Option] | null | undefined;
};
type WrittenCallbacks = { [Kind in keyof CallbackSpecs]?: Written | null | undefined };
type Judge = Pick<Runtime, 'urlPolicy' | 'config'>;

/**
 * @returns null without callbacks.
 * @throws CoreError naming the field.
 */
export function callbackSpecs(
  judge: Judge,
  { success, failure }: WrittenCallbacks,
  source: EventSource
): CallbackSpecs | null {
  const specs = {
    ...(success && { success: specOf(judge, success, { field: 'callbacks.success', source }) }),
    ...(failure && { failure: specOf(judge, failure, { field: 'callbacks.failure', source }) }),
  };
  return Object.keys(specs).length === 0 ? null : specs;
}

function specOf(
  judge: Judge,
  { failure, ...written }: Written,
  { field, source }: { field: string; source: EventSource }
): CallbackSpec {
  const { url, headers, timeoutMs, retryPolicy } = written;
  assertDestination(judge, url, { field: `${field}.url`, source });
  validateHeaders(headers ?? {}, `${field}.headers`);
  assertTimeout(timeoutMs, judge.config.dispatcher.leaseMs, `${field}.timeoutMs`);
  return {
    ...(omitBy(written, isNil) as object as CallbackSpec),
    ...(!isNil(retryPolicy) && {
      retryPolicy: validateRetryPolicy(retryPolicy, `${field}.retryPolicy`),
    }),
    ...(failure && { failure: specOf(judge, failure, { field: `${field}.failure`, source }) }),
  };
}

/**
 * The app's own code may call its handlers; callers over HTTP may not.
 *
 * @throws CoreError naming the field.
 */
export function assertDestination(
  { urlPolicy }: Judge,
  url: string,
  { field, source }: { field: string; source: EventSource }
): void {
  if (source === 'api' || !isHandlerUrl(url)) parseTarget(url, urlPolicy, field);
  else validateCallbackTarget(url, urlPolicy, field);
}

/**
 * Completes the callbacks of an endpoint with the stored values of their secret headers.
 *
 * @throws CoreError naming the field.
 */
export const writtenCallbacks = (
  { success, failure }: EndpointCallbacksInput,
  stored: CallbackSpecs | null
): WrittenCallbacks => ({
  success: success && writtenOf(success, stored?.success, 'callbacks.success'),
  failure: failure && writtenOf(failure, stored?.failure, 'callbacks.failure'),
});

function writtenOf(
  { headers: given = [], failure, ...options }: CallbackInput,
  stored: CallbackSpec | undefined,
  field: string
): Written {
  const headers = storedHeaders(given, headersOf(stored), `${field}.headers`);
  const secret = headers.filter((header) => header.secret).map(({ name }) => name);
  return {
    ...options,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    }),
    ...(secret.length > 0 && { secretHeaders: secret }),
    failure: failure && writtenOf(failure, stored?.failure, `${field}.failure`),
  };
}

/** Leaves out the values of secret headers. */
export function callbacksView(specs: CallbackSpecs | null): EndpointCallbacks {
  return {
    ...(specs?.success && { success: viewOf(specs.success) }),
    ...(specs?.failure && { failure: viewOf(specs.failure) }),
  };
}

function viewOf(spec: CallbackSpec): CallbackInput {
  return {
    ...omit(spec, 'secretHeaders', 'failure'),
    headers: shownHeaders(headersOf(spec)),
    ...(spec.failure && { failure: viewOf(spec.failure) }),
  };
}

function headersOf(spec: CallbackSpec | undefined): StoredHeader[] {
  const secret = new Set(spec?.secretHeaders);
  return Object.entries(spec?.headers ?? {}).map(([name, value]) => ({
    name,
    value,
    secret: secret.has(name),
  }));
}
