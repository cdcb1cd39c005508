/** Statistics, the servers there are, what goes next, and what the receivers know of an entry: over the admin API. */
import type { EntryDelivery, Overview, Statistics } from '../../server/src/panel/contract';
import { HOUR_MS } from '../../server/src/core/time';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);
afterAll(() => api?.close());

const read = (range: string) => api.get<Statistics>(`/statistics?range=${range}`);

describe('statistics', () => {
  it('count attempts by outcome and endpoint, in each range', async () => {
    const good = await api.subscribe(200);
    const bad = await api.subscribe(500);
    await api.publish(good.topic);
    await api.publish(good.topic);
    await api.publish(bad.topic);

    for (const range of ['hour', 'day', 'week']) {
      const statistics = await read(range);
      expect(statistics).toMatchObject({ range, totals: { delivered: 2, failed: 0, dead: 1 } });
      expect(statistics.steps.at(-1)).toMatchObject({ delivered: 2, dead: 1 });
      expect(statistics.latency?.p50Ms).toBeGreaterThan(0);
      const own = await api.get<Statistics>(
        `/statistics?range=${range}&endpointId=${bad.endpoint.id}`
      );
      expect(own).toMatchObject({ totals: { delivered: 0, dead: 1 } });
      expect(own.steps.at(-1)).toMatchObject({ delivered: 0, dead: 1 });
      const its = statistics.endpoints.find(({ endpointId }) => endpointId === bad.endpoint.id);
      expect(its).toMatchObject({ delivered: 0, failed: 0, dead: 1 });
    }
  });

  it('leave out tests, whether they are delivered or fail; so do the metrics', async () => {
    const good = await api.subscribe(200);
    const bad = await api.subscribe(500);
    const before = await read('hour');
    for (const { endpoint } of [good, bad]) await api.post(`/endpoints/${endpoint.id}/test`);
    await api.publish(good.topic);
    const { totals } = await read('hour');
    expect(totals).toEqual({ ...before.totals, delivered: before.totals.delivered + 1 });

    const metrics = await api.runtime.watch.meters.registry.metrics();
    const attemptsOf = (id: number) =>
      metrics
        .split('\n')
        .filter((line) => line.startsWith(`webhooks_attempts_total{endpoint="${id}"`));
    expect(attemptsOf(good.endpoint.id)).toEqual([expect.stringMatching(/ 1$/)]);
    expect(attemptsOf(bad.endpoint.id)).toEqual([]);
  });

  it('cover the range, up to the current step', async () => {
    const { from, to, stepMs, steps } = await read('day');
    const now = api.runtime.clock.now();
    expect(steps).toHaveLength(24);
    expect(to - from).toBe(24 * HOUR_MS);
    expect(steps.at(-1)!.at).toBeLessThanOrEqual(now);
    expect(steps.at(-1)!.at + stepMs).toBeGreaterThan(now - 60_000);
  });

  it('survive the retention of the log', async () => {
    const before = await read('week');
    const { ids } = await api.deadMessages(1);
    await api.post('/messages/delete', { messageIds: ids });
    const after = await read('week');
    expect(after.totals.dead).toBe(before.totals.dead + 1);
  });

  it('refuse an unknown range, naming it', async () => {
    const { status, body } = await api.call('GET', '/statistics?range=year');
    expect(status).toBe(400);
    expect(body.error.details).toMatchObject({ code: 'INVALID_VALUE' });
    expect(body.error.message).toContain('range');
  });

  it('are kept and written again when the database refuses them', async () => {
    const { createTally } = await import('../../server/src/stats/tally');
    const { store, log } = api.runtime;
    const added: number[] = [];
    let refuses = true;
    const tally = createTally({
      store: {
        ...store,
        addRollups(rollups) {
          if (refuses) return Promise.reject(new Error('the database is gone'));
          added.push(...rollups.map(({ attempts }) => attempts));
          return Promise.resolve();
        },
      },
      now: () => 0,
      retentionMs: 0,
      log,
    });
    const settled = {
      message: { endpointId: 1 },
      attempt: { outcome: { kind: 'responded' }, durationMs: 1 },
      settlement: { to: 'delivered' },
      settledAt: 0,
    } as never;
    tally.observe([settled]);
    await expect(tally.flush()).rejects.toThrow('gone');
    tally.observe([settled]);
    refuses = false;
    await tally.flush();
    await tally.flush();
    expect(added).toEqual([2, 2]);
  });
});

