/** Queues and flow-control keys, as each database keeps them: order, counts, and two nodes at once. */
import type { NewMessage } from '../../server/src/core/message/message';
import { databasesUnderTest } from '../support/databases';
import { claim, dead, delivered, event, gone, LEASE_MS, message, NOW, retry } from './factories';
import { useScratch } from './scratch';

for (const kind of databasesUnderTest()) {
  describe(`gates on ${kind}`, () => {
    const scratch = useScratch(kind);
    const store = () => scratch().store;
    const insert = (...drafts: Partial<NewMessage>[]) =>
      store().insert([{ event: event(), messages: drafts.map((draft) => message(draft)) }], NOW);
    const take = (more: Parameters<typeof claim>[0] = {}) =>
      store().claim(claim({ gates: true, ...more }));
    const idsTaken = async (more: Parameters<typeof claim>[0] = {}) =>
      (await take(more)).map(({ id }) => id);
    const inQueue = { queue: { name: 'q' } };
    const limited = { flowControl: { key: 'k', parallelism: 2 } };

    it('keeps its messages out of the open claim, however long they are due', async () => {
      await insert({ ...inQueue, notBefore: 0 }, { ...inQueue, notBefore: 0 });
      await insert({ ...limited, notBefore: 0 });
      expect(await take()).toHaveLength(2);
      const { outbox } = scratch().context.tables;
      const rows: Record<string, number>[] = await scratch().db.connection(outbox.name);
      expect(rows.map(({ gated, admitted }) => [gated, admitted]).sort()).toEqual([
        [1, 0],
        [1, 1],
        [1, 1],
      ]);
      expect(await store().oldestDue(NOW + 2 * LEASE_MS, [])).toBeNull();
    });

    it('is not read again when it was empty, until it is woken or a message comes', async () => {
      const other = scratch().otherNode();
      expect(await other.claim(claim({ gates: true }))).toEqual([]);
      const [one] = await insert(inQueue);
      expect(await other.claim(claim())).toEqual([]);
      expect((await other.claim(claim({ gates: true }))).map(({ id }) => id)).toEqual([one!.id]);
      await insert({ queue: { name: 'mine' } });
      expect(await store().claim(claim())).toHaveLength(1);
    });

    it('returns the queue, the key and the rest of what an attempt needs', async () => {
      const flowControl = { key: 'k', rate: 5, periodMs: 2_000 };
      const callbacks = { success: { url: 'https://example.com/cb', headers: { a: 'planted' } } };
      const redact = { body: true, headers: ['x'] };
      const [one] = await insert({
        ...inQueue,
        flowControl,
        callbacks,
        redact,
        scheduleId: 'scd_1',
        callerIp: '1.2.3.4',
      });
      const [claimed] = await take();
      expect(claimed).toMatchObject({
        queue: { name: 'q', position: one!.id },
        flowControl,
        callbacks,
        redact,
        scheduleId: 'scd_1',
        callerIp: '1.2.3.4',
      });
      const { tableName } = scratch().db.metadata.get('plugin::guaranteed-webhooks.message');
      const rows: unknown = await scratch().db.getConnection(tableName);
      expect(JSON.stringify(rows)).not.toContain('planted');
    });

    it('of a queue takes the first, and the next when the first is finished', async () => {
      const [a, b] = await insert(inQueue, inQueue);
      const [first] = await take();
      expect(first!.id).toBe(a!.id);
      expect(await idsTaken()).toEqual([]);
      await store().settle([retry(first!, NOW + 500)]);
      expect(await idsTaken({ now: NOW + 499 })).toEqual([]);
      const [again] = await take({ now: NOW + 500 });
      expect(again).toMatchObject({ id: a!.id, retried: 1 });
      await store().settle([delivered(again!)]);
      expect(await idsTaken({ now: NOW + 500 })).toEqual([b!.id]);
    });

    it('writes callbacks with the settlement, at the place of their message', async () => {
      await insert({ ...inQueue }, { ...inQueue });
      const [only] = await take();
      const first = only!;
      const callback = message({
        endpointId: null,
        url: 'https://example.com/cb',
        lane: 'u:example.com',
        sourceMessageId: first.messageId,
        queue: first.queue!,
      });
      const settled = { ...dead(first), callbacks: [{ event: event(), message: callback }] };
      expect((await store().settle([settled])).ours).toEqual(new Set([first.id]));
      const [next] = await take({ now: NOW + LEASE_MS });
      expect(next!.messageId).toBe(callback.messageId);
      expect(await idsTaken({ now: NOW + LEASE_MS })).toEqual([]);
      await store().settle([delivered(next!)]);
      expect(await idsTaken({ now: NOW + LEASE_MS })).toHaveLength(1);
    });

    it('writes no callbacks when the lease was lost or the message canceled', async () => {
      await insert({}, {});
      const [a, b] = await store().claim(claim());
      const callback = () => [{ event: event(), message: message() }];
      await store().cancel([b!.id], NOW);
      await store().settle([
        { ...retry({ ...a!, leaseToken: 'lost' }, NOW), callbacks: callback() },
        { ...retry(b!, NOW), callbacks: callback() },
      ]);
      expect(await store().maxMessageId()).toBe(b!.id);
    });

    it('returns released messages to their place, and counts nothing', async () => {
      const [a] = await insert(inQueue, inQueue);
      const [first] = await take();
      await store().release([first!]);
      expect(await idsTaken()).toEqual([a!.id]);
      const [limitedOne] = await insert({ flowControl: { key: 'solo', parallelism: 1 } });
      const taken = (await take()).find(({ id }) => id === limitedOne!.id)!;
      await store().release([taken]);
      expect(await idsTaken()).toContain(limitedOne!.id);
    });

    it('skips messages of a held endpoint: a queue waits for them, a key does not', async () => {
      const [, behind] = await insert({ ...inQueue, endpointId: 7 }, { ...inQueue, endpointId: 8 });
      const [, free] = await insert({ ...limited, endpointId: 7 }, { ...limited, endpointId: 8 });
      const budget = { default: 10, lanes: new Map([['e:7', 0]]) };
      const taken = await idsTaken({ budget });
      expect(taken).toEqual([free!.id]);
      expect(taken).not.toContain(behind!.id);
    });

    it('keeps a message that got a 410 behind its gate', async () => {
      const [one] = await insert({ ...limited, endpointId: 7 });
      const [claimed] = await take();
      await store().settle([gone(claimed!)]);
      const held = { default: 10, lanes: new Map([['e:7', 0]]) };
      expect(await idsTaken({ budget: held })).toEqual([]);
      expect(await idsTaken()).toEqual([one!.id]);
    });

    it('tells keys apart by case, and refuses no character', async () => {
      const keys = ['Key', 'key', 'ключ', "a'b%_;--", '😀'];
      for (const key of keys) await insert({ flowControl: { key, parallelism: 1 } });
      expect((await store().listFlowKeys(NOW)).map(({ key }) => key).sort()).toEqual(
        [...keys].sort()
      );
      expect(await idsTaken()).toHaveLength(keys.length);
    });

    it('serves more lanes than room, each in its turn', async () => {
      for (let lane = 0; lane < 9; lane += 1) {
        await insert({ queue: { name: `q${lane}` } }, { queue: { name: `q${lane}` } });
      }
      const seen = new Set<string>();
      for (let claims = 0; claims < 9 && seen.size < 9; claims += 1) {
        const taken = await take({ limit: 4 });
        for (const one of taken) seen.add(one.queue!.name);
        await store().settle(taken.map((one) => delivered(one)));
      }
      expect(seen.size).toBe(9);
    });

    it('serves several nodes at once: never two of a queue, never more than a key allows', async () => {
      const nodes = [store(), scratch().otherNode(), scratch().otherNode()];
      await insert(...Array.from({ length: 12 }, () => inQueue));
      await insert(...Array.from({ length: 12 }, () => limited));
      for (let round = 0; round < 12; round += 1) {
        const taken = await Promise.all(nodes.map((node) => node.claim(claim({ gates: true }))));
        const all = taken.flat();
        expect(all.filter(({ queue }) => queue).length).toBeLessThanOrEqual(1);
        expect(all.filter(({ flowControl }) => flowControl).length).toBeLessThanOrEqual(2);
        await store().settle(all.map((one) => delivered(one)));
      }
      const { delivered: done } = await store().countByState(100);
      expect(done).toBeGreaterThanOrEqual(12);
    });

    describe('with 70,000 flow-control keys that have messages waiting', () => {
      const KEYS = 70_000;
      const HOUR_MS = 3_600_000;
      const tableOf = (name: 'message' | 'outbox' | 'flowKey') =>
        scratch().context.tables[name].quoted;
      const numbers = {
        sqlite: `(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${KEYS}) select i from n)`,
        postgres: `(select i from generate_series(1, ${KEYS}) as g(i))`,
        mysql: `(select seq as i from seq_1_to_${KEYS})`,
      }[kind];
      const joined = (prefix: string) =>
        kind === 'mysql' ? `concat('${prefix}', i)` : `'${prefix}' || i`;

      /** Every key has used up its rate for this hour. */
      beforeEach(async () => {
        const run = (sql: string) => scratch().db.connection.raw(sql);
        await run(
          `insert into ${tableOf('flowKey')} (id, digest, name, rate, period_ms, rate_count, period_start, paused)
           select i, ${joined('d')}, ${joined('k')}, 1, ${HOUR_MS}, 1, ${NOW}, false from ${numbers} as numbers`
        );
        await run(
          `insert into ${tableOf('message')}
             (id, message_id, event_id, event_name, url, method, state, not_before, retried, attempts,
              flow_key_id, flow_control_key, flow_control, enqueued_at)
           select i, ${joined('msg_k')}, 1, 'e', 'https://example.com/', 'POST', 'pending',
             ${NOW}, 0, 0, i, ${joined('k')}, '{}', ${NOW} from ${numbers} as numbers`
        );
        await run(
          `insert into ${tableOf('outbox')} (id, lane, gated, admitted, due_at, place, flow_key_id, started)
           select i, ${joined('f:')}, 1, 0, ${NOW}, ${NOW}, i, 0 from ${numbers} as numbers`
        );
        if (kind === 'postgres') {
          await run(
            `select setval(pg_get_serial_sequence('${tableOf('message')}', 'id'), ${KEYS})`
          );
        }
      });

      it('claims open messages, and finds the one key with room within a few claims', async () => {
        const { flowKey } = scratch().context.tables;
        await scratch().db.connection.raw(
          `update ${flowKey.quoted} set rate_count = 0 where id = ?`,
          [KEYS - 1]
        );
        const [open] = await insert({});
        const first = await take();
        expect(first.map(({ id }) => id)).toContain(open!.id);
        const found = first.filter(({ flowControl }) => flowControl);
        for (let claims = 0; claims < 6 && found.length === 0; claims += 1) {
          found.push(...(await take()));
        }
        expect(found.map(({ messageId }) => messageId)).toEqual([`msg_k${KEYS - 1}`]);
      }, 120_000);

      it('lists a page of them', async () => {
        const page = await store().pageFlowKeys({ now: NOW, limit: 50 });
        expect(page.every(({ waiting }) => waiting === 1)).toBe(true);
      }, 120_000);
    });

    it('that cannot be read do not fail the open half of a claim, or keep its leases', async () => {
      const [open] = await insert({});
      await insert(limited);
      const { flowKey } = scratch().context.tables;
      const away = flowKey.name.replace('gw_flow_keys', 'gw_flow_keys_away');
      const rename = (from: string, to: string) =>
        scratch()
          .db.getSchemaConnection()
          .renameTable(from.split('.').at(-1)!, to.split('.').at(-1)!);
      await rename(flowKey.name, away);
      try {
        expect(await idsTaken()).toEqual([open!.id]);
        expect(scratch().log.map(({ message: text }) => text)).toContain('a claim was incomplete');
        // By its text: the driver's errors are of the realm of the first test file.
        await expect(take()).rejects.toMatchObject({
          message: expect.stringContaining('gw_flow_keys') as string,
        });
      } finally {
        await rename(away, flowKey.name);
      }
      expect(await take()).toHaveLength(1);
    });
  });
}
