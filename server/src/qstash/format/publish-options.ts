/**
 * Reads publish options from headers. The publisher checks the destination and delay expressions.
 *
 * Precedence: the request's headers, its query, the defaults of the URL group.
 */
import type {
  CallbackSpecs,
  FlowControl,
  Redaction,
  RetryPolicy,
} from '../../core/message/message';
import { cutText } from '../../core/safety/text';
import type { JwtAlgorithm } from '../../core/signing/signature-jwt';
import { callbacksOf, flowControlOf, retryPolicyOf } from './callback-options';
import { allHeaders, forwardedHeaders, headerMap, type HeaderMap } from './header-names';
import {
  parseAlgorithm,
  parseBoolean,
  parseDeduplicationId,
  parseDelayMs,
  parseLabels,
  parseMethod,
  parseNotBefore,
  parseRedact,
  parseRetries,
  parseTimeoutMs,
  type Method,
} from './option-values';
import type { QueryPair } from './request-target';
import { withoutUndefined } from './without-undefined';

export interface PublishOptions {
  method?: Method;
  contentType?: string;
  /** Forwarded headers, with canonical names. */
  headers: Record<string, string>;
  delayMs?: number;
  /** Epoch ms. */
  notBefore?: number;
  deduplicationId?: string;
  contentBasedDeduplication?: boolean;
  retryPolicy?: RetryPolicy;
  timeoutMs?: number;
  labels?: string[];
  callbacks?: CallbackSpecs;
  flowControl?: FlowControl;
  redact?: Redaction;
  signatureAlgorithm?: JwtAlgorithm;
  /** From `X-Strapi-Event`, when one of Strapi's own webhooks publishes. */
  event?: string;
}

export interface OptionLayers {
  /** Of the request, or of an item of a batch. */
  headers: HeaderMap;
  query?: readonly QueryPair[];
  /** Of the URL group. */
  defaults?: HeaderMap;
  /** `Authorization` is meant for the receiver. */
  tokenInQuery?: boolean;
}

const STRAPI_EVENT = 'x-strapi-event';
const MAX_EVENT_LENGTH = 255;

/**
 * @param now epoch ms.
 * @throws QstashError 400 naming the header, 412 for what exceeds a limit.
 */
export function publishOptions(layers: OptionLayers, now: number): PublishOptions {
  const given = merge(layers);
  const option = <T>(name: string, parse: (value: string, header: string) => T): T | undefined => {
    const value = given[`upstash-${name}`]?.trim();
    return value === undefined || value === '' ? undefined : parse(value, `upstash-${name}`);
  };
  const retries = option('retries', parseRetries);
  const callbacks = callbacksOf(given, retries);
  const labels = option('label', parseLabels);
  const contentType = layers.headers['content-type'] ?? given['upstash-forward-content-type'];
  const event = layers.headers[STRAPI_EVENT];

  return withoutUndefined({
    method: option('method', parseMethod),
    contentType: contentType === '' ? undefined : contentType,
    headers: headersOf(layers, given),
    delayMs: option('delay', parseDelayMs),
    notBefore: option('not-before', (value, header) => parseNotBefore(value, header, now)),
    deduplicationId: option('deduplication-id', parseDeduplicationId),
    contentBasedDeduplication: option('content-based-deduplication', parseBoolean),
    retryPolicy: retryPolicyOf(
      retries,
      option('retry-delay', (value) => value)
    ),
    timeoutMs: option('timeout', parseTimeoutMs),
    labels: labels?.length ? labels : undefined,
    callbacks: Object.keys(callbacks).length > 0 ? callbacks : undefined,
    flowControl: flowControlOf(given),
    redact: option('redact-fields', parseRedact),
    signatureAlgorithm: option('signature-algorithm', parseAlgorithm),
    event: event === undefined || event === '' ? undefined : cutText(event, MAX_EVENT_LENGTH),
  });
}

/** Merges the layers by precedence. */
export function merge({ headers, query = [], defaults = {} }: OptionLayers): HeaderMap {
  return { ...defaults, ...headerMap(Object.fromEntries(query)), ...headers };
}

function headersOf(layers: OptionLayers, given: HeaderMap): Record<string, string> {
  const all = given['upstash-header-forward'];
  const everything = all !== undefined && all !== '' && parseBoolean(all, 'upstash-header-forward');
  return {
    ...(everything && allHeaders(layers.headers, layers.tokenInQuery === true)),
    ...forwardedHeaders(given),
  };
}
