/** Attempts counted over time, the servers there are, what goes next, and what is known of an entry. */
import type { Rollup } from '../../server/src/core/health/statistics';
import { HOUR_MS, MINUTE_MS } from '../../server/src/core/time';
import { databasesUnderTest } from '../support/databases';
import { claim, event, LEASE_MS, message, NOW } from './factories';
import { useScratch } from './scratch';

const AT = Math.floor(NOW / HOUR_MS) * HOUR_MS;
const SPAN = { grainMs: MINUTE_MS, from: AT, to: AT + HOUR_MS };

const rollup = (overrides: Partial<Rollup> = {}): Rollup => ({
  grainMs: MINUTE_MS,
  at: AT,
  endpointId: 1,
  settledAs: 'delivered',
  latencyMs: 100,
  attempts: 1,
  ...overrides,
});

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;

    describe('rollups', () => {
      it('add up, slot by slot', async () => {
        await store().addRollups([rollup(), rollup({ settledAs: 'dead', attempts: 2 })]);
        await store().addRollups([rollup({ attempts: 4 }), rollup({ at: AT + MINUTE_MS })]);
        const steps = await store().rollupSteps(SPAN);
        expect(steps).toHaveLength(3);
        expect(steps).toEqual(
          expect.arrayContaining([
            { at: AT, settledAs: 'delivered', attempts: 5 },
            { at: AT, settledAs: 'dead', attempts: 2 },
            { at: AT + MINUTE_MS, settledAs: 'delivered', attempts: 1 },
          ])
        );
      });

      it('tell endpoints and latencies apart, bare URLs too', async () => {
        await store().addRollups([
          rollup({ endpointId: null, latencyMs: 0 }),
          rollup({ latencyMs: 5 }),
          rollup({ latencyMs: 5, at: AT + MINUTE_MS }),
        ]);
        const totals = await store().rollupTotals(SPAN);
        expect(totals).toHaveLength(2);
        expect(totals).toEqual(
          expect.arrayContaining([
            { endpointId: null, settledAs: 'delivered', latencyMs: 0, attempts: 1 },
            { endpointId: 1, settledAs: 'delivered', latencyMs: 5, attempts: 2 },
          ])
        );
      });

      it('are read within the span and of the grain asked for', async () => {
        await store().addRollups([
          rollup({ at: AT - MINUTE_MS }),
          rollup({ at: AT + HOUR_MS }),
          rollup({ grainMs: HOUR_MS }),
        ]);
        expect(await store().rollupSteps(SPAN)).toEqual([]);
        expect(await store().rollupTotals({ ...SPAN, grainMs: HOUR_MS })).toHaveLength(1);
      });

      it('lose nothing when several servers add to the same rows at once', async () => {
        const nodes = [store(), scratch().otherNode(), scratch().otherNode()];
        const slots = [rollup(), rollup({ latencyMs: 200 }), rollup({ endpointId: 2 })];
        await Promise.all(
          nodes.flatMap((node) =>
            [slots, slots.toReversed(), slots].map((added) => node.addRollups(added))
          )
        );
        const totals = await store().rollupTotals(SPAN);
        expect(totals.map(({ attempts }) => attempts)).toEqual([9, 9, 9]);
      });

      it('draw an id per row, not per addition', async () => {
        for (let n = 0; n < 20; n += 1) await store().addRollups([rollup()]);
        await store().addRollups([rollup({ endpointId: 2 })]);
        const rows = (await scratch()
          .db.query('plugin::guaranteed-webhooks.rollup')
          .findMany({
            orderBy: { id: 'asc' },
          })) as { id: number }[];
        expect(rows).toHaveLength(2);
        expect(rows[1]!.id - rows[0]!.id).toBe(1);
      });

      it('count many at once, more than fit into one statement', async () => {
        const many = Array.from({ length: 450 }, (_, index) => rollup({ endpointId: index + 1 }));
        await store().addRollups(many);
        await store().addRollups(many);
        const totals = await store().rollupTotals(SPAN);
        expect(totals).toHaveLength(450);
        expect(new Set(totals.map(({ attempts }) => attempts))).toEqual(new Set([2]));
      });

      it('are purged by grain and age, a batch at a time', async () => {
        await store().addRollups([
          rollup({ endpointId: 1 }),
          rollup({ endpointId: 2 }),
          rollup({ endpointId: 3 }),
          rollup({ at: AT + MINUTE_MS }),
          rollup({ grainMs: HOUR_MS }),
        ]);
        const purge = () => store().purgeRollups(MINUTE_MS, AT + MINUTE_MS, 2);
        expect([await purge(), await purge(), await purge()]).toEqual([2, 1, 0]);
        expect(await store().rollupSteps(SPAN)).toHaveLength(1);
        expect(await store().rollupSteps({ ...SPAN, grainMs: HOUR_MS })).toHaveLength(1);
      });
    });

    describe('nodes', () => {
      const node = {
        name: 'one',
        host: 'web-1',
        pid: 42,
        delivers: true,
        inFlight: 3,
        startedAt: NOW,
        seenAt: NOW,
        silentAt: NOW + 30_000,
      };

      it('report that they are alive, in one row each', async () => {
        await store().beat(node);
        await store().beat({ ...node, seenAt: NOW + 5_000, inFlight: 0 });
        await store().beat({ ...node, name: 'two', delivers: false, startedAt: NOW + 1 });
        expect(await store().listNodes()).toEqual([
          { ...node, seenAt: NOW + 5_000, inFlight: 0 },
          { ...node, name: 'two', delivers: false, startedAt: NOW + 1 },
        ]);
      });

      it('are removed when they stop', async () => {
        await store().beat(node);
        await store().beat({ ...node, name: 'stopped' });
        await store().removeNode('stopped');
        expect((await store().listNodes()).map(({ name }) => name)).toEqual(['one']);
      });
    });

    describe('what is next', () => {
      it('is the earliest first, across endpoints, without what is held', async () => {
        const insert = (lane: string, notBefore: number) =>
          store().insert([{ event: event(), messages: [message({ lane, notBefore })] }], NOW);
        const [[late], [early], , [soon]] = await Promise.all([
          insert('e:1', NOW + 3_000),
          insert('e:2', NOW + 1_000),
          insert('e:3', NOW), // held
          insert('e:1', NOW + 2_000),
        ]);
        const next = await store().nextDue(['e:3'], 10, NOW);
        expect(next.map(({ messageId }) => messageId)).toEqual(
          [early, soon, late].map((one) => one?.messageId)
        );
        expect(await store().nextDue(['e:3'], 1, NOW)).toHaveLength(1);
        expect(await store().nextDue(['e:1', 'e:2', 'e:3'], 5, NOW)).toEqual([]);
      });

      it('is not what is being sent, and includes what waits behind a gate', async () => {
        const [sending] = await store().insert(
          [{ event: event(), messages: [message({ lane: 'e:1' })] }],
          NOW
        );
        await store().claim(claim());
        const flowControl = { key: 'shop', parallelism: 1 };
        const [waiting] = await store().insert(
          [{ event: event(), messages: [message({ notBefore: NOW + 9_000, flowControl })] }],
          NOW
        );
        const next = await store().nextDue([], 5, NOW);
        expect(next.map(({ messageId }) => messageId)).toEqual([waiting?.messageId]);
        expect(next[0]).toMatchObject({ notBefore: NOW + 9_000 });
        expect(sending).toBeDefined();
      });

      it('is due at the first instant in a lane with budget, which is also the end of a lease', async () => {
        const insert = (more: object) =>
          store().insert([{ event: event(), messages: [message(more)] }], NOW);
        const due = (closed: string[] = []) =>
          store().earliestDue({ default: 10, lanes: new Map(closed.map((lane) => [lane, 0])) });
        expect(await due()).toBeNull();

        await insert({ lane: 'e:1' });
        await store().claim(claim());
        await insert({ lane: 'e:2', notBefore: NOW + LEASE_MS + 2_000 });
        await insert({ lane: 'e:3', notBefore: NOW - 1 });
        expect(await due()).toBe(NOW - 1);
        expect(await due(['e:3'])).toBe(NOW + LEASE_MS);
        expect(await due(['e:1', 'e:3'])).toBe(NOW + LEASE_MS + 2_000);
        expect(await due(['e:1', 'e:2', 'e:3'])).toBeNull();

        await insert({ notBefore: NOW + 9_000, queue: { name: 'orders' } });
        expect(await due(['e:1', 'e:2', 'e:3'])).toBeLessThanOrEqual(NOW);
      });
    });

    describe('receivers of an entry', () => {
      const of = (entryDocumentId: string, entryLocale: string | null, to = {}) => ({
        event: event({ entryDocumentId, entryLocale, uid: 'api::article.article' }),
        messages: [message(to)],
      });
      const uid = 'api::article.article';
      const receivers = async (entry: { uid?: string; locale?: string } = {}, limit = 10) =>
        (await store().receiversOfEntry({ documentId: 'doc-a', ...entry }, limit)).map(
          ({ latest, lastDeliveredAt }) => [latest.endpointName ?? latest.url, lastDeliveredAt]
        );

      it('are those of that document and locale, the latest first', async () => {
        await store().insert(
          [
            of('doc-a', 'en', { endpointId: 1, endpointName: 'one' }),
            of('doc-b', 'en', { endpointId: 2, endpointName: 'two' }),
            of('doc-a', 'fr', { endpointId: 3, endpointName: 'three' }),
            of('doc-a', null, { endpointId: 4, endpointName: 'four' }),
          ],
          NOW
        );
        expect(await receivers({ uid })).toEqual([
          ['four', null],
          ['three', null],
          ['one', null],
        ]);
        expect(await receivers({ uid, locale: 'en' })).toEqual([
          ['four', null],
          ['one', null],
        ]);
        expect(await receivers({ uid: 'api::page.page' })).toEqual([]);
        expect(await receivers({}, 1)).toEqual([['four', null]]);
      });

      it('are found behind any number of messages to others', async () => {
        const quiet = { endpointId: 1, endpointName: 'quiet' };
        const busy = { endpointId: 2, endpointName: 'busy' };
        await store().insert([of('doc-a', 'en', quiet)], NOW);
        await store().insert(
          Array.from({ length: 250 }, () => of('doc-a', 'en', busy)),
          NOW
        );
        expect(await receivers()).toEqual([
          ['busy', null],
          ['quiet', null],
        ]);
      });

      it('are told apart by their URL where they have no endpoint', async () => {
        const url = (path: string) => ({
          endpointId: null,
          endpointName: null,
          url: `https://example.com/${path}`,
        });
        await store().insert(
          [of('doc-a', 'en', url('a')), of('doc-a', 'en', url('b')), of('doc-a', 'en', url('a'))],
          NOW
        );
        expect(await receivers()).toEqual([
          ['https://example.com/a', null],
          ['https://example.com/b', null],
        ]);
      });

      it('do not include those of callbacks', async () => {
        await store().insert([of('doc-a', 'en', { sourceMessageId: 'msg_source' })], NOW);
        expect(await receivers()).toEqual([]);
      });
    });
  });
}
