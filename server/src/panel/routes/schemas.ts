/**
 * The shapes of requests, checked before any code of ours sees them. Meaning (is this URL safe, does
 * that topic exist) is the services' business.
 *
 * Every object is strict: a misspelt field is an error that names it, and a misspelt filter must
 * never mean "everything".
 */
import { z } from 'zod';

import type { BulkInput, EndpointInput, MessageFilter, ResumeInput, TopicInput } from '../contract';
import { MESSAGE_STATES, SIGNATURE_KINDS } from '../../core/message/message';
import { MAX_ROW_ID } from '../../core/message/row-id';
import { hasTwoJwts, TWO_JWTS } from '../../core/signing/signature-jwt';
import type { EventFilter } from '../services/events';
import type { RotateInput } from '../../api/endpoints';
import type { TopicPublish } from '../../api/topics';

const DAY_MS = 86_400_000;
/** A column of type string. */
const MAX_TEXT = 255;
export const MAX_URL_LENGTH = 2_048;
const MAX_SELECTION = 1_000;
const MAX_LIST = 100;
export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 20;

export const rowId = z.number().int().min(1).max(MAX_ROW_ID);
const instant = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const text = z.string().trim().min(1).max(MAX_TEXT);
const version = z.number().int().min(1).max(MAX_ROW_ID);

// --- topics -----------------------------------------------------------------

/** Also what QStash calls a URL Group's name, so that a topic can be published to from a URL. */
const topicName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z0-9._-]+$/, 'may have letters, digits, dots, hyphens and underscores');

const topicFields = {
  name: topicName,
  description: z.string().max(2_000).nullable().optional(),
  enabled: z.boolean().optional(),
  events: z.array(text).max(MAX_LIST),
  contentTypes: z
    .array(text)
    .min(1, 'names at least one content type, or is null for all')
    .max(1_000)
    .nullable(),
  endpointIds: z.array(rowId).max(1_000).optional(),
};

export const topicBody = z.strictObject(topicFields) satisfies z.ZodType<TopicInput>;
export const topicUpdateBody = z.strictObject({ ...topicFields, version });

export const publishBody = z.strictObject({
  payload: z.unknown(),
  event: text.optional(),
  headers: z.record(z.string(), z.string()).optional(),
}) satisfies z.ZodType<TopicPublish>;

// --- endpoints --------------------------------------------------------------

export const header = z.strictObject({
  name: z.string().min(1).max(MAX_TEXT),
  value: z.string().nullable(),
  secret: z.boolean(),
});

const flowControl = z.strictObject({
  key: text,
  parallelism: z.number().int().min(1).max(1_000_000).optional(),
  rate: z.number().int().min(1).max(1_000_000).optional(),
  periodMs: z
    .number()
    .int()
    .min(1_000)
    .max(7 * DAY_MS)
    .optional(),
});

const callbackFields = {
  url: z.string().trim().min(1).max(MAX_URL_LENGTH),
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET']).optional(),
  headers: z.array(header).optional(),
  timeoutMs: z.number().int().min(100).max(900_000).nullable().optional(),
  retryPolicy: z.custom<EndpointInput['retryPolicy']>(() => true).optional(),
  flowControl: flowControl.nullable().optional(),
};

/** A callback's failure callback has none of its own: somewhere it ends. */
const callback = z.strictObject({
  ...callbackFields,
  failure: z.strictObject(callbackFields).nullable().optional(),
});

const MAX_PEM_LENGTH = 65_536;
const pem = z.string().trim().min(1).max(MAX_PEM_LENGTH).nullable().optional();

const endpointFields = {
  name: text.max(100),
  url: z.string().trim().min(1).max(MAX_URL_LENGTH),
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET']).optional(),
  topicIds: z.array(rowId).max(1_000),
  headers: z.array(header).optional(),
  /** Judged by `core/retry/retry-policy.ts`, which can say where an expression goes wrong. */
  retryPolicy: z.custom<EndpointInput['retryPolicy']>(() => true).optional(),
  jitterPercent: z.number().int().min(0).max(100).optional(),
  timeoutMs: z.number().int().min(100).max(900_000).nullable().optional(),
  signatures: z
    .array(z.enum(SIGNATURE_KINDS))
    .refine((kinds) => kinds.includes('standard'), 'has "standard": every message carries it')
    .refine((kinds) => !hasTwoJwts(kinds), TWO_JWTS)
    .optional(),
  maxParallel: z.number().int().min(1).max(1_000).nullable().optional(),
  tls: z.strictObject({ ca: pem, certificate: pem, privateKey: pem }).nullable().optional(),
  callbacks: z
    .strictObject({
      success: callback.nullable().optional(),
      failure: callback.nullable().optional(),
    })
    .nullable()
    .optional(),
};

