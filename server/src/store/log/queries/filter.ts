/**
 * Turns a `MessageFilter` into a WHERE clause. Every field narrows; a list means "any of".
 *
 * An empty list matches nothing: "none of the endpoints I chose" must not become "all" in a bulk
 * delete.
 */
import type { Knex } from 'knex';

import type { MessageState } from '../../../core/message/message';
import { isBraked } from '../../gates/brakes';
import type { StoreContext } from '../../sql/context';
import type { DisplayedState, MessageFilter } from '../../views';
import type { MessageSearch } from '../query-types';
import { applyEndpoints, isListed, LEASED, type Listed } from './listings';

const MESSAGE_ID = /^msg_/;
/** At least as long as the shortest complete id; anything shorter is searched as a part. */
const WHOLE_MESSAGE_ID = /^msg_.{22,}$/;
/** Format of Strapi's document ids (cuid2). Anything else is searched in URLs. */
const DOCUMENT_ID = /^[a-z][a-z0-9]{23}$/;
/** The status that stands for "no response". */
const NO_RESPONSE = 0;
/** Not a backslash, whose meaning depends on the database and its mode. */
const ESCAPE = '!';

const LISTS = {
  topic: 'topic_name',
  event: 'event_name',
  uid: 'uid',
  messageId: 'message_id',
  queue: 'queue_name',
  flowControlKey: 'flow_control_key',
  scheduleId: 'schedule_id',
} as const satisfies Partial<Record<keyof MessageFilter, string>>;

/**
 * Whether nothing leads to the rows, so that they must be scanned. Lists and indexes lead to
 * undelivered states, endpoints, entries and message ids.
 */
export function isScan(filter: MessageSearch): boolean {
  const { messageId, entryDocumentId, search = '' } = filter;
  if (messageId !== undefined || entryDocumentId !== undefined) return false;
  if (search !== '') return !WHOLE_MESSAGE_ID.test(search) && !DOCUMENT_ID.test(search);
  if (filter.state?.some((state) => !isListed(state))) return true;
  const { topic, event, uid, status, label, queue, flowControlKey, scheduleId, from, to } = filter;
  const names = [topic, event, uid, label, queue, flowControlKey, scheduleId];
  const looked = [...names, status, from, to, filter.jobId];
  const splitsPending = ['pending', 'retrying', 'held'].some((state) =>
    filter.displayed?.includes(state as DisplayedState)
  );
  return splitsPending || looked.some((part) => part !== undefined);
}

/** The part of a filter that a list serves in order of the row id. */
export function listedPart({ state, endpointId }: MessageFilter): Listed {
  const [only, ...others] = state ?? [];
  const isState = only !== undefined && others.length === 0 && isListed(only);
  // Of all messages, only those of a single endpoint are in order in an index.
  const areEndpoints = endpointId !== undefined && (isState || endpointId.length === 1);
  return { ...(isState && { state: only }), ...(areEndpoints && { endpointIds: endpointId }) };
}

/** Whether the filter has more than the part that a list serves. */
export function isNarrower(filter: MessageSearch): boolean {
  const { state, endpointId } = filter;
  const others: MessageSearch = { ...filter };
  for (const name of ['state', 'endpointId', 'withoutTitles'] as const) delete others[name];
  const listed = listedPart(filter);
  return (
    (state !== undefined && listed.state === undefined) ||
    (endpointId !== undefined && listed.endpointIds === undefined) ||
    Object.values(others).some((part) => part !== undefined)
  );
}

export function applyFilter(
  ctx: StoreContext,
  query: Knex.QueryBuilder,
  filter: MessageSearch
): Knex.QueryBuilder {
  for (const [field, column] of Object.entries(LISTS)) {
    const list = filter[field as keyof typeof LISTS];
    if (list !== undefined) query.whereIn(column, [...list]);
  }
  if (filter.state !== undefined) applyStates(ctx, query, filter.state);
  if (filter.endpointId !== undefined) applyEndpoints(query, filter.endpointId);
  applyDisplayed(ctx, query, filter);
  if (filter.entryDocumentId !== undefined) {
    query.where('entry_document_id', filter.entryDocumentId);
  }
  if (filter.from !== undefined) query.where('enqueued_at', '>=', filter.from);
  if (filter.to !== undefined) query.where('enqueued_at', '<', filter.to);
  if (filter.status !== undefined) applyStatus(query, filter.status);
  if (filter.label !== undefined) applyLabels(query, filter.label);
  if (filter.jobId !== undefined) query.whereRaw(...contains('asks', askedByJob(filter.jobId)));
  applySearch(ctx, query, filter);
  return query;
}

