/** Splits a filter into its single conditions. Pure. */
import type { DisplayedState, MessageListFilter } from '../../../../server/src/panel/contract';

type Field = Exclude<keyof MessageListFilter, 'search'>;

export type Chip = { /** The filter without it. */ rest: MessageListFilter } & (
  | { field: 'displayed' | 'state'; value: DisplayedState }
  | { field: 'endpointId' | 'status' | 'from' | 'to' | 'jobId'; value: number }
  | {
      field: Exclude<
        Field,
        'displayed' | 'state' | 'endpointId' | 'status' | 'from' | 'to' | 'jobId'
      >;
      value: string;
    }
);

/** One chip for each value of each field. The search has a field of its own. */
export const chipsOf = (filter: MessageListFilter): Chip[] =>
  (Object.entries(filter) as [string, unknown][]).flatMap(([field, value]) => {
    if (field === 'search' || value === undefined) return [];
    const without = (rest: unknown) => ({ ...filter, [field]: rest });
    if (!Array.isArray(value)) return [{ field, value, rest: without(undefined) } as Chip];
    const values = value as (string | number)[];
    return values.map((one, index) => {
      const rest = values.filter((_, at) => at !== index);
      return { field, value: one, rest: without(rest.length > 0 ? rest : undefined) } as Chip;
    });
  });
