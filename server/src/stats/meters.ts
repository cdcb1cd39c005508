/** Prometheus metrics of this process: attempts by outcome and endpoint, and their durations. */
import { Counter, Histogram, Registry } from 'prom-client';

import type { Outcome, Settled } from '../core/message/message';
import { SECOND_MS } from '../core/time';

/**
 * Endpoints with their own series. The rest share one series, which bounds the number of series.
 */
export const MAX_LABELED_ENDPOINTS = 100;
const OTHER_ENDPOINTS = 'other';
const BARE_URL = 'none';
const LATENCY_BOUNDS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Uses its own registry, so that the app's default registry stays untouched. */
export function createMeters() {
  const registry = new Registry();
  const registers = [registry];
  const attempts = new Counter({
    name: 'webhooks_attempts_total',
    help: 'Attempts of this process, by endpoint id and outcome.',
    labelNames: ['endpoint', 'outcome'],
    registers,
  });
  const settlements = new Counter({
    name: 'webhooks_settlements_total',
    help: 'What became of messages after an attempt of this process; pending is a retry.',
    labelNames: ['to'],
    registers,
  });
  const latency = new Histogram({
    name: 'webhooks_attempt_duration_seconds',
    help: 'From the first try at a connection to the last byte read, by endpoint id.',
    labelNames: ['endpoint'],
    buckets: LATENCY_BOUNDS_SECONDS,
    registers,
  });
  const muted = new Counter({
    name: 'webhooks_muted_events_total',
    help: 'Events of this process that muted code withheld.',
    registers,
  });
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
    registry,

    countMuted: (events: number): void => muted.inc(events),

    observe(settled: readonly Settled[]): void {
      for (const { message, attempt, settlement } of settled) {
        const endpoint = endpointLabel(message.endpointId);
        attempts.inc({ endpoint, outcome: outcomeLabel(attempt.outcome) });
        settlements.inc({ to: settlement.to });
        latency.observe({ endpoint }, attempt.durationMs / SECOND_MS);
      }
    },
  };
}

const outcomeLabel = (outcome: Outcome): string =>
  outcome.kind === 'responded' ? `${Math.floor(outcome.status / 100)}xx` : outcome.kind;
