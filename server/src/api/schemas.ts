/**
 * Schemas of topics, endpoints and the operations on them, for the code API and the admin API. The
 * services check whether a URL is safe and whether a topic exists.
 *
 * Every object is strict: an unknown field is an error that names it.
 */
import { z } from 'zod';

import type { EndpointInput, ResumeInput, RotateInput, TopicInput, TopicPublish } from './types';
import { BATCH_LIMITS } from '../core/gates/delivery-mode';
import { MAX_SEND_RATE } from '../core/gates/send-rate';
import { FINAL_STATUSES } from '../core/message/limits';
import { MAX_SHORT_ID } from '../core/message/row-id';
import { ACTOR_KINDS, DOCUMENT_LIMIT, MAX_IGNORED_ACTORS } from '../core/routing/loop-guard';
import { ENDPOINT_SIGNATURE_KINDS } from '../core/signing/kinds';
import { isName, MAX_ENDPOINT_NAME_LENGTH, NAME_RULE } from '../core/message/names';
import { PAYLOADS } from '../core/shape/shape';
import { INCLUDED } from '../core/shape/view';
import { hasTwoJwts, TWO_JWTS } from '../core/signing/signature-jwt';
import { WEEK_MS } from '../core/time';
import { parseInput } from './input';

/** A column of type string. */
const MAX_TEXT = 255;
export const MAX_URL_LENGTH = 2_048;
/** With credentials: a key file in base64. The rest is checked as any URL. */
const MAX_URL_WITH_CREDENTIALS_LENGTH = 10_000;
const MAX_LIST = 100;
const MAX_POPULATE_LENGTH = 10_000;
const MAX_IDS = 1_000;
const MAX_PARALLELISM = 1_000;
const MAX_LIMIT = 1_000_000;
const MAX_TIMEOUT_MS = 900_000;
const MAX_PEM_LENGTH = 65_536;
const FINAL_STATUS_RULE = `must be an HTTP status from ${FINAL_STATUSES.min} to ${FINAL_STATUSES.max}`;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;

export const rowId = z.number().int().min(1).max(MAX_SHORT_ID);
export const rowVersion = z.number().int().min(0).max(MAX_SHORT_ID);
export const text = z.string().trim().min(1).max(MAX_TEXT);
/** Name of a topic, queue or schedule. */
export const resourceName = z.string().refine(isName, NAME_RULE);
export const httpMethod = z.enum(METHODS);
export const timeoutMs = z.number().int().min(100).max(MAX_TIMEOUT_MS);
export const urlText = z.string().trim().min(1).max(MAX_URL_LENGTH);
/** Checked by `core/retry/retry-policy.ts`, which can say where an expression is invalid. */
export const retryPolicy = z.custom<EndpointInput['retryPolicy']>(() => true).optional();

export const header = z.strictObject({
  name: z.string().min(1).max(MAX_TEXT),
  value: z.string().nullable(),
  secret: z.boolean(),
});

// --- queues and flow control -----------------------------------------------------------

/** Messages of a queue in flight at once. With more than one, order is not kept. */
export const parallelism = z.number().int().min(1).max(MAX_PARALLELISM);

export const flowKey = z.string().min(1).max(MAX_TEXT);
const limit = z.number().int().min(1).max(MAX_LIMIT);

export const limits = {
  /** Sent and not yet answered. */
  parallelism: limit.optional(),
  /** Sent in each period. A message without limits keeps those of the key. */
  rate: limit.optional(),
  /** Default: one second. */
  periodMs: z.number().int().min(1).max(WEEK_MS).optional(),
};

/** Messages with the same key share its limits, whatever their destination. */
export const flowControl = z.strictObject({ key: flowKey, ...limits });

/** Topics by name. */
export const topicNames = z.array(text).max(MAX_IDS);

/** Checked by the services, which know the content types. */
const filter = z.record(z.string(), z.unknown());

const populate = z
  .union([text, z.array(text).min(1).max(MAX_LIST), z.record(z.string(), z.unknown())])
  .refine(
    (value) => JSON.stringify(value).length <= MAX_POPULATE_LENGTH,
    `has at most ${MAX_POPULATE_LENGTH} characters`
  );

// --- topics -----------------------------------------------------------------

export const topicInput = z.strictObject({
  name: resourceName,
  description: z.string().max(2_000).nullable().optional(),
  enabled: z.boolean().optional(),
  events: z.array(text).max(MAX_LIST),
  contentTypes: z
    .array(text)
    .min(1, 'names at least one content type, or is null for all')
    .max(MAX_IDS)
    .nullable(),
  filter: filter.nullable().optional(),
  endpointIds: z.array(rowId).max(MAX_IDS).optional(),
}) satisfies z.ZodType<TopicInput>;

export const topicPublish = z.strictObject({
  payload: z.unknown(),
  event: text.optional(),
  headers: z.record(z.string(), z.string()).optional(),
}) satisfies z.ZodType<TopicPublish>;

// --- endpoints --------------------------------------------------------------

/** A callback's failure callback cannot have another. */
function callbacks<Headers extends z.ZodType>(headers: Headers) {
  const options = {
    /** http(s) URL, or `strapi:<name>`: a handler registered with the service `callbacks`. */
    url: z.string().trim().min(1),
    method: httpMethod.optional(),
    headers: headers.optional(),
    timeoutMs: z.number().int().min(100).nullable().optional(),
    retryPolicy,
    flowControl: flowControl.nullable().optional(),
  };
  const failure = z.strictObject(options).nullable().optional();
  const callback = z
    .strictObject({ ...options, failure })
    .nullable()
    .optional();
  return z.strictObject({ success: callback, failure: callback });
}