describe('the overview', () => {
  /** Longer than any other server of these tests: it has replaced none of them. */
  async function runsForLong(): Promise<void> {
    const { watch, clock } = api.runtime;
    await watch.presence.beat(0);
    const startedAt = clock.now() - 24 * HOUR_MS;
    await api.app.strapi.db
      .query('plugin::guaranteed-webhooks.node')
      .updateMany({ where: {}, data: { startedAt } });
  }

  it('lists this server, and one that has fallen silent', async () => {
    const { store, clock } = api.runtime;
    await runsForLong();
    const seenAt = clock.now() - 60_000;
    await store.beat({
      name: 'other',
      host: 'web-2',
      pid: 1,
      delivers: true,
      inFlight: 4,
      startedAt: 0,
      seenAt,
      silentAt: null, // as an earlier version writes it
    });
    const { nodes } = await api.get<Overview>('/overview');
    expect(nodes).toEqual([
      expect.objectContaining({ host: 'web-2', isThis: false, silent: true, inFlight: 4 }),
      expect.objectContaining({ pid: process.pid, isThis: true, silent: false, delivers: true }),
    ]);
    expect(nodes[0]).not.toHaveProperty('name');
  });

  it('shows a server that stopped without notice for five minutes, and forgets it then', async () => {
    const { watch, store, clock } = api.runtime;
    const stopped = async (host: string, minutesAgo: number) => {
      const silentAt = clock.now() - minutesAgo * 60_000;
      const node = { host, pid: 1, delivers: true, inFlight: 0, startedAt: 0 };
      // An idle server has reported long before.
      await store.beat({ name: host, ...node, seenAt: silentAt - 60 * 60_000, silentAt });
    };
    const hosts = async () => (await api.get<Overview>('/overview')).nodes.map(({ host }) => host);
    await runsForLong();
    await stopped('recent', 4);
    await stopped('old', 6);
    expect(await hosts()).toContain('recent');
    expect(await hosts()).not.toContain('old');

    await watch.presence.beat(0);
    const kept = (await store.listNodes()).map(({ name }) => name);
    expect(kept).toContain('recent');
    expect(kept).not.toContain('old');
    await store.removeNode('recent');
  });

  it('names the messages that go next', async () => {
    const topic = await api.createTopic();
    await api.createEndpoint({
      url: `${api.receiver.url}/503`,
      topicIds: [topic.id],
      retryPolicy: { kind: 'list', delaysMs: [3_600_000] },
      jitterPercent: 0,
    });
    const messageId = await api.publish(topic);
    const { upcoming } = await api.get<Overview>('/overview');
    expect(upcoming).toEqual([expect.objectContaining({ messageId, state: 'pending' })]);
  });
});

describe('deliveries of an entry', () => {
  it('show for each receiver whether it has the last message, and its last delivery', async () => {
    const uid = 'api::article.article';
    const topic = await api.createTopic({ events: ['entry.publish'], contentTypes: [uid] });
    const good = await api.createEndpoint({ topicIds: [topic.id] });
    const bad = await api.createEndpoint({
      url: `${api.receiver.url}/500`,
      topicIds: [topic.id],
    });
    const { documentId } = await api.app.strapi
      .documents(uid)
      .create({ data: { title: 'News' }, status: 'published' });
    await api.deliver();

    const of = (query: string) => api.get<EntryDelivery[]>(`/deliveries?uid=${uid}&${query}`);
    const deliveries = await of(`documentId=${documentId}`);
    expect(deliveries).toHaveLength(2);
    const [toGood, toBad] = [good, bad].map(({ id }) =>
      deliveries.find(({ latest }) => latest.endpointId === id)
    );
    expect(toGood).toMatchObject({
      latest: { state: 'delivered' },
      lastDeliveredAt: expect.any(Number) as number,
    });
    expect(toBad).toMatchObject({ latest: { state: 'dead' }, lastDeliveredAt: null });
    expect(await of('documentId=unknown')).toEqual([]);

    await api.post(`/endpoints/${good.id}/pause`, {});
    await api.app.strapi.documents(uid).publish({ documentId });
    const again = await of(`documentId=${documentId}`);
    expect(again.find(({ latest }) => latest.endpointId === good.id)).toMatchObject({
      latest: { state: 'pending' },
      lastDeliveredAt: toGood?.lastDeliveredAt,
    });
  });

  it('require a document', async () => {
    const { status, body } = await api.call('GET', '/deliveries?uid=api::article.article');
    expect(status).toBe(400);
    expect(body.error.message).toContain('documentId');
  });
});
