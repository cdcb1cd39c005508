/** Steps of the jobs that make messages: of events of the log, and of documents, also where these differ. */
import type { Knex } from 'knex';
import omit from 'lodash/omit';

import type { QueueStore } from '../types';
import type { Difference } from '../../core/ledger/compare';
import type { BackfillScope, ReconcileScope } from '../views';
import type {
  BackfillStore,
  DocumentMessages,
  JobRecord,
  JobStore,
  KeptEventStore,
  Room,
} from './job-types';

export type Step = Parameters<JobStore['stepJob']>[0];

/** The result of a step. */
export interface Done {
  /** Rows that it looked at. */
  looked: number;
  moved: number;
  /** Null: there is nothing left. */
  next: { part?: number; cursor: number } | null;
  /** Nothing can follow. */
  canceled?: boolean;
  /** The next step has to wait for others. */
  waits?: boolean;
  /** Of a reconciliation: what this step has found. */
  found?: readonly Difference[];
}

type Moves = Pick<QueueStore, 'insert' | 'noteAsk'> & KeptEventStore & BackfillStore;

/** Events and documents have bodies, which are rendered in memory. */
const RENDERED_A_STEP = 20;

/** Rows that are compared without being rendered. */
const COMPARED_A_STEP = 200;
/** Nothing is changed by what is only counted. */
const EVERY_ROW = { has: () => true } as unknown as ReadonlySet<number>;

const GONE: Done = { looked: 0, moved: 0, next: null, canceled: true };

export function createMessageJobs(moves: Moves) {
  const endpointOf = ({ filter: { endpointId: [id] = [] } }: JobRecord): number => id ?? 0;

  const hasRoom = async ({ lanes, atMost }: Room, now: number): Promise<boolean> =>
    (await moves.countWaiting(lanes, now, atMost)) < atMost;

  async function insert(
    job: JobRecord,
    deliveries: Parameters<QueueStore['insert']>[0],
    now: number
  ): Promise<number> {
    const inserted = await moves.insert(deliveries, now);
    await moves.noteAsk(
      inserted.map(({ id }) => id),
      { at: now, kind: 'replay', actor: job.actor, jobId: job.id }
    );
    return inserted.length;
  }

  async function replayEvents(
    trx: Knex.Transaction,
    job: JobRecord,
    { now, limit, makeMessages }: Step
  ): Promise<Done> {
    const filter = omit(job.filter, 'endpointId', 'backfill');
    const { cursor: after, upTo } = job;
    const range = { after, upTo, limit: Math.min(limit, RENDERED_A_STEP) };
    const { rows, next } = await moves.matchEvents(filter, range);
    const ids = rows.map(({ id }) => id);
    const events = await moves.holdEvents(trx, ids);
    const made = await makeMessages(endpointOf(job), events);
    if (made === null) return GONE;
    const moved = await insert(
      job,
      made.map(({ event, message }) => ({
        event: { ...event, occurredAt: event.createdAt },
        eventId: event.id,
        messages: [message],
      })),
      now
    );
    return { looked: ids.length, moved, next: next && { cursor: next.id } };
  }

  /** Without those that the endpoint is sent as changes, which are newer. */
  async function withoutChanged(
    job: JobRecord,
    { made }: DocumentMessages
  ): Promise<DocumentMessages['made']> {
    const changed = await moves.changedSince({
      endpointId: endpointOf(job),
      eventId: job.upTo,
      documentIds: made.flatMap(({ event }) => event.entryDocumentId ?? []),
    });
    return made.filter(
      ({ event }) =>
        !changed.some(
          ({ documentId, locale, isPublish }) =>
            documentId === event.entryDocumentId &&
            locale === event.entryLocale &&
            isPublish === (event.name === 'entry.publish')
        )
    );
  }

  async function backfill(
    trx: Knex.Transaction,
    job: JobRecord,
    { now, limit, makeDocumentMessages }: Step
  ): Promise<Done> {
    const { part, cursor } = job;
    const page = await makeDocumentMessages(job, {
      after: cursor,
      limit: Math.min(limit, RENDERED_A_STEP),
      lock: (rows, most) => moves.lockContent(trx, rows, most),
      hasRoom: (room) => hasRoom(room, now),
    });
    if (page === null) return GONE;
    const deliveries = (await withoutChanged(job, page)).map(({ event, message }) => ({
      event,
      messages: [message],
    }));
    const moved = await insert(job, deliveries, now);
    const looked = page.ids.length;
    if (!page.isEnd) {
      return {
        looked,
        moved,
        next: { part, cursor: page.ids.at(-1) ?? cursor },
        waits: page.isBlocked,
      };
    }
    const isLast = part + 1 >= scopeOf(job).types.length;
    return { looked, moved, next: isLast ? null : { part: part + 1, cursor: 0 } };
  }

  async function reconcile(
    trx: Knex.Transaction,
    job: JobRecord,
    { now, limit, compareDocuments }: Step
  ): Promise<Done> {
    const { part, cursor } = job;
    const { types, exact, heal } = reconciliationOf(job);
    const compared = await compareDocuments(job, {
      after: cursor,
      limit: Math.min(limit, exact || heal ? RENDERED_A_STEP : COMPARED_A_STEP),
      lock: heal ? (rows, most) => moves.lockContent(trx, rows, most) : async () => EVERY_ROW,
      hasRoom: async (room) => !heal || hasRoom(room, now),
    });
    if (compared === null) return GONE;
    const { looked, last, found, made, isBlocked, isEnd } = compared;
    const sent = heal ? made : [];
    const deliveries = sent.map(({ event, message }) => ({ event, messages: [message] }));
    const done = { looked, moved: await insert(job, deliveries, now), found };
    if (!isEnd) return { ...done, next: { part, cursor: last }, waits: isBlocked };
    // Each type twice: its documents, then what the ledger has of it.
    const isLast = part + 1 >= 2 * types.length;
    return { ...done, next: isLast ? null : { part: part + 1, cursor: 0 } };
  }

  return { replayEvents, backfill, reconcile };
}

function scopeOf({ id, filter: { backfill } }: JobRecord): BackfillScope {
  if (backfill === undefined) throw new Error(`job ${id} does not say what it sends`);
  return backfill;
}

function reconciliationOf({ id, filter: { reconcile } }: JobRecord): ReconcileScope {
  if (reconcile === undefined) throw new Error(`job ${id} does not say what it compares`);
  return reconcile;
}
