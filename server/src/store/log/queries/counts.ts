/** Counts for the overview. Each stops at a cap by counting a limited list. */
import { MESSAGE_STATES, type MessageState } from '../../../core/message/message';
import type { OutcomeKind } from '../../../core/message/message';
import type { DeadLetterGroup } from '../../views';
import type { StoreContext } from '../../sql/context';
import type { Sql } from '../../sql/dialect';
import type { Lanes } from '../../queue/lanes';
import { integer, integerOrNull, rowsOf, textOrNull } from '../../sql/rows';
import type { QueryStore } from '../../types';

const ENDPOINTS_PER_STATEMENT = 50;
/** Newest dead letters that are grouped. */
const GROUPED_DEAD_LETTERS = 10_000;

type Counts = Pick<
  QueryStore,
  'countByState' | 'countByEndpoint' | 'oldestDue' | 'deadLetterGroups'
>;

export function createCounts(ctx: StoreContext, lanes: Lanes): Counts {
  const run = async ({ sql, bindings }: Sql) =>
    rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));

  const capped = (where: string): string =>
    `(select count(*) from (select 1 as one from ${ctx.tables.message.quoted} where ${where} limit ?) as few)`;

  async function countEndpoints(ids: readonly number[], upTo: number) {
    const one = `select ? as endpoint_id, ${['pending', 'active', 'dead']
      .map((state) => `${capped(`endpoint_id = ? and state = '${state}'`)} as ${state}`)
      .join(', ')}`;
    return run({
      sql: ids.map(() => one).join(' union all '),
      bindings: ids.flatMap((id) => [id, id, upTo, id, upTo, id, upTo]),
    });
  }

  return {
    async countByState(upTo) {
      const [row] = await run({
        sql: `select ${MESSAGE_STATES.map((state) => `${capped('state = ?')} as ${state}`).join(', ')}`,
        bindings: MESSAGE_STATES.flatMap((state) => [state, upTo]),
      });
      return Object.fromEntries(
        MESSAGE_STATES.map((state) => [state, integer(row?.[state])])
      ) as Record<MessageState, number>;
    },

    async countByEndpoint(endpointIds, upTo) {
      const counts = new Map<number, { pending: number; dead: number }>();
      for (let from = 0; from < endpointIds.length; from += ENDPOINTS_PER_STATEMENT) {
        const ids = endpointIds.slice(from, from + ENDPOINTS_PER_STATEMENT);
        for (const row of await countEndpoints(ids, upTo)) {
          const unfinished = integer(row.pending) + integer(row.active);
          counts.set(integer(row.endpoint_id), {
            pending: Math.min(unfinished, upTo),
            dead: integer(row.dead),
          });
        }
      }
      return counts;
    },

    async oldestDue(now, heldLanes) {
      const oldest = await lanes.oldestOutside(new Set(heldLanes));
      return oldest !== null && oldest <= now ? oldest : null;
    },

    async deadLetterGroups(limit) {
      const rows = await run({
        sql: `select endpoint_id, max(endpoint_name) as endpoint_name, last_outcome, last_status,
            count(*) as letters, min(finished_at) as oldest, max(finished_at) as newest
          from (
            select endpoint_id, endpoint_name, last_outcome, last_status, finished_at
            from ${ctx.tables.message.quoted} where state = 'dead' order by id desc limit ?
          ) as recent
          group by endpoint_id, last_outcome, last_status
          order by letters desc, newest desc limit ?`,
        bindings: [GROUPED_DEAD_LETTERS, limit],
      });
      return rows.map((row): DeadLetterGroup => ({
        endpointId: integerOrNull(row.endpoint_id),
        endpointName: textOrNull(row.endpoint_name),
        lastOutcome: textOrNull(row.last_outcome) as OutcomeKind | null,
        lastStatus: integerOrNull(row.last_status),
        count: integer(row.letters),
        oldest: integer(row.oldest),
        newest: integer(row.newest),
      }));
    },
  };
}
