/** How a user wants to see a list: its columns, rows per page, and order. Kept in this browser. */
import { useStored } from './useStored';

import type { ListSort } from '../../../server/src/panel/contract';

export interface ListOrder {
  by: string;
  isAscending: boolean;
}

interface Choices {
  /** Names of columns. */
  hidden: string[];
  pageSize: number | null;
  order: ListOrder | null;
}

export interface ListChoices extends Choices {
  pageSize: number;
  choose: (next: Partial<Choices>) => void;
  /** Sorts by a column: ascending, then descending, then as at first. */
  sortBy: (column: string) => void;
}

const NONE: Choices = { hidden: [], pageSize: null, order: null };

/**
 * @param defaultPageSize rows per page until the user chooses.
 * @param onMoved called when a page has other rows than before.
 */
export const useListChoices = (
  list: string,
  defaultPageSize: number,
  onMoved?: () => void
): ListChoices => {
  const [choices, keep] = useStored(`list.${list}`, NONE);
  const choose = (next: Partial<Choices>) => {
    keep({ ...choices, ...next });
    if (next.hidden === undefined) onMoved?.();
  };
  return {
    ...choices,
    pageSize: choices.pageSize ?? defaultPageSize,
    choose,
    sortBy: (by) => {
      const { order } = choices;
      if (order?.by !== by) return choose({ order: { by, isAscending: true } });
      return choose({ order: order.isAscending ? { by, isAscending: false } : null });
    },
  };
};

/** The order as the server takes it. Only the time of creation has an index. */
export const sortParam = ({ order }: Pick<ListChoices, 'order'>): ListSort | undefined =>
  order?.by === 'created' && order.isAscending ? 'createdAt:asc' : undefined;
