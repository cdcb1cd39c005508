/**
 * Reads the queue lane by lane, over the index (lane, due_at, id), which holds unfinished messages
 * only.
 *
 * A loose index scan finds the lanes: it steps from one lane to the next, whatever lies between. A
 * paused endpoint costs the same however many messages wait for it.
 *
 * PostgreSQL and SQLite do that when a recursive query asks for the first lane above the last one.
 * MySQL would read the range, but has a plan for GROUP BY on an index prefix, "Using index for
 * group-by".
 */
import type { StoreContext } from '../sql/context';
import { choose, type Budget, type Candidate } from './lane-budget';
import { integer, rowsOf, text, type Row } from '../sql/rows';

/** Lanes per statement; below MySQL's limit on recursion. */
export const LANES_PER_PAGE = 500;
/** Lanes whose oldest messages one statement reads; SQLite allows 500 terms in a UNION. */
const LANES_PER_UNION = 100;

export interface LaneHead {
  lane: string;
  dueAt: number;
}

export interface Lanes {
  /** Ids of due messages: the oldest of each lane, sorted oldest first. */
  oldestDue(wanted: {
    now: number;
    limit: number;
    budget: Budget;
    except: ReadonlySet<number>;
  }): Promise<number[]>;
  /**
   * Next lanes with unfinished messages, in the database's order, between two lanes that need not
   * exist. Fewer than `LANES_PER_PAGE` at the end.
   */
  pageBetween(above: string, below: string): Promise<string[]>;
  /** Lanes with unfinished messages, with their oldest due time: at most `LANES_PER_PAGE`. */
  firstHeads(): Promise<LaneHead[]>;
  /** Every lane with unfinished messages, with its oldest due time. */
  heads(): Promise<LaneHead[]>;
  /** Due time of the oldest unfinished message outside these lanes. */
  oldestOutside(lanes: ReadonlySet<string>): Promise<number | null>;
}

export function createLanes(ctx: StoreContext): Lanes {
  // With more lanes than a page, the next scan continues where this one stopped, so that each gets
  // its turn.
  let resumeAfter = '';

  async function page(after: string): Promise<LaneHead[]> {
    const table = ctx.tables.message.quoted;
    const sql = ctx.dialect.name === 'mysql' ? groupedPage(table) : recursivePage(table);
    const rows = rowsOf(await ctx.query((knex) => knex.raw(sql, [after, LANES_PER_PAGE])));
    return rows.map((row) => ({ lane: text(row.lane), dueAt: integer(row.due_at) }));
  }

  async function pageBetween(above: string, below: string): Promise<string[]> {
    const table = ctx.tables.message.quoted;
    const isMysql = ctx.dialect.name === 'mysql';
    const sql = isMysql ? groupedRange(table) : recursiveRange(table);
    const bindings = isMysql
      ? [above, below, LANES_PER_PAGE]
      : [above, below, below, LANES_PER_PAGE];
    const rows = rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));
    return rows.map((row) => text(row.lane));
  }

  /** Lanes with due messages and budget, at least `limit` if there are as many. */
  async function openLanes(now: number, limit: number, budget: Budget): Promise<LaneHead[]> {
    const seen = new Map<string, LaneHead>();
    let open: LaneHead[] = [];
    let beforeStart = resumeAfter === '';
    for (;;) {
      const heads = await page(resumeAfter);
      const cameRound = heads.some(({ lane }) => seen.has(lane));
      for (const head of heads) seen.set(head.lane, head);
      open = [...seen.values()].filter(({ lane, dueAt }) => dueAt <= now && budget.left(lane) > 0);

      const isLast = heads.length < LANES_PER_PAGE;
      resumeAfter = isLast ? '' : (heads.at(-1)?.lane ?? '');
      if (open.length >= limit || cameRound || (isLast && beforeStart)) return open;
      beforeStart ||= isLast;
    }
  }

  /** Oldest due messages of each lane, within its budget. */
  async function oldestOf(heads: readonly LaneHead[], now: number, take: (lane: string) => number) {
    const table = ctx.tables.message.quoted;
    const one = `select id, lane, due_at from ${table} where lane = ? and due_at <= ? order by due_at, id limit ?`;
    const sql = heads.map((_, index) => `select * from (${one}) as l${index}`).join(' union all ');
    const bindings = heads.flatMap(({ lane }) => [lane, now, take(lane)]);
    return rowsOf(await ctx.query((knex) => knex.raw(sql, bindings)));
  }

  async function heads(): Promise<LaneHead[]> {
    const found: LaneHead[] = [];
    for (let after = ''; ;) {
      const next = await page(after);
      found.push(...next);
      const last = next.at(-1);
      if (last === undefined || next.length < LANES_PER_PAGE) return found;
      after = last.lane;
    }
  }

  return {
    pageBetween,
    firstHeads: () => page(''),
    heads,

    async oldestDue({ now, limit, budget, except }) {
      const open = (await openLanes(now, limit, budget))
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit);
      const rows: Row[] = [];
      for (let from = 0; from < open.length; from += LANES_PER_UNION) {
        const heads = open.slice(from, from + LANES_PER_UNION);
        rows.push(...(await oldestOf(heads, now, (lane) => budget.left(lane) + except.size)));
      }
      const candidates = rows
        .sort((a, b) => integer(a.due_at) - integer(b.due_at) || integer(a.id) - integer(b.id))
        .map((row): Candidate => ({ id: integer(row.id), lane: text(row.lane) }))
        .filter(({ id }) => !except.has(id));
      return choose(candidates, limit, budget);
    },

    async oldestOutside(held) {
      const dueAts = (await heads())
        .filter(({ lane }) => !held.has(lane))
        .map(({ dueAt }) => dueAt);
      return dueAts.reduce<number | null>((a, b) => Math.min(a ?? b, b), null);
    },
  };
}

const recursivePage = (table: string): string => `
  with recursive lanes(lane, place) as (
    select (select lane from ${table} where lane > ? order by lane limit 1), 1
    union all
    select (select m.lane from ${table} m where m.lane > lanes.lane order by m.lane limit 1), lanes.place + 1
    from lanes where lanes.lane is not null and lanes.place < ?
  )
  select lane, (select min(m.due_at) from ${table} m where m.lane = lanes.lane) as due_at
  from lanes where lane is not null`;

const groupedPage = (table: string): string =>
  `select lane, min(due_at) as due_at from ${table} where lane > ? group by lane order by lane limit ?`;

const recursiveRange = (table: string): string => `
  with recursive lanes(lane, place) as (
    select (select lane from ${table} where lane > ? and lane < ? order by lane limit 1), 1
    union all
    select (select m.lane from ${table} m where m.lane > lanes.lane and m.lane < ? order by m.lane limit 1),
      lanes.place + 1
    from lanes where lanes.lane is not null and lanes.place < ?
  )
  select lane from lanes where lane is not null`;

const groupedRange = (table: string): string =>
  `select lane from ${table} where lane > ? and lane < ? group by lane order by lane limit ?`;
