/** For machines that watch: everything the overview says, as numbers, and one word on whether all is well. */
import type { Core } from '@strapi/strapi';
import { Registry } from 'prom-client';

import type { HealthView } from '../../stats/types';
import { oldestDueAgeMs, readGauges } from './gauges';
import { runtimeOf, type Runtime } from '../../runtime/runtime';

const MS_PER_SECOND = 1_000;
/** Longer than this behind, and something is wrong that a retry will not mend. */
const LATE_MS = 5 * 60 * MS_PER_SECOND;

export const createMetricsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const runtime = (): Runtime => runtimeOf(strapi);

  async function lateness(): Promise<string[]> {
    const lateMs = await oldestDueAgeMs(runtime());
    if (lateMs <= LATE_MS) return [];
    return [`the oldest due message has waited for ${Math.round(lateMs / MS_PER_SECOND)} s`];
  }

  return {
    /** In the text format that Prometheus reads. */
    async render(): Promise<{ type: string; text: string }> {
      const all = Registry.merge([await readGauges(runtime()), runtime().watch.meters.registry]);
      return { type: all.contentType, text: await all.metrics() };
    },

    /** Never throws: a database that is gone is what one asks for. */
    async health(): Promise<HealthView> {
      const { environment, keys, outboundProblem } = runtime();
      try {
        const problems = [
          environment.problem(),
          keys.problem(),
          outboundProblem(),
          ...(await lateness()),
        ];
        const said = problems.filter((problem) => problem !== null);
        return { status: said.length === 0 ? 'ok' : 'degraded', problems: said };
      } catch (error) {
        runtime().log.error('the health check cannot read the database', { error });
        return { status: 'down', problems: ['the database cannot be read'] };
      }
    },
  };
};
