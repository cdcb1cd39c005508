/** Filters and sorts the list of endpoints, which is loaded as a whole. Pure. */
import { successPercent } from '../overview/chart';

import type { ListOrder } from '../../hooks/useListChoices';
import type {
  AttemptTally,
  EndpointHealthView,
  EndpointView,
} from '../../../../server/src/panel/contract';

/** Status as the list shows it. */
export const ENDPOINT_STATUSES = ['active', 'failing', 'suspended', 'paused', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

export interface EndpointListRow {
  id: number;
  endpoint: EndpointView;
  /** Undefined while loading. */
  health: EndpointHealthView | undefined;
  /** Attempts of the last day. Undefined: none, or no right to see them. */
  tally: AttemptTally | undefined;
}

export interface EndpointFilter {
  search: string;
  status: EndpointStatus | undefined;
}

export function statusOf({
  state,
  breaker,
  problem,
  firstFailureAt,
}: EndpointView): EndpointStatus {
  if (state !== 'active') return state;
  if (problem === null && breaker !== null) return 'suspended';
  return problem !== null || firstFailureAt !== null ? 'failing' : 'active';
}

const KEYS: Readonly<Record<string, (row: EndpointListRow) => number | string>> = {
  name: ({ endpoint }) => endpoint.name.toLowerCase(),
  state: ({ endpoint }) => ENDPOINT_STATUSES.indexOf(statusOf(endpoint)),
  success: ({ tally }) => (tally === undefined ? -1 : (successPercent(tally) ?? -1)),
  delivered: ({ health }) => health?.lastDeliveredAt ?? 0,
  waiting: ({ health }) => health?.pending ?? 0,
  dead: ({ health }) => health?.dead ?? 0,
};

export const isSortable = (column: string): boolean => column in KEYS;

/** @param order null: as loaded. */
export function endpointRows(
  rows: readonly EndpointListRow[],
  { search, status }: EndpointFilter,
  order: ListOrder | null
): EndpointListRow[] {
  const wanted = search.trim().toLowerCase();
  const shown = rows.filter(
    ({ endpoint }) =>
      `${endpoint.name} ${endpoint.url}`.toLowerCase().includes(wanted) &&
      (status === undefined || statusOf(endpoint) === status)
  );
  const key = order === null ? undefined : KEYS[order.by];
  if (order === null || key === undefined) return shown;
  const sign = order.isAscending ? 1 : -1;
  return shown.sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}