export const endpointBody = z.strictObject(endpointFields) satisfies z.ZodType<EndpointInput>;
export const endpointUpdateBody = z.strictObject({ ...endpointFields, version });

export const endpointDeleteQuery = z.strictObject({
  cancelPending: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
});

export const pauseBody = z.strictObject({ reason: z.string().trim().min(1).max(500).optional() });

export const resumeBody = z.strictObject({
  held: z.enum(['deliver', 'skip']),
}) satisfies z.ZodType<ResumeInput>;

export const rotateBody = z.strictObject({
  overlapMs: z
    .number()
    .int()
    .min(0)
    .max(7 * DAY_MS)
    .optional(),
  force: z.boolean().optional(),
}) satisfies z.ZodType<RotateInput>;

/** The policy itself is judged where it is read, as it is for an endpoint. */
export const retryPreviewBody = z.strictObject({ retryPolicy: endpointFields.retryPolicy });

// --- messages ---------------------------------------------------------------

const filterFields = {
  state: z.enum(MESSAGE_STATES),
  topic: text,
  endpointId: z.union([z.literal(0), rowId]),
  event: text,
  uid: text,
  status: z.number().int().min(0).max(999),
  messageId: text,
  label: text,
  queue: text,
  flowControlKey: text,
  scheduleId: text,
};

/** In a body, lists are lists. */
const list = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(MAX_SELECTION).optional();

export const messageFilter = z.strictObject({
  state: list(filterFields.state),
  topic: list(filterFields.topic),
  endpointId: list(filterFields.endpointId),
  event: list(filterFields.event),
  uid: list(filterFields.uid),
  status: list(filterFields.status),
  messageId: list(filterFields.messageId),
  entryDocumentId: text.optional(),
  label: list(filterFields.label),
  queue: list(filterFields.queue),
  flowControlKey: list(filterFields.flowControlKey),
  scheduleId: list(filterFields.scheduleId),
  from: instant.optional(),
  to: instant.optional(),
  search: text.optional(),
}) satisfies z.ZodType<MessageFilter>;

/** An empty filter must be written as such: a body that names nothing is a mistake, not "all". */
export const bulkBody = z
  .strictObject({
    messageIds: z.array(text).min(1).max(MAX_SELECTION).optional(),
    filter: messageFilter.optional(),
    dryRun: z.boolean().default(false),
  })
  .transform(({ messageIds, filter, dryRun }, context): BulkInput => {
    if (messageIds !== undefined && filter === undefined) return { messageIds, dryRun };
    if (filter !== undefined && messageIds === undefined) return { filter, dryRun };
    const message = 'give either messageIds or filter; a filter of {} means all';
    context.addIssue({ code: 'custom', path: ['filter'], message });
    return z.NEVER;
  });

// --- query strings ----------------------------------------------------------

/** Repeated or comma separated: `state=dead&state=canceled`, `state=dead,canceled`. */
const queryList = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(
      (value) => (Array.isArray(value) ? value : [value]).flatMap(splitCommas),
      z.array(item).min(1).max(MAX_SELECTION)
    )
    .optional();

export const queryNumber = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (isDigits(value) ? Number(value) : value), item);

/** A flow-control key may have commas of its own. */
const repeated = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(
      (value) => (Array.isArray(value) ? value : [value]) as unknown[],
      z.array(item).min(1).max(MAX_SELECTION)
    )
    .optional();

const page = {
  cursor: z.string().optional(),
  pageSize: queryNumber(z.number().int().min(1).max(MAX_PAGE_SIZE)).default(DEFAULT_PAGE_SIZE),
};

export const messagesQuery = z.strictObject({
  state: queryList(filterFields.state),
  topic: queryList(filterFields.topic),
  endpointId: queryList(queryNumber(filterFields.endpointId)),
  event: queryList(filterFields.event),
  uid: queryList(filterFields.uid),
  status: queryList(queryNumber(filterFields.status)),
  messageId: queryList(filterFields.messageId),
  entryDocumentId: text.optional(),
  label: queryList(filterFields.label),
  queue: queryList(filterFields.queue),
  flowControlKey: repeated(filterFields.flowControlKey),
  scheduleId: queryList(filterFields.scheduleId),
  from: queryNumber(instant).optional(),
  to: queryNumber(instant).optional(),
  search: text.optional(),
  ...page,
}) satisfies z.ZodType<MessageFilter>;

export const eventsQuery = z.strictObject({
  name: queryList(text),
  uid: queryList(text),
  entryDocumentId: text.optional(),
  source: queryList(z.enum(['content', 'media', 'hub', 'api', 'code', 'schedule', 'test'])),
  ...page,
}) satisfies z.ZodType<EventFilter>;

function splitCommas(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(',') : [value];
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}
