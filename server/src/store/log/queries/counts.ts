/** Counts for the overview. Each stops at a cap by counting a limited list. */
import type { Knex } from 'knex';

import { MESSAGE_STATES, type MessageState, type OutcomeKind } from '../../../core/message/message';
import type { DeadLetterGroup } from '../../views';
import type { StoreContext } from '../../sql/context';
import type { Sql } from '../../sql/dialect';
import { isBraked } from '../../gates/brakes';
import { isTimed } from '../../gates/gate-place';
import type { Lanes } from '../../queue/lanes';
import { integer, integerOrNull, rowsOf, textOrNull, type Row } from '../../sql/rows';
import type { Table } from '../../sql/tables';
import type { QueryStore } from '../../types';
import { listOf } from './listings';

const ENDPOINTS_PER_STATEMENT = 50;
/** Newest dead letters that are grouped. */
const GROUPED_DEAD_LETTERS = 10_000;
/** Newest messages among which delivered ones are counted. */
const LOOKED_AT = 200_000;

type Counts = Pick<
  QueryStore,
  'countByState' | 'countByEndpoint' | 'countRetrying' | 'oldestDue' | 'deadLetterGroups'
>;

export function createCounts(ctx: StoreContext, lanes: Lanes): Counts {
  const run = async ({ sql, bindings }: Sql) =>
    rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));

  const capped = (table: Table, where: string): string =>
    `(select count(*) from (select 1 as one from ${table.quoted} where ${where} limit ?) as few)`;

  async function countEndpoints(ids: readonly number[], upTo: number) {
    const { outbox, undelivered } = ctx.tables;
    const one = `select ? as endpoint_id, ${capped(outbox, 'endpoint_id = ?')} as pending,
      ${capped(undelivered, `endpoint_id = ? and state = 'dead'`)} as dead`;
    return run({
      sql: ids.map(() => one).join(' union all '),
      bindings: ids.flatMap((id) => [id, id, upTo, id, upTo]),
    });
  }

  async function countState(state: MessageState, upTo: number): Promise<number> {
    const [row] = await ctx.query<Row[]>((knex) => {
      const some =
        state === 'delivered'
          ? newest(knex).where({ state }).limit(upTo)
          : listOf(ctx, knex, { state }).select('id').limit(upTo);
      return knex.count({ messages: '*' }).from(some.as('few'));
    });
    return integer(row?.messages);
  }

  /** Delivered messages have no list, but are most of the log. */
  const newest = (knex: Knex): Knex.QueryBuilder =>
    knex
      .select('id')
      .from(
        knex(ctx.tables.message.name)
          .select('id', 'state')
          .orderBy('id', 'desc')
          .limit(LOOKED_AT)
          .as('newest')
      );

  return {
    async countByState(upTo) {
      const counts = await Promise.all(MESSAGE_STATES.map((state) => countState(state, upTo)));
      return Object.fromEntries(
        MESSAGE_STATES.map((state, index) => [state, counts[index] ?? 0])
      ) as Record<MessageState, number>;
    },

    async countByEndpoint(endpointIds, upTo) {
      const counts = new Map<number, { pending: number; dead: number }>();
      for (let from = 0; from < endpointIds.length; from += ENDPOINTS_PER_STATEMENT) {
        const ids = endpointIds.slice(from, from + ENDPOINTS_PER_STATEMENT);
        for (const row of await countEndpoints(ids, upTo)) {
          counts.set(integer(row.endpoint_id), {
            pending: integer(row.pending),
            dead: integer(row.dead),
          });
        }
      }
      return counts;
    },

    async countRetrying(endpointIds) {
      const [row] = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.message.name)
          .count({ messages: '*' })
          .whereIn(
            'id',
            listOf(ctx, knex, { state: 'pending', endpointIds }).select('id').where({ started: 1 })
          )
          // A callback has started without an attempt.
          .where('attempts', '>', 0)
          .whereRaw(`not ${isBraked(ctx, ctx.tables.message.quoted)}`)
      );
      return integer(row?.messages);
    },

    async oldestDue(now, heldLanes) {
      const held = new Set(heldLanes);
      const open = (await lanes.heads(now)).filter(
        ({ lane, place }) => !held.has(lane) && isTimed(lane) && place <= now
      );
      return open.reduce<number | null>((a, { place }) => Math.min(a ?? place, place), null);
    },

    async deadLetterGroups(limit) {
      const rows = await run({
        sql: `select g.*, n.last_error from (
            select endpoint_id, max(endpoint_name) as endpoint_name, last_outcome, last_status,
              count(*) as letters, min(finished_at) as oldest, max(finished_at) as newest, max(m.id) as newest_id
            from (
              select id from ${ctx.tables.undelivered.quoted} where state = 'dead' order by id desc limit ?
            ) as recent join ${ctx.tables.message.quoted} m on m.id = recent.id
            group by endpoint_id, last_outcome, last_status
          ) g join ${ctx.tables.message.quoted} n on n.id = g.newest_id
          order by letters desc, newest desc limit ?`,
        bindings: [GROUPED_DEAD_LETTERS, limit],
      });
      return rows.map((row): DeadLetterGroup => ({
        endpointId: integerOrNull(row.endpoint_id),
        endpointName: textOrNull(row.endpoint_name),
        lastOutcome: textOrNull(row.last_outcome) as OutcomeKind | null,
        lastStatus: integerOrNull(row.last_status),
        lastError: textOrNull(row.last_error),
        count: integer(row.letters),
        oldest: integer(row.oldest),
        newest: integer(row.newest),
      }));
    },
  };
}
