/**
 * Reads `Upstash-Callback` and `Upstash-Failure-Callback`. As a prefix of a publish option, each says how
 * the callback itself is sent. A callback may have a failure callback, one level deep.
 *
 * Unknown options are ignored, as on a message, because the workflow SDK sends its own.
 */
import type {
  CallbackSpec,
  CallbackSpecs,
  FlowControl,
  RetryPolicy,
} from '../../core/message/message';
import { forwardedHeaders, type HeaderMap } from './header-names';
import { refuseInCallback } from './misplaced-options';
import {
  parseFlowControlValue,
  parseHttpUrl,
  parseMethod,
  parseRetries,
  parseTimeoutMs,
} from './option-values';
import { withoutUndefined } from './without-undefined';
import { QstashError } from './error';

const DEFAULT_RETRIES = 3;

interface Kind {
  /** The header's name, and the prefix of its options. */
  name: string;
  what: string;
  /** Whether it may have a failure callback. */
  nests: boolean;
}

const SUCCESS: Kind = { name: 'upstash-callback', what: 'callback', nests: true };
const FAILURE: Kind = {
  name: 'upstash-failure-callback',
  what: 'failure callback',
  nests: true,
};

/** @param retries of the message: the default of its callbacks. */
export function callbacksOf(headers: HeaderMap, retries: number | undefined): CallbackSpecs {
  const success = callbackOf(headers, SUCCESS, retries);
  const failure = callbackOf(headers, FAILURE, retries);
  return { ...(success && { success }), ...(failure && { failure }) };
}

function callbackOf(
  headers: HeaderMap,
  { name, what, nests }: Kind,
  retries: number | undefined
): CallbackSpec | undefined {
  const text = headers[name]?.trim();
  if (text === undefined || text === '') return undefined;
  const option = <T>(suffix: string, parse: (value: string, header: string) => T) => {
    const value = headers[`${name}-${suffix}`]?.trim();
    return value === undefined || value === '' ? undefined : parse(value, `${name}-${suffix}`);
  };
  refuseInCallback(headers, name);
  const nested = { name: `${name}-failure-callback`, what: 'failure callback', nests: false };
  return withoutUndefined({
    url: parseHttpUrl(text, what),
    method: option('method', parseMethod),
    headers: headersOf(headers, `${name}-forward-`),
    timeoutMs: option('timeout', parseTimeoutMs),
    retryPolicy: retryPolicyOf(
      option('retries', parseRetries),
      option('retry-delay', same),
      retries
    ),
    flowControl: flowControlOf(headers, name),
    failure: nests ? callbackOf(headers, nested, retries) : undefined,
  });
}

function headersOf(headers: HeaderMap, prefix: string): Record<string, string> | undefined {
  const forwarded = forwardedHeaders(headers, prefix);
  const contentType = headers[`${prefix}content-type`];
  if (contentType) forwarded['Content-Type'] = contentType;
  return Object.keys(forwarded).length === 0 ? undefined : forwarded;
}

/** @returns undefined when neither is given: the message's or the endpoint's policy applies. */
export function retryPolicyOf(
  retries: number | undefined,
  expression: string | undefined,
  inherited = DEFAULT_RETRIES
): RetryPolicy | undefined {
  if (expression !== undefined) {
    return { kind: 'expression', expression, maxRetries: retries ?? inherited };
  }
  return retries === undefined
    ? undefined
    : { kind: 'preset', preset: 'qstash', maxRetries: retries };
}

/** A key without a value keeps the key's limits. @param name prefix of the two options. */
export function flowControlOf(headers: HeaderMap, name = 'upstash'): FlowControl | undefined {
  const keyName = `${name}-flow-control-key`;
  const valueName = `${name}-flow-control-value`;
  const key = headers[keyName]?.trim();
  const value = headers[valueName];
  if (key === undefined || key === '') {
    if (value === undefined || value === '') return undefined;
    throw new QstashError(400, `invalid ${valueName}: it needs ${keyName}`);
  }
  if (key.length > 255)
    throw new QstashError(400, `invalid ${keyName}: longer than 255 characters`);
  return { key, ...(value && parseFlowControlValue(value, valueName)) };
}

const same = (text: string): string => text;
