/** Prometheus gauges of the database and this process, read at each scrape. */
import { Counter, Gauge, Registry } from 'prom-client';

import { unsentLanes } from '../../delivery/engine/pulled';
import { MAX_LABELED_ENDPOINTS } from '../../stats/meters';
import type { Runtime } from '../../runtime/runtime';
import { SECOND_MS } from '../../core/time';
import { COUNTED_UP_TO } from '../../core/message/limits';

export async function oldestDueAgeMs({ store, directory, clock }: Runtime): Promise<number> {
  const oldest = await store.oldestDue(clock.now(), unsentLanes(directory));
  return oldest === null ? 0 : Math.max(0, clock.now() - oldest);
}

/** @returns a new registry for each scrape, so that concurrent scrapes do not mix. */
export async function readGauges(runtime: Runtime): Promise<Registry> {
  const { store, dispatcher, environment, outboundProblem } = runtime;
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });

  const messages = gauge(
    'webhooks_messages',
    `Messages by state, counted up to ${COUNTED_UP_TO}.`,
    ['state']
  );
  for (const [state, count] of Object.entries(await store.countByState(COUNTED_UP_TO))) {
    messages.set({ state }, count);
  }
  gauge(
    'webhooks_oldest_due_age_seconds',
    'How long the oldest due message that is not held has waited.'
  ).set((await oldestDueAgeMs(runtime)) / SECOND_MS);
  gauge('webhooks_in_flight', 'Requests of this process on their way now.').set(
    dispatcher.stats().inFlight
  );
  gauge(
    'webhooks_foreign_database',
    '1 while another environment’s database holds all delivery.'
  ).set(environment.mayDeliver() ? 0 : 1);
  gauge('webhooks_outbound_cut', '1 while nothing gets out because the proxy does not work.').set(
    outboundProblem() === null ? 0 : 1
  );
  gauge(
    'webhooks_retention_fill_ratio',
    'Stored messages, as a part of what retention by size allows. From 1 on finished ones go before their time.'
  ).set(runtime.retentionSize.fill());
  gauge(
    'webhooks_missing_internals',
    'Internals of Strapi that the plugin relies on, and that are missing or work differently.'
  ).set(runtime.selfCheck.missing().length);
  const missed = new Counter({
    name: 'webhooks_missed_events_total',
    help: 'Events that Strapi emitted in this process, and that were not captured.',
    labelNames: ['event', 'content_type'],
    registers,
  });
  for (const { event, uid, count } of runtime.tripwire.all()) {
    missed.inc({ event, content_type: uid }, count);
  }
  await readEndpoints(runtime, gauge);
  return registry;
}

async function readEndpoints(
  { store }: Runtime,
  gauge: (name: string, help: string, labelNames: string[]) => Gauge
): Promise<void> {
  const endpoints = (await store.listEndpoints()).slice(0, MAX_LABELED_ENDPOINTS);
  const ids = endpoints.map(({ id }) => id);
  const counts = await store.countByEndpoint(ids, COUNTED_UP_TO);
  const labelNames = ['endpoint', 'name'];
  const pending = gauge(
    'webhooks_endpoint_pending',
    'Unfinished messages of an endpoint.',
    labelNames
  );
  const dead = gauge('webhooks_endpoint_dead', 'Dead letters of an endpoint.', labelNames);
  const held = gauge(
    'webhooks_endpoint_held',
    '1 while the messages of an endpoint wait: paused, disabled, or its breaker open.',
    labelNames
  );
  for (const { id, name, state, breaker } of endpoints) {
    const labels = { endpoint: String(id), name };
    pending.set(labels, counts.get(id)?.pending ?? 0);
    dead.set(labels, counts.get(id)?.dead ?? 0);
    held.set(labels, state !== 'active' || breaker?.open ? 1 : 0);
  }
}
