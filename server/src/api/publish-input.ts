/** Checks what is published, before anything is written. */
import { z } from 'zod';

import { validateRetryPolicy } from '../core/retry/backoff';
import { isHeaderValue, validateHeaders } from '../core/safety/headers';
import {
  type CallbackSpecs,
  type EventSource,
  type FlowControl,
  type Redaction,
  type RetryPolicy,
} from '../core/message/message';
import { SIGNATURE_KINDS } from '../core/signing/kinds';
import { hasTwoJwts, TWO_JWTS } from '../core/signing/signature-jwt';
import { assertTimeout } from '../core/message/timeout';
import { DAY_MS } from '../core/time';
import { assertDestination, callbackSpecs } from './callback-options';
import { parseInput } from './input';
import { flowControl, httpMethod, messageCallbacks, resourceName } from './schemas';
import type { Runtime } from '../runtime/runtime';

const MAX_DELAY_MS = 366 * DAY_MS;
const MAX_REDACTED_HEADERS = 64;

/** Text that is sent as a header's value. */
const headerValue = z
  .string()
  .min(1)
  .max(255)
  .refine(isHeaderValue, 'has a line break, a control character, or one outside Latin-1');

const publishSchema = z
  .strictObject({
    /** Name of a topic: one message per endpoint. Give one of `topic`, `url` and `endpointId`. */
    topic: z.string().min(1).optional(),
    /** Row id of an endpoint: one message, as from one of its topics. */
    endpointId: z.number().int().min(1).optional(),
    /** Absolute http(s) URL, or (from code) `strapi:<name>`: one message. */
    url: z.string().min(1).optional(),
    /** A string or bytes are sent unchanged, anything else as JSON. */
    payload: z.unknown(),
    /** Sent as `X-Strapi-Event`. Default: the topic's name, or `publish`. */
    event: z.string().min(1).max(255).optional(),
    /** For `url` only; endpoints have their own. Default POST. */
    method: httpMethod.optional(),
    contentType: headerValue.optional(),
    headers: z.record(z.string(), z.string()).optional(),
    /** Delay from now, ms. */
    delayMs: z.number().int().min(0).max(MAX_DELAY_MS).optional(),
    /** Earliest time, epoch ms. Overrides `delayMs`. */
    notBefore: z.number().int().min(0).optional(),
    /** A message with the same id within the configured window is not sent again; the first one's id is returned. */
    deduplicationId: z.string().min(1).max(200).optional(),
    /** Deduplicates messages with the same body, headers and destination. An id takes precedence. */
    contentBasedDeduplication: z.boolean().optional(),
    /** Overrides the endpoint's policy (for `url`: QStash's, with 3 retries). */
    retryPolicy: z.unknown().optional(),
    timeoutMs: z.number().int().min(100).optional(),
    labels: z.array(z.string().min(1).max(100)).max(10).optional(),
    /** Override the endpoint's signatures. Default for `url`: `['standard']`. */
    signatures: z
      .array(z.enum(SIGNATURE_KINDS))
      .refine((kinds) => !hasTwoJwts(kinds), TWO_JWTS)
      .optional(),
    /** Sent after every attempt, and once when the message has failed. Override the endpoint's. */
    callbacks: messageCallbacks.optional(),
    /** FIFO: waits until earlier messages and their callbacks are finished. */
    queue: resourceName.optional(),
    flowControl: flowControl.optional(),
    /** Parts that are shown only as a hash: the body, all headers given here, or those named. */
    redact: z
      .strictObject({
        body: z.boolean(),
        headers: z.union([
          z.boolean(),
          z.array(z.string().min(1).max(255)).max(MAX_REDACTED_HEADERS),
        ]),
      })
      .optional(),
    /** The schedule that publishes it. */
    scheduleId: resourceName.optional(),
  })
  .refine(
    ({ topic, url, endpointId }) =>
      [topic, url, endpointId].filter((given) => given !== undefined).length === 1,
    { path: ['topic'], message: 'give one of topic, url and endpointId' }
  );

type Written = z.input<typeof publishSchema>;

export interface PublishInput extends Omit<
  Written,
  'retryPolicy' | 'callbacks' | 'flowControl' | 'redact'
> {
  retryPolicy?: RetryPolicy;
  callbacks?: CallbackSpecs;
  flowControl?: FlowControl;
  redact?: Redaction;
}

type Parsed = z.output<typeof publishSchema>;

/** Checked, with retry policies and callbacks parsed. */
export interface PublishRequest extends Omit<Parsed, 'retryPolicy' | 'callbacks'> {
  retryPolicy: RetryPolicy | null;
  callbacks: CallbackSpecs | null;
}

type Judge = Pick<Runtime, 'urlPolicy' | 'config'>;

/** @throws CoreError naming the field. */
export function publishRequest(
  judge: Judge,
  input: PublishInput,
  source: EventSource
): PublishRequest {
  const parsed = parseInput(publishSchema, input);
  const { url, headers, timeoutMs, retryPolicy } = parsed;
  validateHeaders(headers ?? {}, 'headers');
  assertTimeout(timeoutMs, judge.config.dispatcher.leaseMs, 'timeoutMs');
  if (url !== undefined) assertDestination(judge, url, { field: 'url', source });
  return {
    ...parsed,
    retryPolicy: retryPolicy === undefined ? null : validateRetryPolicy(retryPolicy, 'retryPolicy'),
    callbacks: callbackSpecs(judge, parsed.callbacks ?? {}, source),
  };
}
