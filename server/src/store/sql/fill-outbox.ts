/**
 * Lists the messages of an installation that had no outbox: the unfinished ones in the outbox, due as
 * they were, and the dead and canceled ones among the undelivered. Runs once, at the first start.
 *
 * Attempts that were in flight are repeated: their process has ended.
 */
import type { Knex } from 'knex';

import { WAITING_COLUMNS, waitingAgain } from '../gates/gates';
import { insertRows } from '../queue/insert-rows';
import { putInOutbox, type Waiting } from '../queue/outbox';
import type { StoreContext } from './context';
import { integer, integerOrNull, text, type Row } from './rows';
import { createSettings } from './settings';
import { UNDELIVERED_COLUMNS, type Values } from './tables';

const DONE = 'outbox filled';
const BATCH = 1_000;
const UNFINISHED = ['pending', 'active'];

export async function fillOutbox(ctx: StoreContext): Promise<void> {
  const { readSetting, writeSetting } = createSettings(ctx);
  if ((await readSetting(DONE)) !== null) return;
  let listed = 0;
  for (let after = 0; ;) {
    const rows = await ctx.transaction((trx) => fillBatch(ctx, trx, after));
    const last = rows.at(-1);
    if (last === undefined) break;
    listed += rows.length;
    after = integer(last.id);
  }
  await writeSetting(DONE, 'yes');
  if (listed > 0) ctx.log.info(`moved ${listed} messages to the new outbox`);
}

async function fillBatch(
  ctx: StoreContext,
  trx: Knex.Transaction,
  after: number
): Promise<readonly Row[]> {
  const { tables } = ctx;
  // In order of their ids, which another node that starts at the same time locks in the same order.
  const query = trx(tables.message.name)
    .select('id', 'state', 'not_before', 'finished_at', ...WAITING_COLUMNS)
    .whereIn('state', [...UNFINISHED, 'dead', 'canceled'])
    .andWhere('id', '>', after)
    .orderBy('id')
    .limit(BATCH);
  const rows = (await ctx.dialect.lock(query, 'wait')) as Row[];
  const ids = rows.map((row) => integer(row.id));
  const known = new Set<number>();
  for (const { name } of [tables.outbox, tables.undelivered]) {
    const there = (await trx(name).select('id').whereIn('id', ids)) as Row[];
    for (const row of there) known.add(integer(row.id));
  }
  const waiting: Waiting[] = [];
  const ended: Values[] = [];
  for (const row of rows.filter(({ id }) => !known.has(integer(id)))) {
    const id = integer(row.id);
    if (UNFINISHED.includes(text(row.state))) {
      waiting.push({ ...(await waitingAgain(ctx, trx, row, integer(row.not_before))), id });
    } else {
      ended.push({
        id,
        state: text(row.state),
        endpoint_id: integerOrNull(row.endpoint_id),
        ended_at: integer(row.finished_at),
        lease_token: null,
      });
    }
  }
  if (waiting.length > 0) await putInOutbox(ctx, trx, waiting);
  if (ended.length > 0) {
    const target = { table: tables.undelivered, columns: UNDELIVERED_COLUMNS };
    await insertRows(ctx, trx, target, ended);
  }
  await trx(tables.message.name)
    .whereIn('id', ids)
    .andWhere({ state: 'active' })
    .update({ state: 'pending' });
  return rows;
}
