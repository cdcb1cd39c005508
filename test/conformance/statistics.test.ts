/** Attempts counted over time, the servers there are, what goes next, and what is known of an entry. */
import { HOUR_MS, MINUTE_MS, type Rollup } from '../../server/src/core/statistics';
import { databasesUnderTest } from '../support/databases';
import { claim, event, message, NOW } from './factories';
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

      it('draw an id once a row, not once an addition', async () => {
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
      };

      it('say that they are there, and are one row each', async () => {
        await store().beat(node);
        await store().beat({ ...node, seenAt: NOW + 5_000, inFlight: 0 });
        await store().beat({ ...node, name: 'two', delivers: false, startedAt: NOW + 1 });
        expect(await store().listNodes()).toEqual([
          { ...node, seenAt: NOW + 5_000, inFlight: 0 },
          { ...node, name: 'two', delivers: false, startedAt: NOW + 1 },
        ]);
      });

      it('go when they stop, or have not been seen for long', async () => {
        await store().beat(node);
        await store().beat({ ...node, name: 'gone', seenAt: NOW - 1 });
        await store().beat({ ...node, name: 'stopped' });
        await store().removeNode('stopped');
        expect(await store().removeNodesSeenBefore(NOW)).toBe(1);
        expect((await store().listNodes()).map(({ name }) => name)).toEqual(['one']);
      });
    });

    describe('what goes next', () => {
      it('is the earliest first, across endpoints, without what is held', async () => {
        const insert = (lane: string, notBefore: number) =>
          store().insert([{ event: event(), messages: [message({ lane, notBefore })] }], NOW);
        const [[late], [early], , [soon]] = await Promise.all([
          insert('e:1', NOW + 3_000),
          insert('e:2', NOW + 1_000),
          insert('e:3', NOW), // held
          insert('e:1', NOW + 2_000),
        ]);
        const next = await store().nextDue(['e:3'], 10);
        expect(next.map(({ messageId }) => messageId)).toEqual(
          [early, soon, late].map((one) => one?.messageId)
        );
        expect(await store().nextDue(['e:3'], 1)).toHaveLength(1);
        expect(await store().nextDue(['e:1', 'e:2', 'e:3'], 5)).toEqual([]);
      });

      it('is not what is being sent, and is what waits behind a gate', async () => {
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
        const next = await store().nextDue([], 5);
        expect(next.map(({ messageId }) => messageId)).toEqual([waiting?.messageId]);
        expect(next[0]).toMatchObject({ notBefore: NOW + 9_000 });
        expect(sending).toBeDefined();
      });
    });

    describe('messages of an entry', () => {
      const of = (entryDocumentId: string, entryLocale: string | null) => ({
        event: event({ entryDocumentId, entryLocale, uid: 'api::article.article' }),
        messages: [message()],
      });

      it('are those of that document and locale, newest first', async () => {
        const inserted = await store().insert(
          [of('doc-a', 'en'), of('doc-b', 'en'), of('doc-a', 'fr'), of('doc-a', null)],
          NOW
        );
        const idsOf = async (locale?: string) =>
          (
            await store().messagesOfEntry(
              { documentId: 'doc-a', uid: 'api::article.article', ...(locale && { locale }) },
              10
            )
          ).map(({ messageId }) => inserted.findIndex((one) => one.messageId === messageId));
        expect(await idsOf()).toEqual([3, 2, 0]);
        expect(await idsOf('en')).toEqual([3, 0]);
        expect(
          await store().messagesOfEntry({ documentId: 'doc-a', uid: 'api::page.page' }, 10)
        ).toEqual([]);
        expect(await store().messagesOfEntry({ documentId: 'doc-a' }, 1)).toHaveLength(1);
      });

      it('leave out callbacks', async () => {
        await store().insert([of('doc-a', 'en')], NOW);
        await store().insert(
          [
            {
              event: event({ entryDocumentId: 'doc-a' }),
              messages: [message({ sourceMessageId: 'msg_source' })],
            },
          ],
          NOW
        );
        expect(await store().messagesOfEntry({ documentId: 'doc-a' }, 10)).toHaveLength(1);
      });
    });
  });
}
