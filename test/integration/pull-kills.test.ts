/**
 * Receivers that claim their messages from nodes that are killed: after a claim, during a settlement, and after it,
 * before the receiver has heard of it. On PostgreSQL; the statements are those of any claim and settlement.
 */
import { createHmac, randomBytes } from 'node:crypto';

import type { PulledMessage, PullSettlement } from '../../server/src/core/message/pull';
import type { KillPoint } from '../chaos/protocol';
import { databasesUnderTest } from '../support/databases';
import { createCluster, type Cluster, type Replica } from '../support/replicas';

const BOOT_MS = 180_000;
const LEASE_S = 2;
const MESSAGES = 3;
const KEY = randomBytes(32);
const SECRET = `whsec_${KEY.toString('base64')}`;
const TOKEN = createHmac('sha256', KEY).update('manifest').digest('base64url');
const NOWHERE = 'http://127.0.0.1:9/';

const describeIf = databasesUnderTest().includes('postgres') ? describe : describe.skip;

describeIf('messages claimed from nodes that are killed', () => {
  let cluster: Cluster;
  let node: Replica;
  let endpointId: number;

  beforeAll(async () => {
    cluster = await createCluster('postgres');
    node = await cluster.start();
    endpointId = await node.subscribe('pull:', { secret: SECRET });
    await node.publish(MESSAGES);
  }, BOOT_MS);
  afterAll(async () => {
    await cluster?.close();
  }, BOOT_MS);

  /** @returns null when the node died first. */
  async function call<Body>(what: 'claim' | 'settle', body: unknown): Promise<Body | null> {
    const api = await node.api().catch(() => null);
    if (api === null) return null;
    const response = await fetch(`${api.url}/endpoints/${endpointId}/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => null);
    if (response === null) return null;
    expect(response.status).toBe(200);
    return (await response.json()) as Body;
  }

  const claim = async (): Promise<PulledMessage[] | null> => {
    const ask = { max: MESSAGES, waitS: 10, leaseS: LEASE_S };
    return (await call<{ messages: PulledMessage[] }>('claim', ask))?.messages ?? null;
  };
  const settle = (messages: readonly PulledMessage[]) => {
    const reports = messages.map(({ id, lease }) => ({ id, lease, outcome: 'delivered' }));
    return call<PullSettlement>('settle', reports);
  };

  async function dieAt(killPoint: KillPoint, work: () => Promise<unknown>): Promise<void> {
    await node.dieAt(killPoint, 1, NOWHERE);
    expect(await work()).toBeNull();
    await node.dead;
    node = await cluster.start();
  }

  it(
    'are given again, and each is settled once',
    async () => {
      const ids = await node.messageIds();
      await dieAt('after-claim', claim);
      const given = (await claim()) ?? [];
      expect(given.map(({ id }) => id).sort()).toEqual([...ids].sort());

      // Whether the one statement was carried out, only the database knows.
      await dieAt('during-settle', () => settle(given));
      const repeated = await settle(given);
      expect([repeated?.settled.length, repeated?.refused.length].sort()).toEqual([0, MESSAGES]);
      expect(await node.attempts()).toEqual([1, 1, 1]);

      // Written, though the receiver has not heard of it.
      await node.publish(MESSAGES);
      const others = (await claim()) ?? [];
      await dieAt('after-settle', () => settle(others));
      expect(await settle(others)).toMatchObject({ settled: [] });
      expect(await node.attempts()).toEqual([1, 1, 1, 1, 1, 1]);
      expect(await node.states()).toMatchObject({
        delivered: 2 * MESSAGES,
        pending: 0,
        active: 0,
      });
    },
    BOOT_MS
  );
});
