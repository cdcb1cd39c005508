/**
 * Walks the log from its oldest message on, and finds the delivered ones. Messages have no index by
 * state or time, which every settlement would have to change.
 */
import type { StoreContext } from '../sql/context';
import { integer, text, type Row } from '../sql/rows';

const ROWS_PER_PAGE = 1_000;
/** Pages in one call. What is kept longer (dead letters, waiting messages) must be passed over. */
const MAX_PAGES = 50;

export function createDeliveredWalk(ctx: StoreContext) {
  /** Row id of the last message passed; the walk starts again at the end. */
  let passed = 0;

  const page = (): Promise<Row[]> =>
    ctx.query<Row[]>((knex) =>
      knex(ctx.tables.message.name)
        .select('id', 'state', 'enqueued_at', 'finished_at')
        .where('id', '>', passed)
        .orderBy('id')
        .limit(ROWS_PER_PAGE)
    );

  return {
    /**
     * @returns row ids of up to `limit` messages delivered before an instant, epoch ms. Fewer when no older
     *   message is left, or after enough pages for one call.
     */
    async next(limit: number, before: number): Promise<number[]> {
      const found: number[] = [];
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const rows = await page();
        for (const row of rows) {
          if (found.length === limit) return found;
          if (integer(row.enqueued_at) >= before) {
            passed = 0;
            return found;
          }
          passed = integer(row.id);
          const isExpired = text(row.state) === 'delivered' && integer(row.finished_at) < before;
          if (isExpired) found.push(passed);
        }
        if (rows.length < ROWS_PER_PAGE) {
          passed = 0;
          return found;
        }
      }
      return found;
    },
  };
}
