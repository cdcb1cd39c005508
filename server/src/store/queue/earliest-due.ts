/**
 * earliestDue: when an unfinished message of an open lane may next be sent.
 *
 * Reads the heads of the lanes, however many messages wait in them, and the leases that may expire.
 * With more lanes than one page, or with messages behind a gate, the answer is "now": only a claim can
 * tell.
 */
import { isTimed } from '../gates/gate-place';
import type { QueueStore } from '../types';
import { LANES_PER_PAGE, LAST_LANE, type Lanes } from './lanes';

const NOW = 0;
/** No lease has ended by then. */
const BEFORE_ALL = 0;

export function createEarliestDue(lanes: Lanes): QueueStore['earliestDue'] {
  return async (budget) => {
    const known = await lanes.pageBetween('', LAST_LANE);
    if (known.length === LANES_PER_PAGE) return NOW;
    const open = known.filter((lane) => (budget.lanes.get(lane) ?? budget.default) > 0);
    if (open.length === 0) return null;
    if (!open.every(isTimed)) return NOW;
    const heads = await lanes.firstOf(open, BEFORE_ALL, () => 1);
    const expiry = await lanes.firstExpiry(open);
    const instants = heads.map(({ place }) => place);
    if (expiry !== null) instants.push(expiry);
    return instants.length === 0 ? null : Math.min(...instants);
  };
}
