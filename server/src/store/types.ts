/**
 * The store's interface. `createStore(db)` implements it on Strapi's database.
 *
 * Every write takes part in the caller's transaction when there is one (Strapi's context, see
 * `strapi.db.transaction`), and opens its own otherwise.
 */
import type {
  NewEvent,
  NewMessage,
  RetryPolicy,
  Settled,
  EndpointSignatureKind,
} from '../core/message/message';
import type { SendRate } from '../core/gates/send-rate';
import type { DeliveryMode } from '../core/gates/delivery-mode';
import type { Filter } from '../core/filter/filter';
import type { Shape } from '../core/shape/shape';
import type { ActorRef } from '../core/routing/loop-guard';
import type { EndpointState } from './views';
import type { Breaker } from '../core/health/breaker';
import type { LedgerSettings, LedgerStores } from './ledger/ledger-types';
import type { LaneBudget, Store } from '../delivery/loop/ports';
import type { Ask } from '../core/message/triggers';
import type { BatchStore, BrakeStore, GateStore, ScheduleStore } from './gates/gate-types';
import type { JobRecord, JobStore, KeptEventStore } from './log/job-types';
import type { MessageRow } from './log/message-row';
import type { PanelStore } from './log/panel-types';
import type { MessageSearch, QueryStore, StoredEvent } from './log/query-types';
import type { SizeStore } from './log/size-types';
import type { PullSettings, PullStore } from './queue/pull-types';
import type { QstashStore } from './log/qstash-types';
import type { SettingStore } from './sql/setting-types';
import type { DeletionStore } from './routing/deletion-types';

export type { JobRecord, JobStore, MessageRow, MessageSearch, QueryStore, StoredEvent };

export interface InsertedMessage {
  id: number;
  messageId: string;
}

export interface Delivery {
  event: NewEvent;
  /** Row of an event that is in the log; absent: it is inserted. */
  eventId?: number;
  messages: NewMessage[];
}

/** Claims a deduplication key for a message until `expiresAt`. */
export interface DeduplicationClaim {
  key: string;
  messageId: string;
  now: number;
  expiresAt: number;
}

/** The result of settling a group. */
export interface SettledGroup {
  /** Ids of the messages that were still ours. The others had lost their lease and are untouched. */
  ours: ReadonlySet<number>;
  changes: EndpointChange[];
}

/** The queue. */
export interface QueueStore extends Store, PullStore {
  /** Records attempts and moves their messages on, with their callbacks, all in one transaction. */
  settle(settled: readonly Settled[]): Promise<SettledGroup>;

  /** Inserts events and their messages. */
  insert(deliveries: readonly Delivery[], now: number): Promise<InsertedMessage[]>;

  /** Relies on a unique key. @returns null when the key was free, else the earlier message's id. */
  claimDeduplicationKey(claim: DeduplicationClaim): Promise<string | null>;

  /**
   * Makes finished messages pending again, due at `now`, `retried` 0, with the same `msg_…` id and
   * their attempts. Unfinished ones are left alone.
   * @returns the number changed.
   */
  replay(ids: readonly number[], now: number): Promise<number>;

  /** `msg_…` ids of the dead letters and canceled messages among these whose format failed. */
  unrendered(ids: readonly number[]): Promise<string[]>;

  /** Gives one of them another request. */
  rerender(
    id: number,
    rendered: Pick<NewMessage, 'method' | 'headers' | 'body' | 'rendering'>
  ): Promise<void>;

  /** Makes pending messages due now ("send now"). @returns the number changed. */
  expedite(ids: readonly number[], now: number): Promise<number>;

  /** Notes who asked for the next attempt of these messages. */
  noteAsk(ids: readonly number[], ask: Ask): Promise<void>;

  /**
   * When a message of a lane with budget is next due; in the past: now. Null when none is unfinished.
   */
  earliestDue(budget: LaneBudget): Promise<number | null>;

  /** Cancels pending messages, and keeps active ones from retries. @returns the number changed. */
  cancel(ids: readonly number[], now: number): Promise<number>;

  /** Deletes finished messages with their attempts. @returns the number deleted. */
  deleteFinished(ids: readonly number[]): Promise<number>;

  /**
   * Deletes one batch of expired data: finished messages older than their cut-off with their
   * attempts, then unreferenced events, then expired deduplication keys. Never an unfinished
   * message.
   * @returns the number of messages deleted; 0 when nothing is left to do.
   */
  purge(cutoffs: {
    deliveredBefore: number;
    deadBefore: number;
    now: number;
    limit: number;
  }): Promise<number>;
}

export interface TopicRecord {
  id: number;
  name: string;
  description: string | null;
  enabled: boolean;
  events: string[];
  contentTypes: string[] | null;
  /** Null: every event. */
  filter: Filter | null;
  /** The file that describes it; null: it is edited in the panel. */
  managedBy: string | null;
  version: number;
  endpointIds: number[];
  createdAt: number;
  updatedAt: number;
}

