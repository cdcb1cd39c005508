/**
 * earliestDue: when an unfinished message of an open lane may next be sent.
 *
 * Reads the heads of the lanes, however many messages wait in them. With more lanes than one page, or
 * with messages behind a gate, the answer is "now": only a claim can tell.
 */
import { LEASED } from '../gates/gate-place';
import type { QueueStore } from '../types';
import { LANES_PER_PAGE, type Lanes } from './lanes';

const NOW = 0;

export function createEarliestDue(lanes: Lanes): QueueStore['earliestDue'] {
  return async (budget) => {
    const heads = await lanes.firstHeads();
    if (heads.length === LANES_PER_PAGE) return NOW;
    const instants = heads
      .filter(({ lane }) => (budget.lanes.get(lane) ?? budget.default) > 0)
      .map(({ dueAt }) => (dueAt >= LEASED ? NOW : dueAt));
    return instants.length === 0 ? null : Math.min(...instants);
  };
}
