/** The store's interface for queues, flow-control keys and schedules. */
import type { WaitingEvents } from '../../core/gates/batch-turn';
import type { FlowKeyRecord, QueueRecord } from '../../core/gates/records';
import type { EventSource } from '../../core/message/message';

export type { FlowKeyRecord, QueueRecord };

/** Absent fields stay unchanged. */
export interface FlowKeyChange {
  paused?: boolean;
  parallelism?: number | null;
  rate?: number | null;
  periodMs?: number;
  pinnedParallelism?: boolean;
  pinnedRate?: boolean;
  /** Starts a new period at this time, with nothing counted. */
  restartAt?: number;
}

export interface GateStore {
  listQueues(): Promise<QueueRecord[]>;
  findQueue(name: string): Promise<QueueRecord | null>;
  /** Creates or changes the queue. */
  putQueue(
    name: string,
    change: { parallelism?: number; paused?: boolean },
    now: number
  ): Promise<void>;
  /**
   * Hides the queue. Its waiting messages are sent in order, one at a time. @returns whether it
   * existed.
   */
  removeQueue(name: string, now: number): Promise<boolean>;
  /** @param search part of the key. */
  listFlowKeys(now: number, search?: string): Promise<FlowKeyRecord[]>;
  /** Newest first. @param before the row id below which the page begins. */
  pageFlowKeys(page: {
    now: number;
    search?: string | undefined;
    before?: number | undefined;
    limit: number;
  }): Promise<FlowKeyRecord[]>;
  findFlowKey(key: string, now: number): Promise<FlowKeyRecord | null>;
  /** @returns whether the key exists. */
  changeFlowKey(key: string, change: FlowKeyChange): Promise<boolean>;
  /** Creates the key if missing. */
  ensureFlowKey(key: string): Promise<void>;
  /** Messages being sent by all nodes. */
  countActive(): Promise<number>;
}

/** Documents that are held for one endpoint. */
export interface BatchStore {
  /** The first `upTo` events that wait to become one message; null when none does. */
  waitingBatch(endpointId: number, upTo: number): Promise<WaitingEvents | null>;
  /** Makes one message of them at once. @returns their number. */
  foldNow(endpointId: number): Promise<number>;
}

export interface BrakeStore {
  /**
   * Holds the document when the endpoint has been sent `limit` messages about it in the last minute.
   *
   * @returns the flow-control key that its messages wait behind, or null.
   */
  brake(of: {
    endpointId: number;
    documentId: string;
    limit: number;
    now: number;
  }): Promise<string | null>;
  /** Keys of the documents that are held, oldest first. */
  listBrakes(endpointId: number): Promise<string[]>;
  /** Counts pending messages about held documents up to `upTo`, without those of held endpoints. */
  countBraked(heldEndpointIds: readonly number[], upTo: number): Promise<number>;
}

export interface ScheduleRecord {
  id: number;
  scheduleId: string;
  cron: string;
  timezone: string | null;
  /** Encrypted, as stored. */
  publish: string;
  source: EventSource;
  callerIp: string | null;
  paused: boolean;
  /** Null while paused, and when there is no next run. */
  nextAt: number | null;
  lastAt: number | null;
  /** Messages of the last run. */
  lastMessageIds: string[];
  /** Why the last run could not publish. */
  lastError: string | null;
  /** The file that describes it; null: it is edited in the panel. */
  managedBy: string | null;
  createdAt: number;
  /** Counts edits, to detect concurrent ones. */
  version: number;
}

export type ScheduleWrite = Pick<
  ScheduleRecord,
  'scheduleId' | 'cron' | 'timezone' | 'publish' | 'source' | 'callerIp' | 'nextAt'
>;

export type ScheduleChange = Pick<
  ScheduleRecord,
  'scheduleId' | 'cron' | 'timezone' | 'publish' | 'nextAt'
>;

/** A schedule as a file describes it. Absent: unchanged. */
export type ManagedSchedule = Pick<ScheduleRecord, 'scheduleId' | 'managedBy'> &
  Partial<
    Pick<
      ScheduleRecord,
      'cron' | 'timezone' | 'publish' | 'source' | 'paused' | 'nextAt' | 'lastError'
    >
  >;

/** One due run of a schedule. Of all nodes that try, one gets it. */
export interface Tick {
  schedule: ScheduleRecord;
  nextAt: number | null;
  now: number;
}

export interface ScheduleStore {
  /**
   * Creates or replaces the schedule, except for its creation time. It is not paused afterwards.
   *
   * @throws CoreError MANAGED, as the two below, when a file describes it.
   */
  putSchedule(write: ScheduleWrite, now: number): Promise<void>;
  /** Creates the schedule or changes it, also a managed one. */
  manageSchedule(write: ManagedSchedule, now: number): Promise<void>;
  /**
   * Changes the given fields; whether it is paused stays.
   *
   * @throws CoreError NOT_FOUND, STALE_VERSION.
   */
  changeSchedule(write: ScheduleChange, version: number): Promise<void>;
  listSchedules(): Promise<ScheduleRecord[]>;
  findSchedule(scheduleId: string): Promise<ScheduleRecord | null>;
  removeSchedule(scheduleId: string): Promise<boolean>;
  /** @returns whether it exists. */
  pauseSchedule(scheduleId: string): Promise<boolean>;
  resumeSchedule(scheduleId: string, nextAt: number | null): Promise<boolean>;
  /** Due schedules, longest due first. */
  dueSchedules(now: number, limit: number): Promise<ScheduleRecord[]>;
  /** When the next schedule is to run; in the past: now. Null when none is. */
  nextScheduleAt(): Promise<number | null>;
  /**
   * Advances the schedule and does the work in one transaction.
   *
   * @param work what the run publishes. @returns ids of the messages.
   * @returns false when another node got this run, or the schedule was changed meanwhile.
   */
  runTick(tick: Tick, work: () => Promise<string[]>): Promise<boolean>;
  /**
   * Does the work outside the schedule's times and records it as the last run, in one transaction.
   */
  runBeside(
    schedule: ScheduleRecord,
    now: number,
    work: () => Promise<string[]>
  ): Promise<string[]>;
  /** Advances the schedule although nothing could be published, and records why. */
  failTick(tick: Tick, error: string): Promise<boolean>;
}
