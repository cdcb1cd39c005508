/** Bulk jobs: replay, delete or cancel all messages that match a filter. */
import type { Actor } from '../../core/message/message';
import type { JobKind, JobOutcome, MessageFilter } from '../views';

export interface JobRecord {
  id: number;
  kind: JobKind;
  filter: MessageFilter;
  state: 'running' | 'finished' | 'canceled';
  /** Messages above this row id came later and are not part of the job. */
  upTo: number;
  /** Row id of the last processed message. */
  cursor: number;
  total: number;
  /** Processed messages, including skipped ones. */
  done: number;
  /** Skipped messages: no longer in a state the job acts on, or without an endpoint. */
  skipped: number;
  createdAt: number;
  finishedAt: number | null;
  /** Who started it. */
  actor: Actor;
}

/** Bulk work. Each step changes its messages and its cursor in one transaction. */
export interface JobStore {
  createJob(job: {
    kind: JobKind;
    filter: MessageFilter;
    upTo: number;
    total: number;
    now: number;
    /** Who started it. Default: nobody. */
    actor?: Actor;
  }): Promise<JobRecord>;
  findJob(id: number): Promise<JobRecord | null>;
  /** Counts the results of the messages that a replay has changed so far. */
  jobOutcome(job: JobRecord): Promise<JobOutcome>;
  listJobs(limit: number): Promise<JobRecord[]>;
  cancelJob(id: number, now: number): Promise<boolean>;
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
  }): Promise<JobRecord | null>;
}
