/** Bulk jobs: replay, delete or cancel all messages that match a filter, send events or documents. */
import type { Knex } from 'knex';

import type { Difference, Findings } from '../../core/ledger/compare';
import type { Actor, NewEvent, NewMessage } from '../../core/message/message';
import type {
  BackfillScope,
  EventMatch,
  JobKind,
  JobOutcome,
  JobState,
  MessageFilter,
  ReconcileScope,
} from '../views';
import type { Found } from './page-types';
import type { StoredEvent } from './query-types';

/** A message that is made of an event of the log. */
export interface MadeMessage {
  event: StoredEvent;
  message: NewMessage;
}

/** Makes messages of events. @returns null when the endpoint does not exist any more. */
export type MakeMessages = (
  endpointId: number,
  events: readonly StoredEvent[]
) => Promise<MadeMessage[] | null>;

/** Documents of a step, as messages to one endpoint. */
export interface DocumentMessages {
  /** Row ids that were looked at, ascending. */
  ids: number[];
  /** Messages of those that are not withheld. */
  made: { event: NewEvent; message: NewMessage }[];
  /** The next ones have to wait: somebody is changing the row, or the endpoint has enough to do. */
  isBlocked: boolean;
  /** There are no further rows of the content type. */
  isEnd: boolean;
}

/** Rows of a content type, by id. */
export interface ContentRows {
  uid: string;
  /** Null: the content type has no draft & publish, or all. */
  status: 'published' | 'draft' | null;
  /** Null: the content type is not localized, or all. */
  locales: readonly string[] | null;
  after: number;
}

/** A step of a backfill, in its transaction. */
export interface DocumentRange {
  after: number;
  limit: number;
  /** Locks the next rows, without those that somebody else has locked. @returns their ids. */
  lock: (rows: ContentRows, limit: number) => Promise<ReadonlySet<number>>;
  /** Whether the endpoint has little enough to do. Asked after the rows are locked. */
  hasRoom: (room: Room) => Promise<boolean>;
}

/** How many messages may wait in these lanes, so that changes do not queue behind those of a job. */
export interface Room {
  lanes: readonly string[];
  atMost: number;
}

/** A job that has to wait for others is tried again after this time. */
export const JOB_WAIT_MS = 100;

/** Makes messages of documents. @returns null when the endpoint does not exist any more. */
export type MakeDocumentMessages = (
  job: JobRecord,
  range: DocumentRange
) => Promise<DocumentMessages | null>;

/** Documents of a step, compared with what a receiver has. */
export interface Comparison {
  looked: number;
  /** Row id of the last one. */
  last: number;
  found: Difference[];
  /** Messages that put it right. */
  made: { event: NewEvent; message: NewMessage }[];
  isBlocked: boolean;
  isEnd: boolean;
}

/** Compares documents. @returns null when the endpoint does not exist any more. */
export type CompareDocuments = (job: JobRecord, range: DocumentRange) => Promise<Comparison | null>;

export interface BackfillStore {
  /** Locks rows until the transaction ends, without those that somebody else has locked. @returns their ids. */
  lockContent(trx: Knex.Transaction, rows: ContentRows, limit: number): Promise<Set<number>>;
  /** Messages that are due in these lanes, counted up to a limit. */
  countWaiting(lanes: readonly string[], now: number, limit: number): Promise<number>;
  /** Messages about these documents that an endpoint has and that are newer than an event. */
  changedSince(change: {
    endpointId: number;
    eventId: number;
    documentIds: readonly string[];
  }): Promise<{ documentId: string; locale: string | null; isPublish: boolean }[]>;
}

export interface KeptEventStore {
  maxEventId(): Promise<number>;
  /** Counts up to `upTo`. */
  countEvents(filter: EventMatch, upTo: number): Promise<number>;
  /** Matching ids, ascending, above `after`. */
  matchEvents(
    filter: EventMatch,
    range: { after: number; upTo: number; limit: number }
  ): Promise<Found<{ id: number }>>;
  /** With their bodies, ascending by id; unknown ids are missing. */
  readEvents(ids: readonly number[]): Promise<StoredEvent[]>;
  /** The same, and keeps them from being removed until the transaction ends. */
  holdEvents(trx: Knex.Transaction, ids: readonly number[]): Promise<StoredEvent[]>;
}

export type JobFilter = MessageFilter &
  Pick<EventMatch, 'source'> & { backfill?: BackfillScope; reconcile?: ReconcileScope };

export interface JobRecord {
  id: number;
  kind: JobKind;
  /** Of `replay-events`: which events (`EventMatch`), of `backfill` which documents; and the endpoint. */
  filter: JobFilter;
  state: JobState;
  /** Messages or events above this row id came later and are not part of the job. */
  upTo: number;
  /** Of a backfill: index of the content type. Of a reconciliation: the same, and once more for its ledger. */
  part: number;
  /** Row id of the last one processed. */
  cursor: number;
  total: number;
  /** Processed messages, including skipped ones. */
  done: number;
  /** Messages no longer in a state the job acts on, or without an endpoint; events that were withheld. */
  skipped: number;
  /** Of a reconciliation. */
  findings: Findings | null;
  createdAt: number;
  finishedAt: number | null;
  /** Who started it. */
  actor: Actor;
}

/** A job after a step. */
export interface JobStep extends JobRecord {
  /** Rows that the step looked at. */
  looked: number;
  /** Its next step has to wait for others. */
  waits: boolean;
}

/** Bulk work. Each step changes its messages and its cursor in one transaction. */
export interface JobStore {
  createJob(job: {
    kind: JobKind;
    filter: JobFilter;
    upTo: number;
    total: number;
    now: number;
    /** Who started it. Default: nobody. */
    actor?: Actor;
  }): Promise<JobRecord>;
  findJob(id: number): Promise<JobRecord | null>;
  /** Counts the results of the messages that a replay has changed so far. */
  jobOutcome(job: JobRecord, heldEndpointIds: readonly number[]): Promise<JobOutcome>;
  listJobs(limit: number): Promise<JobRecord[]>;
  /** Running and paused ones. */
  listUnfinishedJobs(kind: JobKind): Promise<JobRecord[]>;
  /** @returns false when it is finished or canceled. */
  cancelJob(id: number, now: number): Promise<boolean>;
  /** @returns false when it is not in the other state. */
  pauseJob(id: number, paused: boolean): Promise<boolean>;
  /** Removes jobs that ended before. @returns how many. */
  purgeJobs(before: number, limit: number): Promise<number>;
  /** Whether a job is running, on any node. */
  hasRunningJob(): Promise<boolean>;
  /**
   * One step of the oldest running job that no live process holds.
   * @returns the job after the step, or null when there is nothing to run.
   */
  stepJob(step: {
    now: number;
    limit: number;
    leaseMs: number;
    token: string;
    /** Replays messages. Default: the store's own. */
    replay?: (ids: readonly number[], now: number) => Promise<number>;
    makeMessages: MakeMessages;
    makeDocumentMessages: MakeDocumentMessages;
    compareDocuments: CompareDocuments;
  }): Promise<JobStep | null>;
}
