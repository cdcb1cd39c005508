/** What is done to many rows takes as many statements as what is done to a few. */
import { createQstashQueries } from '../../server/src/store/log/queries/qstash';
import { databasesUnderTest } from '../support/databases';
import { claim, dead, endpoint, event, message, NOW, responded, unique } from './factories';
import { useScratch } from './scratch';

const FEW = 2;
const MANY = 40;

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;

    async function counted<T>(work: () => Promise<T>): Promise<{ statements: number; result: T }> {
      let statements = 0;
      const note = () => {
        statements += 1;
      };
      scratch().db.connection.on('query', note);
      const result = await work();
      scratch().db.connection.off('query', note);
      return { statements, result };
    }

    async function deadLetters(count: number): Promise<number[]> {
      const messages = Array.from({ length: count }, () =>
        message({ headers: { 'X-Own': 'own' }, labels: ['a'] })
      );
      const inserted = await store().insert([{ event: event(), messages }], NOW);
      const claimed = await store().claim(claim({ limit: count }));
      await store().settle(claimed.map((one) => dead(one, responded(500))));
      return inserted.map(({ id }) => id);
    }

    const reissue = (ids: readonly number[]) =>
      store().reissue(
        ids.map((rowId) => ({ rowId, messageId: unique('msg_again') })),
        { now: NOW, overrides: { headers: { 'X-More': 'more' } } }
      );

    it('retrying dead letters', async () => {
      const letters = await deadLetters(FEW + MANY);
      const [few, many] = [letters.slice(0, FEW), letters.slice(FEW)];
      const one = await counted(() => reissue(few));
      const all = await counted(() => reissue(many));
      expect(all.statements).toBe(one.statements);
      expect([...all.result].sort((a, b) => a - b)).toEqual(many);

      const { pending, dead: left } = await store().countByState(100);
      expect({ pending, left }).toEqual({ pending: FEW + MANY, left: 0 });
      const [copy] = (await createQstashQueries(scratch().context).listQstashRows({}, { limit: 1 }))
        .rows;
      expect(copy).toMatchObject({
        headers: { 'X-Own': 'own', 'X-More': 'more' },
        labels: ['a'],
        attempts: 0,
        dlqId: null,
      });
      expect(await reissue(letters)).toEqual(new Set());
    });

    it('retries the dead letters that still exist', async () => {
      const [gone, there] = await deadLetters(2);
      await store().deleteFinished([gone!]);
      expect(await reissue([gone!, there!])).toEqual(new Set([there]));
    });

    it('asking for probes', async () => {
      const open = { since: NOW, until: NOW + 1, times: 1 };
      const ids: number[] = [];
      for (let n = 0; n < MANY; n += 1) {
        ids.push(await store().createEndpoint(endpoint({ breaker: { window: null, open } })));
      }
      const { statements, result } = await counted(() => store().takeProbes(ids, NOW, 1_000));
      expect({ statements, result }).toEqual({ statements: 1, result: [] });
      expect(await store().takeProbes(ids.slice(0, 2), NOW + 1, 1_000)).toEqual(ids.slice(0, 2));
      expect(
        await scratch()
          .otherNode()
          .takeProbes(ids.slice(0, 3), NOW + 1, 1_000)
      ).toEqual([ids[2]]);
    });
  });
}
