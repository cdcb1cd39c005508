/** Metrics and health for monitoring. */
import type { Core } from '@strapi/strapi';
import { Registry } from 'prom-client';

import type { HealthView } from '../../stats/types';
import { oldestDueAgeMs, readGauges } from './gauges';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import { MINUTE_MS, SECOND_MS } from '../../core/time';

/** A backlog older than this is reported as a problem. */
const LATE_MS = 5 * MINUTE_MS;

export const createMetricsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = (): Runtime => runtimeOf(strapi);

  async function lateness(): Promise<string[]> {
    const lateMs = await oldestDueAgeMs(runtime());
    if (lateMs <= LATE_MS) return [];
    return [`the oldest due message has waited for ${Math.round(lateMs / SECOND_MS)} s`];
  }

  return {
    /** Metrics in Prometheus text format. */
    async render(): Promise<{ type: string; text: string }> {
      const all = Registry.merge([await readGauges(runtime()), runtime().watch.meters.registry]);
      return { type: all.contentType, text: await all.metrics() };
    },

    /** Never throws: an unreachable database is reported as a problem. */
    async health(): Promise<HealthView> {
      const { environment, keys, outboundProblem, textProblem, selfCheck, tripwire } = runtime();
      try {
        const held = [environment.problem(), keys.problem()].filter((problem) => problem !== null);
        const problems = [
          ...held,
          ...selfCheck.problems(),
          ...tripwire.problems(),
          outboundProblem(),
          textProblem(),
          ...(await lateness()),
        ];
        const said = problems.filter((problem) => problem !== null);
        if (held.length > 0) return { status: 'held', problems: said };
        return { status: said.length === 0 ? 'ok' : 'degraded', problems: said };
      } catch (error) {
        runtime().log.error('the health check cannot read the database', { error });
        return { status: 'down', problems: ['the database cannot be read'] };
      }
    },
  };
};