/** Pending and active messages differ by the lease in the outbox. */
function applyStates(
  ctx: StoreContext,
  query: Knex.QueryBuilder,
  states: readonly MessageState[]
): void {
  const [waits, sends] = [states.includes('pending'), states.includes('active')];
  query.where((any) => {
    any.whereIn(
      'state',
      states.filter((state) => state !== 'active')
    );
    if (sends && !waits) any.orWhereRaw(leased(ctx));
  });
  if (waits && !sends) query.whereRaw(`not ${leased(ctx)}`);
}

const leased = ({ tables: { outbox, message } }: StoreContext): string =>
  `exists (select 1 from ${outbox.quoted} o where o.id = ${message.quoted}.id and o.${LEASED})`;

/** Splits the pending messages by whether their endpoint or document is on hold, and by whether they were tried. */
function applyDisplayed(
  ctx: StoreContext,
  query: Knex.QueryBuilder,
  { displayed, heldEndpointIds = [] }: MessageSearch
): void {
  if (displayed === undefined) return;
  const split = ['pending', 'retrying', 'held'] as const;
  const braked = isBraked(ctx, ctx.tables.message.quoted);
  query.where((any) => {
    const whole = displayed.filter((state) => !split.some((one) => one === state));
    applyStates(ctx, any, whole as MessageState[]);
    for (const state of split.filter((one) => displayed.includes(one))) {
      any.orWhere((pending) => {
        applyStates(ctx, pending, ['pending']);
        if (state === 'held') {
          return void pending.where((held) => {
            void held.whereIn('endpoint_id', heldEndpointIds).orWhereRaw(braked);
          });
        }
        pending.whereRaw(`not ${braked}`);
        pending.where('attempts', state === 'retrying' ? '>' : '=', 0);
        return void pending.where((free) => {
          void free.whereNull('endpoint_id').orWhereNotIn('endpoint_id', heldEndpointIds);
        });
      });
    }
  });
}

function applyStatus(query: Knex.QueryBuilder, statuses: readonly number[]): void {
  const answered = statuses.filter((status) => status !== NO_RESPONSE);
  query.where((any) => {
    any.whereIn('last_status', answered);
    if (answered.length < statuses.length) {
      any.orWhere((none) => {
        void none.whereNotNull('last_outcome').whereNull('last_status');
      });
    }
  });
}

/** Labels are a JSON array of strings; one is found by its quoted form. */
function applyLabels(query: Knex.QueryBuilder, labels: readonly string[]): void {
  query.where((any) => {
    any.whereRaw('1 = 0');
    for (const label of labels) any.orWhereRaw(...contains('labels', JSON.stringify(label)));
  });
}

function applySearch(
  ctx: StoreContext,
  query: Knex.QueryBuilder,
  { search = '', withoutTitles = false }: MessageSearch
): void {
  if (search === '') return;
  if (WHOLE_MESSAGE_ID.test(search)) query.where('message_id', search);
  else if (MESSAGE_ID.test(search)) query.whereRaw(...like('message_id', `${escaped(search)}%`));
  else if (DOCUMENT_ID.test(search)) query.where('entry_document_id', search);
  else if (withoutTitles) query.whereRaw(...contains('url', search));
  else
    query.where(
      (any) => void any.whereRaw(...contains('url', search)).orWhereRaw(...titled(ctx, search))
    );
}

/**
 * Part of the title of the event's entry, in either case. A scalar subquery is evaluated for the rows of
 * the search alone; PostgreSQL might read all events for an EXISTS.
 */
function titled({ tables }: StoreContext, search: string): [string, string[]] {
  return titleLike(
    `(select e.entry_title from ${tables.event.quoted} e where e.id = ${tables.message.quoted}.event_id)`,
    search
  );
}

/** Part of a title, in either case. SQLite lowers ASCII letters only. */
export const titleLike = (title: string, search: string): [string, string[]] => [
  `(${title} like ? escape '${ESCAPE}' or lower(${title}) like ? escape '${ESCAPE}')`,
  [search, search.toLowerCase()].map((part) => `%${escaped(part)}%`),
];

/** Ends the line that a job notes with each message that it sends. */
export const askedByJob = (jobId: number): string => `"jobId":${jobId}}`;

export const contains = (column: string, text: string): [string, string[]] =>
  like(column, `%${escaped(text)}%`);

const like = (column: string, pattern: string): [string, string[]] => [
  `?? like ? escape '${ESCAPE}'`,
  [column, pattern],
];

const escaped = (text: string): string => text.replace(/[!%_]/g, (special) => ESCAPE + special);
