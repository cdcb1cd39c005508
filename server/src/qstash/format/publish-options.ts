/**
 * Request headers → how a message is published. Pure: who it goes to, and whether that may be
 * called, is `publisher`'s business; so is whether a delay expression can be read.
 *
 * Layers, in order of authority: the request's headers, its query, the URL group's defaults.
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
  /** Headers of the request in addition to ours; names in canonical form. */
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
  /** Which JWT it carries. */
  signatureAlgorithm?: JwtAlgorithm;
  /** A Strapi webhook pointed at us says what it is about; that is then the event's name. */
  event?: string;
}

export interface OptionLayers {
  /** As it came with the request, or with an item of a batch. */
  headers: HeaderMap;
  query?: readonly QueryPair[];
  /** Of the URL group. */
  defaults?: HeaderMap;
  /** The caller's token was in the query, so that `Authorization` is not meant for us. */
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

/** Options of all layers by name; of an option in two layers, the one with more authority. */
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
