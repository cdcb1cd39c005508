/**
 * Reads the outbox lane by lane, over the index (lane, admitted, place, id).
 *
 * A loose index scan finds the lanes: it steps from one lane to the next, whatever lies between. A
 * paused endpoint costs the same however many messages wait for it.
 *
 * PostgreSQL and SQLite do that when a recursive query asks for the first lane above the last one.
 * MySQL would read the range, but has a plan for DISTINCT on an index prefix, "Using index for
 * group-by".
 */
import type { StoreContext } from '../sql/context';
import { gateOf } from '../gates/gate-place';
import { choose, type Budget, type Candidate } from './lane-budget';
import { unleased } from './outbox';
import { LANE_INDEX } from '../sql/tables';
import { integer, integerOrNull, rowsOf, text, type Row } from '../sql/rows';

/** Lanes per statement; below MySQL's limit on recursion. */
export const LANES_PER_PAGE = 500;
/** Lanes whose first messages one statement reads; SQLite allows 500 terms in a UNION. */
const LANES_PER_UNION = 100;

export interface LaneHead {
  lane: string;
  /** Place of its first message that is not being sent: in the open, its due time. */
  place: number;
}

export interface Head extends LaneHead {
  id: number;
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
  /** When the first lease in these lanes expires; null without one. */
  firstExpiry(lanes: readonly string[]): Promise<number | null>;
  /** Every lane with messages that are not being sent, with the place of the first. */
  heads(now: number): Promise<LaneHead[]>;
  /** First messages of each lane that are not being sent, at most `take(lane)` of each. */
  firstOf(lanes: readonly string[], now: number, take: (lane: string) => number): Promise<Head[]>;
}

export function createLanes(ctx: StoreContext): Lanes {
  // With more lanes than a page, the next scan continues where this one stopped, so that each gets
  // its turn.
  let resumeAfter = '';

  async function pageBetween(above: string, below: string): Promise<string[]> {
    const table = ctx.tables.outbox.quoted;
    const isMysql = ctx.dialect.name === 'mysql';
    const sql = isMysql ? distinctRange(table) : recursiveRange(table);
    const bindings = isMysql
      ? [above, below, LANES_PER_PAGE]
      : [above, below, below, LANES_PER_PAGE];
    const rows = rowsOf(await ctx.prepared(sql, bindings));
    return rows.map((row) => text(row.lane));
  }

  const firstOf: Lanes['firstOf'] = async (lanes, now, take) => {
    const table = ctx.tables.outbox.quoted;
    const hint = ctx.dialect.name === 'mysql' ? ` force index (${LANE_INDEX})` : '';
    const one = `select id, lane, place from ${table}${hint}
      where lane = ? and admitted = 0 and ${unleased()} order by place, id limit ?`;
    const rows: Row[] = [];
    for (let from = 0; from < lanes.length; from += LANES_PER_UNION) {
      const some = lanes.slice(from, from + LANES_PER_UNION);
      const sql = some.map((_, index) => `select * from (${one}) as l${index}`).join(' union all ');
      const bindings = some.flatMap((lane) => [lane, now, take(lane)]);
      rows.push(...rowsOf(await ctx.query((knex) => knex.raw(sql, bindings))));
    }
    return rows.map((row) => ({
      id: integer(row.id),
      lane: text(row.lane),
      place: integer(row.place),
    }));
  };

  /** A page of the lanes after this one, and those of them with messages that are not being sent. */
  async function page(after: string, now: number): Promise<{ lanes: string[]; heads: LaneHead[] }> {
    const lanes = await pageBetween(after, LAST_LANE);
    return { lanes, heads: await firstOf(lanes, now, () => 1) };
  }

  /** Lanes with due messages and budget, at least `limit` if there are as many. */
  async function openLanes(now: number, limit: number, budget: Budget): Promise<LaneHead[]> {
    const seen = new Set<string>();
    const open: LaneHead[] = [];
    let beforeStart = resumeAfter === '';
    for (;;) {
      const { lanes, heads } = await page(resumeAfter, now);
      const cameRound = lanes.some((lane) => seen.has(lane));
      open.push(
        ...heads.filter(
          ({ lane, place }) =>
            !seen.has(lane) && gateOf(lane) === null && place <= now && budget.left(lane) > 0
        )
      );
      for (const lane of lanes) seen.add(lane);

      const isLast = lanes.length < LANES_PER_PAGE;
      resumeAfter = isLast ? '' : (lanes.at(-1) ?? '');
      if (open.length >= limit || cameRound || (isLast && beforeStart)) return open;
      beforeStart ||= isLast;
    }
  }

  return {
    pageBetween,
    firstOf,

    async firstExpiry(lanes) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.outbox.name)
          .min({ first: 'leased_until' })
          .whereIn('lane', [...lanes])
      );
      return integerOrNull(rows[0]?.first);
    },

    async heads(now) {
      const found: LaneHead[] = [];
      for (let after = ''; ;) {
        const { lanes, heads } = await page(after, now);
        found.push(...heads);
        const last = lanes.at(-1);
        if (last === undefined || lanes.length < LANES_PER_PAGE) return found;
        after = last;
      }
    },

    async oldestDue({ now, limit, budget, except }) {
      const open = (await openLanes(now, limit, budget))
        .sort((a, b) => a.place - b.place)
        .slice(0, limit)
        .map(({ lane }) => lane);
      const heads = await firstOf(open, now, (lane) => budget.left(lane) + except.size);
      const candidates = heads
        .filter(({ id, place }) => place <= now && !except.has(id))
        .sort((a, b) => a.place - b.place || a.id - b.id)
        .map(({ id, lane }): Candidate => ({ id, lane }));
      return choose(candidates, limit, budget);
    },
  };
}

/** Above every lane, in every collation. */
export const LAST_LANE = 'z';

const recursiveRange = (table: string): string => `
  with recursive lanes(lane, turn) as (
    select (select lane from ${table} where lane > ? and lane < ? order by lane limit 1), 1
    union all
    select (select m.lane from ${table} m where m.lane > lanes.lane and m.lane < ? order by m.lane limit 1),
      lanes.turn + 1
    from lanes where lanes.lane is not null and lanes.turn < ?
  )
  select lane from lanes where lane is not null`;

const distinctRange = (table: string): string =>
  `select distinct lane from ${table} where lane > ? and lane < ? order by lane limit ?`;
