/** Retention by size, on each database: what goes, in which order, what never does, and who is told. */
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
  const log = { debug: () => undefined, info: () => undefined, warn: (text: string) => void lines.push(text), error: () => undefined }; // prettier-ignore
  const sized = (maxRows: number | null, maxBytes: number | null) => {
    const { store, config } = api.runtime;
    const retention = { ...config.retention, maxRows, maxBytes };
    return createRetentionSize({ store, config: { retention }, now: () => 0, log });
  };
  const stateOf = async (id: string) =>
    (await api.call<MessageView>('GET', `/messages/${id}`)).body.state;

  it('removes delivered messages before dead letters, and unfinished ones never', async () => {
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

    const tight = sized(1, null);
    await tight.enforce();
    expect((await api.call('GET', `/messages/${dead.ids[1]}`)).status).toBe(404);
    for (const id of waiting) expect(await stateOf(id)).toBe('pending');
    expect(tight.fill()).toBe(2);
    expect(tight.problem()).toMatch(/2 messages are stored, 200 %.*is never removed/);
  });

  it('knows about how much messages take, bodies and attempts included', async () => {
    const { topic } = await api.subscribe(500);
    await api.publish(topic, { text: 'x'.repeat(50_000) });
    const average = await api.runtime.store.averageMessageBytes(1);
    expect(average).toBeGreaterThan(50_000);
    expect(average).toBeLessThan(60_000);
    const before = await api.runtime.store.countMessages(1_000);
    await sized(null, 1).enforce();
    expect(await api.runtime.store.countMessages(1_000)).toBe(before - 1);
  });

  it('warns before it removes, once, and shows it', async () => {
    lines.splice(0);
    const rows = await api.runtime.store.countMessages(1_000);
    const near = sized(rows, null);
    await near.enforce();
    await near.enforce();
    expect(lines).toEqual([expect.stringMatching(/at 100 % the oldest finished ones are removed/)]);
    // Of the running Strapi, whose limits are the default ones: next to nothing, counted now and then.
    expect(await api.get<string>('/metrics')).toMatch(
      /^webhooks_retention_fill_ratio [\d.]+(e-\d+)?$/m
    );
    expect((await api.get<Overview>('/overview')).warnings).not.toContain(near.problem());
  });

  it('has nothing to do without a limit', async () => {
    const none = sized(null, null);
    await none.enforce();
    expect(none.fill()).toBe(0);
  });
});
