/**
 * rollups: attempts counted over time.
 *
 * Adds      to the row of each slot. Missing rows are inserted with zero first, so that each draws an
 *           id once: an upsert would draw one per addition, and a busy server would run out of ids.
 * Atomic    in one transaction, rows in the order of their ids, because several servers add to them.
 * Reads     by the index (grain_ms, at, id): a week of hours, or an hour of minutes.
 */
import type { Knex } from 'knex';

import type { Rollup, SettledAs } from '../../core/health/statistics';
import type { StoreContext } from '../sql/context';
import { integer, text, type Row } from '../sql/rows';
import type { PanelStore, RollupSpan, TotalRow } from './panel-types';

const BATCH = 200;
/** Stored instead of null, because a unique slot needs a value. */
const BARE_URL = 0;

type Rollups = Pick<PanelStore, 'addRollups' | 'rollupSteps' | 'rollupTotals' | 'purgeRollups'>;

export function createRollups(ctx: StoreContext): Rollups {
  const { tables, dialect } = ctx;

  const bySlot = (trx: Knex, slots: readonly string[]) =>
    trx(tables.rollup.name)
      .select('id', 'slot')
      .whereIn('slot', [...slots])
      .orderBy('id');

  async function idsOf(trx: Knex, batch: readonly Rollup[]): Promise<Map<string, number>> {
    const slots = batch.map(slotOf);
    const known = idsBySlot((await bySlot(trx, slots)) as Row[]);
    const missing = batch.filter((rollup) => !known.has(slotOf(rollup)));
    if (missing.length === 0) return known;
    await trx(tables.rollup.name).insert(missing.map(emptyRow)).onConflict('slot').ignore();
    // Locks, because MySQL would not show rows that another server inserted after the first read.
    return idsBySlot((await dialect.lock(bySlot(trx, slots), 'wait')) as Row[]);
  }

  async function add(trx: Knex.Transaction, batch: readonly Rollup[]): Promise<void> {
    const ids = await idsOf(trx, batch);
    const rows = batch
      .map((rollup) => ({ row_id: ids.get(slotOf(rollup)) ?? 0, added: rollup.attempts }))
      .sort((a, b) => a.row_id - b.row_id);
    const attempts = `m.${dialect.quote('attempts')} + s.added`;
    const rowset = dialect.rowset({ row_id: 'integer', added: 'bigint' }, rows);
    const { sql, bindings } = dialect.updateFrom(tables.rollup, rowset, { attempts });
    await trx.raw(sql, bindings);
  }

  const within = (knex: Knex, { grainMs, from, to, endpointId }: RollupSpan) =>
    knex(tables.rollup.name)
      .where({ grain_ms: grainMs, ...(endpointId !== undefined && { endpoint_id: endpointId }) })
      .andWhere('at', '>=', from)
      .andWhere('at', '<', to)
      .sum({ attempts: 'attempts' });

  return {
    async addRollups(rollups) {
      await ctx.transaction(async (trx) => {
        for (let from = 0; from < rollups.length; from += BATCH) {
          await add(trx, rollups.slice(from, from + BATCH));
        }
      });
    },

    async rollupSteps(span) {
      const grouped = ['at', 'settled_as'];
      const rows = await ctx.query<Row[]>((knex) =>
        within(knex, span).select(grouped).groupBy(grouped)
      );
      return rows.map((row) => ({
        at: integer(row.at),
        settledAs: text(row.settled_as) as SettledAs,
        attempts: integer(row.attempts),
      }));
    },

    async rollupTotals(span) {
      const grouped = ['endpoint_id', 'settled_as', 'latency_ms'];
      const rows = await ctx.query<Row[]>((knex) =>
        within(knex, span).select(grouped).groupBy(grouped)
      );
      return rows.map((row): TotalRow => ({
        endpointId: integer(row.endpoint_id) === BARE_URL ? null : integer(row.endpoint_id),
        settledAs: text(row.settled_as) as SettledAs,
        latencyMs: integer(row.latency_ms),
        attempts: integer(row.attempts),
      }));
    },

    async purgeRollups(grainMs, before, limit) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(tables.rollup.name)
          .select('id')
          .where({ grain_ms: grainMs })
          .andWhere('at', '<', before)
          .orderBy('at')
          .limit(limit)
      );
      if (rows.length === 0) return 0;
      const ids = rows.map((row) => integer(row.id));
      return ctx.query<number>((knex) => knex(tables.rollup.name).whereIn('id', ids).delete());
    },
  };
}

const idsBySlot = (rows: readonly Row[]): Map<string, number> =>
  new Map(rows.map((row) => [text(row.slot), integer(row.id)]));

const slotOf = ({ grainMs, at, endpointId, settledAs, latencyMs }: Rollup): string =>
  [grainMs, at, endpointId ?? BARE_URL, settledAs, latencyMs].join(':');

const emptyRow = (rollup: Rollup) => ({
  slot: slotOf(rollup),
  grain_ms: rollup.grainMs,
  at: rollup.at,
  endpoint_id: rollup.endpointId ?? BARE_URL,
  settled_as: rollup.settledAs,
  latency_ms: rollup.latencyMs,
  attempts: 0,
});
