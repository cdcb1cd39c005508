/** What the store offers of queues, flow-control keys and schedules. */
import type { EventSource } from '../../core/message/message';

export interface QueueRecord {
  name: string;
  parallelism: number;
  paused: boolean;
  /** Messages that are not finished, callbacks in the queue among them. */
  lag: number;
  createdAt: number;
  updatedAt: number;
}

export interface FlowKeyRecord {
  id: number;
  key: string;
  /** Messages that wait, due or not. */
  waiting: number;
  /** 0: no limit. */
  parallelismMax: number;
  /** Sent and not yet answered. */
  parallelismCount: number;
  /** 0: no limit. */
  rateMax: number;
  /** Let through in the current period. */
  rateCount: number;
  periodMs: number;
  periodStart: number;
  paused: boolean;
  pinnedParallelism: boolean;
  pinnedRate: boolean;
}

/** Absent: as it is. */
export interface FlowKeyChange {
  paused?: boolean;
  parallelism?: number | null;
  rate?: number | null;
  periodMs?: number;
  pinnedParallelism?: boolean;
  pinnedRate?: boolean;
  /** The period begins anew at this instant, with nothing counted. */
  restartAt?: number;
}

export interface GateStore {
  listQueues(): Promise<QueueRecord[]>;
  findQueue(name: string): Promise<QueueRecord | null>;
  /** Makes the queue, or changes it. */
  putQueue(
    name: string,
    change: { parallelism?: number; paused?: boolean },
    now: number
  ): Promise<void>;
  /** It is gone from the lists; what still waits in it goes out in order, one at a time. @returns whether there was one. */
  removeQueue(name: string, now: number): Promise<boolean>;
  /** @param search part of the key. */
  listFlowKeys(now: number, search?: string): Promise<FlowKeyRecord[]>;
  /** Those made last first. @param before the row id below which the page begins. */
  pageFlowKeys(page: {
    now: number;
    search?: string | undefined;
    before?: number | undefined;
    limit: number;
  }): Promise<FlowKeyRecord[]>;
  findFlowKey(key: string, now: number): Promise<FlowKeyRecord | null>;
  /** @returns whether there is such a key. */
  changeFlowKey(key: string, change: FlowKeyChange): Promise<boolean>;
  /** Makes the key if no message has yet. */
  ensureFlowKey(key: string): Promise<void>;
  /** Messages being sent at this moment, by all nodes. */
  countActive(): Promise<number>;
}

export interface ScheduleRecord {
  id: number;
  scheduleId: string;
  cron: string;
  timezone: string | null;
  /** As stored: encrypted. */
  publish: string;
  source: EventSource;
  callerIp: string | null;
  paused: boolean;
  nextAt: number | null;
  lastAt: number | null;
  lastMessageIds: string[];
  lastError: string | null;
  createdAt: number;
  /** Counts its edits: two that begin at the same one do not overwrite each other. */
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

/** A tick of a schedule: of all that try, one gets it. */
export interface Tick {
  schedule: ScheduleRecord;
  nextAt: number | null;
  now: number;
}

export interface ScheduleStore {
  /** Makes it, or replaces all of it but the instant it was made. It is not paused afterwards. */
  putSchedule(write: ScheduleWrite, now: number): Promise<void>;
  /**
   * Writes what is given over what is stored; paused or not stays as it is.
   *
   * @throws CoreError NOT_FOUND, STALE_VERSION.
   */
  changeSchedule(write: ScheduleChange, version: number): Promise<void>;
  listSchedules(): Promise<ScheduleRecord[]>;
  findSchedule(scheduleId: string): Promise<ScheduleRecord | null>;
  removeSchedule(scheduleId: string): Promise<boolean>;
  /** @returns whether there is one. */
  pauseSchedule(scheduleId: string): Promise<boolean>;
  resumeSchedule(scheduleId: string, nextAt: number | null): Promise<boolean>;
  /** Due ones, the longest due first. */
  dueSchedules(now: number, limit: number): Promise<ScheduleRecord[]>;
  /**
   * Moves the schedule on and does the work, in one transaction: both, or neither.
   *
   * @param work what the tick publishes. @returns ids of the messages.
   * @returns false when somebody else got this tick, or the schedule was changed meanwhile.
   */
  runTick(tick: Tick, work: () => Promise<string[]>): Promise<boolean>;
  /** Does the work beside its ticks and notes it as the last run, in one transaction: both, or neither. */
  runBeside(
    schedule: ScheduleRecord,
    now: number,
    work: () => Promise<string[]>
  ): Promise<string[]>;
  /** Moves it on although nothing could be published, and says why. */
  failTick(tick: Tick, error: string): Promise<boolean>;
}
