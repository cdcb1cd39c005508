/** For machines that watch: everything the overview says, as numbers, and one word on whether all is well. */
import type { Core } from '@strapi/strapi';

import type { HealthView } from '../contract';
import { exposition, type Metric } from '../core/exposition';
import { MAX_LABELED_ENDPOINTS } from './meters';
import { runtimeOf, type Runtime } from './runtime';

/** As on the overview: counting further costs more than it tells. */
const COUNTED_UP_TO = 10_000;
const MS_PER_SECOND = 1_000;
/** Longer than this behind, and something is wrong that a retry will not mend. */
const LATE_MS = 5 * 60 * MS_PER_SECOND;

export const createMetricsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = (): Runtime => runtimeOf(strapi);

  async function oldestDueAgeMs({ store, directory, clock }: Runtime): Promise<number> {
    const oldest = await store.oldestDue(clock.now(), directory.heldLanes());
    return oldest === null ? 0 : Math.max(0, clock.now() - oldest);
  }

  async function gauges(): Promise<Metric[]> {
    const { store, dispatcher, environment } = runtime();
    const counts = await store.countByState(COUNTED_UP_TO);
    return [
      gauge('webhooks_messages', `Messages by state, counted up to ${COUNTED_UP_TO}.`, [
        ...Object.entries(counts).map(([state, value]) => ({ labels: { state }, value })),
      ]),
      gauge(
        'webhooks_oldest_due_age_seconds',
        'How long the oldest due message that is not held has waited.',
        [{ value: (await oldestDueAgeMs(runtime())) / MS_PER_SECOND }]
      ),
      gauge('webhooks_in_flight', 'Requests of this process on their way now.', [
        { value: dispatcher.stats().inFlight },
      ]),
      gauge(
        'webhooks_foreign_database',
        '1 while another environment’s database holds all delivery.',
        [{ value: environment.mayDeliver() ? 0 : 1 }]
      ),
      ...(await endpointGauges()),
    ];
  }

  async function endpointGauges(): Promise<Metric[]> {
    const { store } = runtime();
    const endpoints = (await store.listEndpoints()).slice(0, MAX_LABELED_ENDPOINTS);
    const counts = await store.countByEndpoint(
      endpoints.map(({ id }) => id),
      COUNTED_UP_TO
    );
    const perEndpoint = (valueOf: (endpoint: (typeof endpoints)[number]) => number) =>
      endpoints.map((endpoint) => ({
        labels: { endpoint: String(endpoint.id), name: endpoint.name },
        value: valueOf(endpoint),
      }));
    return [
      gauge(
        'webhooks_endpoint_pending',
        'Unfinished messages of an endpoint.',
        perEndpoint(({ id }) => counts.get(id)?.pending ?? 0)
      ),
      gauge(
        'webhooks_endpoint_dead',
        'Dead letters of an endpoint.',
        perEndpoint(({ id }) => counts.get(id)?.dead ?? 0)
      ),
      gauge(
        'webhooks_endpoint_held',
        '1 while the messages of an endpoint wait: paused, disabled, or its breaker open.',
        perEndpoint(({ state, breaker }) => (state !== 'active' || breaker?.open ? 1 : 0))
      ),
    ];
  }

  async function lateness(): Promise<string[]> {
    const lateMs = await oldestDueAgeMs(runtime());
    if (lateMs <= LATE_MS) return [];
    return [`the oldest due message has waited for ${Math.round(lateMs / MS_PER_SECOND)} s`];
  }

  return {
    async render(): Promise<string> {
      return exposition([...(await gauges()), ...runtime().meters.metrics()]);
    },

    /** Never throws: a database that is gone is what one asks for. */
    async health(): Promise<HealthView> {
      const { environment, keys } = runtime();
      try {
        const problems = [environment.problem(), keys.problem(), ...(await lateness())];
        const said = problems.filter((problem) => problem !== null);
        return { status: said.length === 0 ? 'ok' : 'degraded', problems: said };
      } catch (error) {
        runtime().log.error('the health check cannot read the database', { error });
        return { status: 'down', problems: ['the database cannot be read'] };
      }
    },
  };
};

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, help, type: 'gauge', samples };
}
