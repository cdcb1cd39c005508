/** What this process has counted since it started: attempts by outcome and endpoint, and how long they took. */
import { Histogram, type Metric } from '../core/exposition';
import type { Settled } from '../core/message';

/** Endpoints with series of their own; the rest share one, so that a flood of endpoints is no flood of series. */
export const MAX_LABELED_ENDPOINTS = 100;
export const OTHER_ENDPOINTS = 'other';
const BARE_URL = 'none';
const MS_PER_SECOND = 1_000;
const LATENCY_BOUNDS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMeters() {
  const attempts = new Map<string, { endpoint: string; outcome: string; count: number }>();
  const settlements = new Map<string, number>();
  const latency = new Histogram(LATENCY_BOUNDS_SECONDS);
  const labeled = new Set<string>();

  function endpointLabel(endpointId: number | null): string {
    if (endpointId === null) return BARE_URL;
    const label = String(endpointId);
    if (labeled.has(label)) return label;
    if (labeled.size >= MAX_LABELED_ENDPOINTS) return OTHER_ENDPOINTS;
    labeled.add(label);
    return label;
  }

  return {
    observe(settled: readonly Settled[]): void {
      for (const { message, attempt, settlement } of settled) {
        const { outcome } = attempt;
        const endpoint = endpointLabel(message.endpointId);
        const said =
          outcome.kind === 'responded' ? `${Math.floor(outcome.status / 100)}xx` : outcome.kind;
        const key = `${endpoint} ${said}`;
        const count = (attempts.get(key)?.count ?? 0) + 1;
        attempts.set(key, { endpoint, outcome: said, count });
        settlements.set(settlement.to, (settlements.get(settlement.to) ?? 0) + 1);
        latency.observe(attempt.durationMs / MS_PER_SECOND);
      }
    },

    metrics: (): Metric[] => [
      {
        name: 'webhooks_attempts_total',
        help: 'Attempts of this process, by endpoint id and outcome.',
        type: 'counter',
        samples: [...attempts.values()].map(({ endpoint, outcome, count }) => ({
          labels: { endpoint, outcome },
          value: count,
        })),
      },
      {
        name: 'webhooks_settlements_total',
        help: 'What became of messages after an attempt of this process; pending is a retry.',
        type: 'counter',
        samples: [...settlements].map(([to, value]) => ({ labels: { to }, value })),
      },
      {
        name: 'webhooks_attempt_duration_seconds',
        help: 'From the first try at a connection to the last byte read.',
        type: 'histogram',
        samples: latency.samples(),
      },
    ],
  };
}

export type Meters = ReturnType<typeof createMeters>;
