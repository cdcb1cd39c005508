/** Lists of the QStash API: each search looks at a bounded number of rows, and those that follow it reach every row. */
import { MAX_ROW_ID } from '../../server/src/core/message/row-id';
import type { Found, Place } from '../../server/src/store/log/page-types';
import type { QstashQuery } from '../../server/src/store/log/qstash-types';
import { createQstashQueries } from '../../server/src/store/log/queries/qstash';
import { createQstashLog } from '../../server/src/store/log/queries/qstash-log';
import { databasesUnderTest } from '../support/databases';
import { claim, dead, event, message, NOW, responded } from './factories';
import { useScratch } from './scratch';

const MESSAGES = 40;
const REACH = { slice: 4, rows: 10 };
/** Slices are whole: a search that may look at ten rows looks at three slices of four. */
const LOOKED_AT = 12;
const RARE: QstashQuery = { topicName: ['rare'] };

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    const lists = () => ({
      ...createQstashQueries(scratch().context, REACH),
      ...createQstashLog(scratch().context, REACH),
    });

    /** The first one matches `RARE`; each is recorded a millisecond after the one before. */
    async function fill(): Promise<number[]> {
      const ids: number[] = [];
      for (let n = 0; n < MESSAGES; n += 1) {
        const messages = [message({ topicName: n === 0 ? 'rare' : 'common' })];
        const [inserted] = await store().insert([{ event: event(), messages }], NOW + n);
        ids.push(inserted!.id);
      }
      return ids;
    }

    async function dieAll(): Promise<void> {
      const claimed = await store().claim(claim({ limit: MESSAGES }));
      await store().settle(claimed.map((one) => dead(one, responded(500))));
    }

    /** Calls until nothing is left. */
    async function walk<T>(ask: (from: Place | null) => Promise<Found<T>>) {
      const rows: T[] = [];
      let calls = 0;
      let next: Place | null = null;
      do {
        const found = await ask(next);
        rows.push(...found.rows);
        next = found.next;
        calls += 1;
      } while (next !== null && calls < 2 * MESSAGES);
      return { rows, calls };
    }

    const below = (from: Place | null) => (from === null ? {} : { before: from.id });

    it('finds the oldest message by a filter without an index', async () => {
      const [first] = await fill();
      const { rows, calls } = await walk((from) =>
        lists().listQstashRows(RARE, { ...below(from), limit: 5 })
      );
      expect(rows.map(({ id }) => id)).toEqual([first]);
      expect(calls).toBe(Math.ceil(MESSAGES / LOOKED_AT));
    });

    it('finds it among those of several states, in the order of a walk', async () => {
      const ids = await fill();
      await store().claim(claim({ limit: MESSAGES / 2 }));
      const { rows } = await walk((from) =>
        lists().walkQstashRows(
          { topicName: ['common'], state: ['pending', 'active'] },
          { after: from?.id ?? 0, upTo: ids.at(-2)!, limit: 3 }
        )
      );
      expect(rows.map(({ id }) => id)).toEqual(ids.slice(1, -1));
    });

    it('reads no further than the dates that are asked for', async () => {
      const ids = await fill();
      const late = NOW + 3_600_000;
      await store().insert([{ event: event(), messages: [message()] }], late);
      const found = await lists().listQstashRows({ from: late }, { limit: 5 });
      expect(found).toMatchObject({ rows: [{ createdAt: late }], next: null });
      const early = await lists().listQstashRows({ to: NOW, topicName: ['rare'] }, { limit: 5 });
      expect(early.rows).toEqual([]);
      const { rows } = await walk((from) =>
        lists().listQstashRows({ to: NOW }, { ...below(from), limit: 5 })
      );
      expect(rows.map(({ id }) => id)).toEqual([ids[0]]);
    });

    it('begins at any row id', async () => {
      const ids = await fill();
      await store().cancel(ids, NOW);
      const upTo = MAX_ROW_ID;
      expect((await lists().listQstashRows({}, { before: upTo, limit: 1 })).rows).toHaveLength(1);
      expect((await lists().walkQstashRows({}, { after: upTo - 1, upTo, limit: 1 })).rows).toEqual(
        []
      );
      expect((await lists().listLogAttempts({}, { upTo, limit: 1 })).rows).toEqual([]);
      const newest = await lists().listCanceled({}, { upTo: { at: NOW, id: upTo }, limit: 1 });
      expect(newest.rows).toMatchObject([{ id: ids.at(-1) }]);
    });

    it('finds the oldest attempt', async () => {
      const [first] = await fill();
      await dieAll();
      const { rows, calls } = await walk((from) =>
        lists().listLogAttempts(RARE, { ...(from && { upTo: from.id - 1 }), limit: 5 })
      );
      expect(rows.map(({ message: { id } }) => id)).toEqual([first]);
      expect(calls).toBe(Math.ceil(MESSAGES / LOOKED_AT));
    });

    it('finds attempts by result and by message', async () => {
      await fill();
      await dieAll();
      const delivered = await walk((from) =>
        lists().listLogAttempts(
          {},
          {
            ...(from && { upTo: from.id - 1 }),
            kind: 'delivered',
            limit: 5,
          }
        )
      );
      expect(delivered).toEqual({ rows: [], calls: Math.ceil(MESSAGES / LOOKED_AT) });
      const [row] = (await lists().listQstashRows({}, { limit: 1 })).rows;
      const named = await lists().listLogAttempts({ messageId: [row!.messageId] }, { limit: 5 });
      expect(named).toMatchObject({ rows: [{ message: { id: row!.id } }], next: null });
    });

    it('pages through messages that were canceled at one instant, and before it', async () => {
      const ids = await fill();
      await store().cancel(ids.slice(0, 10), NOW + 1);
      await store().cancel(ids.slice(10), NOW + 2);
      const behind = (from: Place | null) =>
        from === null ? {} : { upTo: { at: from.at, id: from.id - 1 } };
      const all = await walk((from) => lists().listCanceled({}, { ...behind(from), limit: 7 }));
      expect(all.rows.map(({ id }) => id)).toEqual([
        ...ids.slice(10).reverse(),
        ...ids.slice(0, 10).reverse(),
      ]);
      const rare = await walk((from) => lists().listCanceled(RARE, { ...behind(from), limit: 7 }));
      expect(rare.rows.map(({ id }) => id)).toEqual([ids[0]]);
      expect(rare.calls).toBe(Math.ceil(MESSAGES / LOOKED_AT));
      const early = await lists().listCanceled({ to: NOW + 1 }, { limit: 20 });
      expect(early.rows.map(({ id }) => id)).toEqual(ids.slice(0, 10).reverse());
    });
  });
}
