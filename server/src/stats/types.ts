/** Statistics, health and nodes as they are reported. Instants are epoch milliseconds, durations milliseconds. */

/** A server. It says that it is there every few seconds, and is listed for an hour after it fell silent. */
export interface NodeView {
  host: string;
  pid: number;
  /** The one that answered this request. */
  isThis: boolean;
  /** False: it records messages, and another one sends them. */
  delivers: boolean;
  inFlight: number;
  startedAt: number;
  seenAt: number;
  silent: boolean;
}

export type StatisticsRange = 'hour' | 'day' | 'week';

/** Attempts: `failed` ones are made again, `dead` ones were the last. */
export interface AttemptTally {
  delivered: number;
  failed: number;
  dead: number;
}

/** Of the attempts that were answered, within the accuracy of their classes (a third). */
export interface LatencyPercentiles {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

export interface Statistics {
  range: StatisticsRange;
  from: number;
  to: number;
  stepMs: number;
  /** Oldest first; steps without attempts too. */
  steps: (AttemptTally & { at: number })[];
  totals: AttemptTally;
  latency: LatencyPercentiles | null;
  /** Those with attempts in that time. */
  endpoints: EndpointStatistics[];
}

export interface EndpointStatistics extends AttemptTally {
  /** Null: bare URLs. */
  endpointId: number | null;
  latency: LatencyPercentiles | null;
}

/** `degraded`: something needs a person, but what can be delivered is. */
export interface HealthView {
  status: 'ok' | 'degraded' | 'down';
  problems: string[];
}
