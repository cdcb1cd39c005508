/** Queues and flow-control keys as they are stored. */
export interface QueueRecord {
  name: string;
  parallelism: number;
  paused: boolean;
  /** Unfinished messages, including callbacks in the queue. */
  lag: number;
  createdAt: number;
  updatedAt: number;
}

export interface FlowKeyRecord {
  id: number;
  key: string;
  /** Waiting messages, due or not. */
  waiting: number;
  /** 0: no limit. */
  parallelismMax: number;
  /** Sent and not yet answered. */
  parallelismCount: number;
  /** 0: no limit. */
  rateMax: number;
  /** Sent in the current period. */
  rateCount: number;
  periodMs: number;
  periodStart: number;
  paused: boolean;
  pinnedParallelism: boolean;
  pinnedRate: boolean;
}
