/**
 * Schemas of requests that only the panel makes. What the app's own code can say as well is in
 * `api/schemas.ts`.
 *
 * Every object is strict: a misspelt filter must never mean "everything".
 */
import { z } from 'zod';

import type {
  BulkInput,
  EventFilter,
  EventReplayInput,
  MessageFilter,
  MessageListFilter,
  SettingsPlanInput,
  SignatureCheckInput,
} from '../contract';
import { LIST_SORTS } from '../../api/page';
import { MESSAGE_STATES } from '../../core/message/message';
import { flowKey, pauseReason, retryPolicy, rowId, text } from '../../api/schemas';
import { entryTestInput } from '../../api/trial-schemas';

const MAX_SELECTION = 1_000;
export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 20;

const instant = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

// --- topics and endpoints ---------------------------------------------------

/** Checked by the service, which the app's own code calls too. */
export const byService = { body: z.unknown() };

const queryFlag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

export const endpointDeleteQuery = z.strictObject({ cancelPending: queryFlag });

export const pauseBody = z.strictObject({ reason: pauseReason });

/** Without an entry: the event `trigger-test`. */
export const testBody = entryTestInput
  .partial({ entry: true })
  .refine(({ entry, dryRun }) => entry !== undefined || dryRun === undefined, {
    path: ['entry'],
    message: 'is needed for a dry run',
  });

const MAX_HEADERS_LENGTH = 20_000;
const MAX_CHECKED_BODY = 1_000_000;

export const signatureCheckBody = z.strictObject({
  headers: z.string().min(1).max(MAX_HEADERS_LENGTH),
  body: z.string().max(MAX_CHECKED_BODY),
}) satisfies z.ZodType<SignatureCheckInput>;

/** The policy itself is judged where it is read, as it is for an endpoint. */
export const retryPreviewBody = z.strictObject({ retryPolicy });

// --- settings as code ---------------------------------------------------------

/** The service checks the settings themselves. */
export const settingsPlanBody = z.strictObject({
  settings: z.unknown().optional(),
}) satisfies z.ZodType<SettingsPlanInput>;

// --- messages ---------------------------------------------------------------

const filterFields = {
  state: z.enum(MESSAGE_STATES),
  topic: text,
  endpointId: z.union([z.literal(0), rowId]),
  event: text,
  uid: text,
  status: z.number().int().min(0).max(999),
  messageId: text,
  label: flowKey,
  queue: text,
  flowControlKey: flowKey,
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

export const eventReplayBody = z.strictObject({
  endpointId: rowId,
  filter: z.strictObject({
    event: list(filterFields.event),
    uid: list(filterFields.uid),
    entryDocumentId: text.optional(),
    from: instant.optional(),
    to: instant.optional(),
  }),
  dryRun: z.boolean().optional(),
}) satisfies z.ZodType<EventReplayInput>;

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

/** Lists are sorted by what an index sorts. */
export const sort = z.enum(LIST_SORTS).optional();

export const page = {
  cursor: z.string().optional(),
  pageSize: queryNumber(z.number().int().min(1).max(MAX_PAGE_SIZE)).default(DEFAULT_PAGE_SIZE),
};

const messageQuery = {
  state: queryList(filterFields.state),
  displayed: queryList(z.enum([...MESSAGE_STATES, 'retrying', 'held'])),
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
  jobId: queryNumber(rowId).optional(),
};

export const messagesQuery = z.strictObject({
  ...messageQuery,
  ...page,
  sort,
}) satisfies z.ZodType<MessageListFilter>;

export const exportQuery = z.strictObject({
  ...messageQuery,
  format: z.enum(['csv', 'json']).default('csv'),
  payloads: queryFlag,
}) satisfies z.ZodType<MessageListFilter>;

export const eventsQuery = z.strictObject({
  name: queryList(text),
  uid: queryList(text),
  entryDocumentId: text.optional(),
  source: queryList(
    z.enum(['content', 'media', 'hub', 'api', 'code', 'schedule', 'test', 'batch', 'backfill'])
  ),
  title: text.optional(),
  ...page,
  sort,
}) satisfies z.ZodType<EventFilter>;

function splitCommas(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(',') : [value];
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,15}$/.test(value);
}
