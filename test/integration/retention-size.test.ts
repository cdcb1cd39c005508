/** Retention by size, on each database: what goes, in which order, what never does, and who is told. */
import { randomBytes } from 'node:crypto';

import type { EndpointView, MessageView, Overview } from '../../server/src/panel/contract';
import { createRetentionSize } from '../../server/src/delivery/upkeep/retention-size';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

describeEachDatabase('retention by size', (database) => {
  let api: AdminApi;
  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);
  afterAll(() => api.close());

  const lines: string[] = [];
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (text: string) => void lines.push(text),
    error: () => undefined,
  };
  const sized = (maxRows: number | null, maxBytes: number | null, removeDeadEarly = false) => {
    const { store, config } = api.runtime;
    const retention = { ...config.retention, maxRows, maxBytes, removeDeadEarly };
    return createRetentionSize({ store, config: { retention }, now: () => 0, log });
  };
  const stateOf = async (id: string) =>
    (await api.call<MessageView>('GET', `/messages/${id}`)).body.state;

  it('removes delivered messages, dead letters only when configured, and unfinished ones never', async () => {
    const good = await api.subscribe(200);
    const dead = await api.deadMessages(2);
    const delivered: string[] = [];
    for (let n = 0; n < 3; n += 1) delivered.push(await api.publish(good.topic, { n }));
    await api.post<EndpointView>(`/endpoints/${good.endpoint.id}/pause`);
    const waiting = [await api.publish(good.topic), await api.publish(good.topic)];

    await sized(6, null).enforce();
    expect((await api.call('GET', `/messages/${delivered[0]}`)).status).toBe(404);
    expect(await stateOf(delivered[1] ?? '')).toBe('delivered');
    expect(lines).toContainEqual(expect.stringContaining('removed 1 finished messages'));

    await sized(3, null).enforce();
    expect((await api.call('GET', `/messages/${delivered[2]}`)).status).toBe(404);
    expect(await stateOf(dead.ids[1] ?? '')).toBe('dead');

    const careful = sized(1, null);
    await careful.enforce();
    expect(await stateOf(dead.ids[1] ?? '')).toBe('dead');
    expect(careful.problem()).toMatch(/at \d+ %.*is a dead letter/);

    const tight = sized(1, null, true);
    await tight.enforce();
    expect((await api.call('GET', `/messages/${dead.ids[1]}`)).status).toBe(404);
    for (const id of waiting) expect(await stateOf(id)).toBe('pending');
    expect(tight.fill()).toBe(2);
    expect(tight.problem()).toMatch(/at 200 %.*is never removed/);
  });

  it('does not estimate a log of small messages from a burst of large ones', async () => {
    const { topic } = await api.subscribe(200);
    const { store } = api.runtime;
    for (let n = 0; n < 30; n += 1) {
      await api.post(`/topics/${topic.id}/publish`, { payload: { n } });
    }
    await api.deliver();
    for (let n = 0; n < 10; n += 1)
      await api.publish(topic, { text: randomBytes(25_000).toString('hex') });

    if (database === 'mysql') {
      // InnoDB refreshes its figures in the background, some seconds after a tenth of a table has changed.
      await api.app.strapi.db.connection.raw('analyze table gw_messages, gw_events, gw_attempts');
    }
    const estimated = await store.estimatedBytes();
    expect(estimated).toBeGreaterThan(10 * 50_000);
    expect(estimated).toBeLessThan(12 * 50_000);
    const allocated = await store.allocatedBytes();
    const before = await store.countMessages(1_000);

    // Neither the tables' own size nor what is in them exceeds these.
    await sized(null, allocated).enforce();
    await sized(null, estimated).enforce();
    expect(await store.countMessages(1_000)).toBe(before);

    // One large message has to go, and with it the small ones that finished before it; the other large ones stay.
    await sized(null, estimated - 40_000).enforce();
    const left = await store.countMessages(1_000);
    expect(before - left).toBeGreaterThan(0);
    expect(left).toBeGreaterThanOrEqual(9);
    expect(await store.estimatedBytes()).toBeGreaterThan(9 * 50_000);
  });

  it('warns before it removes, once, and shows it', async () => {
    lines.splice(0);
    const rows = await api.runtime.store.countMessages(1_000);
    const near = sized(rows, null);
    await near.enforce();
    await near.enforce();
    expect(lines).toEqual([
      expect.stringMatching(/above 100 % the oldest finished messages are removed/),
    ]);
    // Of the running Strapi, whose limits are the default ones: next to nothing, counted now and then.
    expect(await api.get<string>('/metrics')).toMatch(
      /^webhooks_retention_fill_ratio [\d.]+(e-\d+)?$/m
    );
    expect((await api.get<Overview>('/overview')).warnings).not.toContain(near.problem());
  });

  it('does nothing without a limit', async () => {
    const none = sized(null, null);
    await none.enforce();
    expect(none.fill()).toBe(0);
  });
});
