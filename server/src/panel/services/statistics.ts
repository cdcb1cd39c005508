/** Results of attempts in the last hour, day or week. */
import type { Core } from '@strapi/strapi';

import type { EndpointStatistics, Statistics } from '../../stats/types';
import { percentilesOf, spanOf, stepsOf, tallyOf, type Range } from '../../core/health/statistics';
import type { TotalRow } from '../../store/log/panel-types';
import { runtimeOf } from '../../runtime/runtime';

export const createStatisticsService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /** Statistics of all servers, a few seconds old. Writes this server's counts first. */
  async read(range: Range, endpointId?: number): Promise<Statistics> {
    const { store, clock, watch } = runtimeOf(strapi);
    await watch.tally.flush();
    const span = spanOf(range, clock.now());
    const rows = { ...span, ...(endpointId !== undefined && { endpointId }) };
    const [steps, totals] = await Promise.all([store.rollupSteps(rows), store.rollupTotals(rows)]);
    return {
      range,
      from: span.from,
      to: span.to,
      stepMs: span.stepMs,
      steps: stepsOf(span, steps),
      totals: tallyOf(totals),
      latency: percentilesOf(totals),
      endpoints: endpointsOf(totals),
    };
  },
});

function endpointsOf(totals: readonly TotalRow[]): EndpointStatistics[] {
  const byEndpoint = new Map<number | null, TotalRow[]>();
  for (const row of totals) {
    byEndpoint.set(row.endpointId, [...(byEndpoint.get(row.endpointId) ?? []), row]);
  }
  return [...byEndpoint].map(([endpointId, rows]) => ({
    endpointId,
    ...tallyOf(rows),
    latency: percentilesOf(rows),
  }));
}
