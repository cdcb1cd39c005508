/** Statistics, health and nodes as they are reported. Instants are epoch milliseconds, durations milliseconds. */

/**
 * A server. It reports every few seconds, or less often while idle and alone. One that stops without notice is silent
 * for five minutes, or until another server has started in its place, and is not listed after that.
 */
export interface NodeView {
  host: string;
  pid: number;
  /** The node that answered this request. */
  isThis: boolean;
  /** False: it records messages but does not deliver. */
  delivers: boolean;
  inFlight: number;
  startedAt: number;
  seenAt: number;
  silent: boolean;
}

export type StatisticsRange = 'hour' | 'day' | 'week';

/** `failed` attempts are retried, `dead` attempts were the last. */
export interface AttemptTally {
  delivered: number;
  failed: number;
  dead: number;
}

/** Latencies of attempts with a response, accurate to one third. */
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
  /** Oldest first, including steps without attempts. */
  steps: (AttemptTally & { at: number })[];
  totals: AttemptTally;
  latency: LatencyPercentiles | null;
  /** Endpoints with attempts in this range. */
  endpoints: EndpointStatistics[];
}

export interface EndpointStatistics extends AttemptTally {
  /** Null: messages to bare URLs. */
  endpointId: number | null;
  latency: LatencyPercentiles | null;
}

/** `degraded`: something needs attention, but delivery goes on. `held`: messages wait until an operator acts. */
export interface HealthView {
  status: 'ok' | 'degraded' | 'held' | 'down';
  problems: string[];
}