export const messageCallbacks = callbacks(z.record(z.string(), z.string()));

/** Checked by `core/signing/signature.ts`, whose message does not show it. */
const secretText = z.string();

const finalStatus = z
  .number(FINAL_STATUS_RULE)
  .int(FINAL_STATUS_RULE)
  .min(FINAL_STATUSES.min, FINAL_STATUS_RULE)
  .max(FINAL_STATUSES.max, FINAL_STATUS_RULE);

const pem = z.string().trim().min(1).max(MAX_PEM_LENGTH).nullable().optional();

const shape = z
  .strictObject({
    payload: z.enum(PAYLOADS).optional(),
    fields: z.array(text).min(1).max(MAX_LIST).nullable().optional(),
    populate: populate.nullable().optional(),
    include: z.array(z.enum(INCLUDED)).min(1).max(INCLUDED.length).nullable().optional(),
    format: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('preset'),
          name: text,
          options: z.record(z.string(), z.unknown()).optional(),
        }),
        z.strictObject({ kind: z.literal('code'), name: text }),
      ])
      .nullable()
      .optional(),
  })
  .nullable();

export const shapePreviewInput = z.strictObject({ shape });

const within = ({ min, max }: { min: number; max: number }) => z.number().int().min(min).max(max);

const maxEvents = within(BATCH_LIMITS.maxEvents);

export const endpointInput = z.strictObject({
  name: z.string().trim().min(1).max(MAX_ENDPOINT_NAME_LENGTH),
  url: z.string().trim().min(1).max(MAX_URL_WITH_CREDENTIALS_LENGTH),
  temporary: z.boolean().optional(),
  method: httpMethod.optional(),
  topicIds: z.array(rowId).max(MAX_IDS),
  headers: z.array(header).optional(),
  retryPolicy,
  jitterPercent: z.number().int().min(0).max(100).optional(),
  finalStatuses: z
    .array(finalStatus)
    .max(FINAL_STATUSES.count)
    .transform((listed) => [...new Set(listed)].sort((a, b) => a - b))
    .optional(),
  timeoutMs: timeoutMs.nullable().optional(),
  signatures: z
    .array(z.enum(ENDPOINT_SIGNATURE_KINDS))
    .refine((kinds) => kinds.includes('standard'), 'has "standard": every message carries it')
    .refine((kinds) => !hasTwoJwts(kinds), TWO_JWTS)
    .transform((kinds) => [...new Set(kinds)])
    .optional(),
  signatureHeader: text.nullable().optional(),
  ignoredActors: z
    .array(z.strictObject({ kind: z.enum(ACTOR_KINDS), id: rowId, label: z.string().optional() }))
    .max(MAX_IGNORED_ACTORS)
    .optional(),
  documentLimit: z
    .number()
    .int()
    .min(DOCUMENT_LIMIT.min)
    .max(DOCUMENT_LIMIT.max)
    .nullable()
    .optional(),
  cloudEvents: z.boolean().optional(),
  secret: secretText.optional(),
  maxParallel: z.number().int().min(1).max(1_000).nullable().optional(),
  delivery: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('every') }),
      z.strictObject({ mode: z.literal('latest') }),
      z.discriminatedUnion('by', [
        z.strictObject({ mode: z.literal('batch'), by: z.literal('transaction'), maxEvents }),
        z.strictObject({
          mode: z.literal('batch'),
          by: z.literal('quiet-time'),
          quietMs: within(BATCH_LIMITS.quietMs),
          maxWaitMs: within(BATCH_LIMITS.maxWaitMs),
          maxEvents,
        }),
      ]),
    ])
    .optional(),
  rateLimit: z
    .strictObject({
      count: z.number().int().min(1).max(MAX_SEND_RATE),
      per: z.enum(['second', 'minute']),
    })
    .nullable()
    .optional(),
  ledger: z.boolean().optional(),
  reconcile: z
    .strictObject({
      cron: text,
      timezone: text.nullable().optional(),
      exact: z.boolean().optional(),
      heal: z.boolean().optional(),
    })
    .nullable()
    .optional(),
  tls: z.strictObject({ ca: pem, certificate: pem, privateKey: pem }).nullable().optional(),
  filter: filter.nullable().optional(),
  shape: shape.optional(),
  callbacks: callbacks(z.array(header)).nullable().optional(),
}) satisfies z.ZodType<EndpointInput>;

/** The secret is changed by rotating it, which has its own permission. */
export const endpointChange = endpointInput.omit({ secret: true, temporary: true });

export const pauseReason = z.string().trim().min(1).max(500).optional();

export const resumeInput = z.strictObject({
  held: z.enum(['deliver', 'skip']),
}) satisfies z.ZodType<ResumeInput>;

export const rotateInput = z.strictObject({
  overlapMs: z.number().int().min(0).max(WEEK_MS).optional(),
  force: z.boolean().optional(),
  secret: secretText.optional(),
}) satisfies z.ZodType<RotateInput>;

/**
 * Parses a change of a topic or an endpoint. Absent fields are kept. A stored name that is older
 * than the rule for names may be given again.
 *
 * @throws InvalidInputError
 */
export function parseChange<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  input: unknown,
  stored: { name: string }
) {
  const isNamedAsBefore = (input as { name?: unknown } | null)?.name === stored.name;
  return parseInput(schema.partial(), isNamedAsBefore ? withoutName(input as object) : input);
}

const withoutName = (input: object): object =>
  Object.fromEntries(Object.entries(input).filter(([field]) => field !== 'name'));