/** Secrets and headers are as stored: encrypted text. */
export interface EndpointRecord extends LedgerSettings, PullSettings {
  id: number;
  name: string;
  url: string;
  method: string;
  state: EndpointState;
  stateReason: string | null;
  stateChangedAt: number | null;
  headers: string | null;
  secret: string;
  previousSecret: string | null;
  /** The previous secret still signs until then. */
  previousSecretUntil: number | null;
  retryPolicy: RetryPolicy;
  jitterPercent: number;
  finalStatuses: number[];
  timeoutMs: number | null;
  signatures: EndpointSignatureKind[];
  ignoredActors: ActorRef[];
  documentLimit: number | null;
  signatureHeader: string | null;
  cloudEvents: boolean;
  maxParallel: number | null;
  delivery: DeliveryMode;
  /** Null: any number. */
  rateLimit: SendRate | null;
  /** Null: every event of its topics. */
  filter: Filter | null;
  /** Null: events are sent as they are. */
  shape: Shape | null;
  callbacks: string | null;
  /** Encrypted JSON of PEM texts. */
  tls: string | null;
  /** Encrypted JSON of the login of a message broker. */
  credentials: string | null;
  firstFailureAt: number | null;
  breaker: Breaker | null;
  /** The file that describes it; null: it is edited in the panel. */
  managedBy: string | null;
  version: number;
  topicIds: number[];
  createdAt: number;
  updatedAt: number;
}

/** Only a write that names what manages it changes the settings of a managed topic or endpoint. */
type Management = Partial<Pick<TopicRecord, 'managedBy'>>;

type OfRow = 'id' | 'version' | 'createdAt' | 'updatedAt' | 'managedBy';

export type TopicWrite = Omit<TopicRecord, OfRow> & Management;
export type EndpointWrite = Omit<EndpointRecord, OfRow | 'breaker' | 'expiresAt'> & {
  breaker?: Breaker | null;
} & Management &
  Partial<PullSettings>;

/** Change of an endpoint caused by attempts. `suspended`: its circuit breaker opened. */
export interface EndpointChange {
  endpointId: number;
  to: 'suspended' | 'recovered' | 'disabled';
  reason: string | null;
  at: number;
}

/** A change in the health of an endpoint. */
export interface Diagnosis {
  /** The row it was made from. */
  seen: { id: number; state: string; breaker: string | null };
  /** The columns to write. */
  columns: Record<string, unknown>;
  changes: EndpointChange[];
}

/** Topics and endpoints: few rows, read whole. */
export interface DirectoryStore {
  listTopics(): Promise<TopicRecord[]>;
  listEndpoints(): Promise<EndpointRecord[]>;
  /** Changes with any topic or endpoint, also when its row is written by others. Cheap enough to read every second. */
  directoryVersion(): Promise<string>;
  /** Makes other nodes read everything again. Concurrent calls wait for this transaction. */
  touchDirectory(): Promise<void>;
  /** @throws CoreError NAME_TAKEN (field `name`); like the writes below, MANAGED for settings of a file. */
  createTopic(write: TopicWrite): Promise<number>;
  /** Fenced by `version` when given. @throws CoreError NOT_FOUND, NAME_TAKEN, STALE_VERSION. */
  updateTopic(id: number, write: Partial<TopicWrite>, version?: number): Promise<void>;
  deleteTopic(id: number): Promise<boolean>;
  createEndpoint(write: EndpointWrite): Promise<number>;
  updateEndpoint(id: number, write: Partial<EndpointWrite>, version?: number): Promise<void>;
  /** Works out what attempts mean for the health of their endpoints. Writes nothing. */
  diagnose(settled: readonly Settled[]): Promise<Diagnosis[]>;
  /** @returns false when another node has written meanwhile. */
  writeDiagnosis(diagnosis: Diagnosis): Promise<boolean>;
  /**
   * Takes the right to send one message to each of these endpoints whose breaker is half-open, by one query
   * and one more for each right.
   * @returns ids of the endpoints; without those whose breaker is open, or whose right another node has: it
   *   lapses after `leaseMs`.
   */
  takeProbes(ids: readonly number[], now: number, leaseMs: number): Promise<number[]>;
}

export interface FullStore
  extends
    QueueStore,
    QueryStore,
    DirectoryStore,
    DeletionStore,
    JobStore,
    KeptEventStore,
    LedgerStores,
    QstashStore,
    GateStore,
    BatchStore,
    BrakeStore,
    ScheduleStore,
    SizeStore,
    SettingStore,
    PanelStore {
  /** Once, after an upgrade: lists the messages of an installation that had no outbox. */
  fillOutbox(): Promise<void>;
  /** The database's clock, epoch ms, which all nodes share. */
  databaseNow(): Promise<number>;
  /** Identities of the database that a copy does not share. Empty where it does not tell. */
  databaseTraces(): Promise<string[]>;
  /** Why some text cannot be stored, for the operator; null when every character can. */
  textProblem(): Promise<string | null>;
  /** Whether the database refused the values, rather than the statement or the connection. */
  isUnstorable(error: unknown): boolean;
  /** Several changes as one. Retried after a conflict with another transaction. */
  inTransaction<T>(work: () => Promise<T>): Promise<T>;
  /** Whether the caller has an open transaction, which sees rows that may still be rolled back. */
  isInTransaction(): boolean;
  /** The same for all work in one transaction, and for no other. Without one: different each time. */
  transactionId(): Promise<string>;
  /** Calls back after the open transaction has committed; never if it rolls back. At once without one. */
  afterCommit(callback: () => void): Promise<void>;
}
