/** Endpoints that are compared by a plan: on time, once for all nodes, and never beside another job. */
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { TopicsService } from '../../server/src/api/topics';
import type { EndpointInput } from '../../server/src/api/types';
import { createPlannedReconcileService } from '../../server/src/panel/services/planned-reconcile';
import {
  dismissOffers,
  noteAdoption,
  reconcileOffers,
} from '../../server/src/panel/services/reconcile-reasons';
import { startOnlyJob } from '../../server/src/panel/services/start-job';
import { ledgerView, reconcile } from '../../server/src/panel/services/reconcile';
import type { JobRecord } from '../../server/src/store/types';
import { bootEngine, type Engine, type Node } from '../support/engine';
import { connectAgain } from '../support/second-connection';
import { describeEachDatabase } from '../support/strapi';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const AUTHOR = 'api::author.author';
const EACH_MINUTE = { cron: '* * * * *' };
const NOBODY = { kind: 'none' } as const;

describeEachDatabase('an endpoint with a plan', (database) => {
  let engine: Engine;
  let topicId: number;

  beforeAll(async () => {
    engine = await bootEngine(database);
    const topics = engine.service<TopicsService>('topics');
    const topic = { name: 'authors', events: ['entry.*'], contentTypes: [AUTHOR] };
    topicId = (await topics.create(topic)).id;
    await engine.app.strapi.documents(AUTHOR).create({ data: { name: 'Ada' } as never });
  }, 120_000);
  afterEach(async () => {
    for (const { id } of await endpoints().list()) await endpoints().remove(id, true);
    for (const { id } of await jobs()) await engine.node.store.cancelJob(id, 0);
    await engine.reset();
  });
  afterAll(() => engine?.close());

  const endpoints = () => engine.service<EndpointsService>('endpoints');
  const planned = createPlannedReconcileService();

  async function subscribe(input: Partial<EndpointInput> = {}): Promise<number> {
    const { id } = await endpoints().create({
      ...{ name: 'copy', url: `${engine.receiver.url}/200`, topicIds: [topicId] },
      ...{ ledger: true, reconcile: EACH_MINUTE, ...input },
    });
    await engine.node.directory.refresh();
    return id;
  }

  async function change(id: number, input: Partial<EndpointInput>): Promise<void> {
    const { version } = await endpoints().get(id);
    await endpoints().update(id, input, version);
  }

  const jobs = async (endpointId?: number): Promise<JobRecord[]> =>
    (await engine.node.store.listJobs(100)).filter(
      ({ filter }) => endpointId === undefined || filter.endpointId?.includes(endpointId)
    );

  /** As each second does on a running node. */
  async function second(node: Node = engine.node): Promise<number> {
    const next = await planned.runDue(node);
    await node.maintenance.stepJobs();
    await node.tick();
    return next;
  }

  const toNextMinute = (): void =>
    engine.clock.advance(MINUTE_MS - (engine.clock.now() % MINUTE_MS));

  it('is compared at its times, which only counts, and says when it is next', async () => {
    const id = await subscribe();
    await second();
    const next = await second();
    toNextMinute();
    expect(next).toBe(engine.clock.now());
    expect(await jobs(id)).toEqual([]);
    await second();
    await second();
    const [job, ...more] = await jobs(id);
    expect(more).toEqual([]);
    expect(job).toMatchObject({
      ...{ kind: 'reconcile', state: 'finished', actor: NOBODY },
      findings: { counts: { missing: 1, outdated: 0, orphaned: 0 } },
    });
    expect(engine.receiver.requests).toEqual([]);
    expect(await ledgerView(engine.node, id)).toMatchObject({
      last: { id: job!.id },
      nextAt: engine.clock.now() + MINUTE_MS,
    });
  });

  it('is sent what differs, if its plan says so, and is in sync at the next run', async () => {
    const id = await subscribe({ reconcile: { ...EACH_MINUTE, heal: true, exact: true } });
    await second();
    toNextMinute();
    await second();
    expect(engine.receiver.requests).toHaveLength(1);
    toNextMinute();
    await second();
    expect(engine.receiver.requests).toHaveLength(1);
    expect((await jobs(id)).map(({ findings }) => findings?.counts.missing ?? 0)).toEqual([0, 1]);
  });

  it('is compared once by nodes that look at the same moment, and once for what was missed', async () => {
    const connection = connectAgain(engine.app.strapi);
    try {
      const id = await subscribe();
      const other = await engine.addNode(connection.strapi);
      await second();
      for (let run = 1; run <= 4; run += 1) {
        if (run === 4) engine.clock.advance(3 * DAY_MS);
        toNextMinute();
        const nodes = [engine.node, other, engine.node];
        await Promise.all(nodes.map((node) => planned.runDue(node)));
        await Promise.all([engine.node, other].map((node) => node.maintenance.stepJobs()));
        expect(await jobs(id)).toHaveLength(run);
      }
      await other.stop();
    } finally {
      await connection.close();
    }
  });

  it('is left out while a job of it runs or is paused, and while it is paused', async () => {
    const id = await subscribe();
    await second();
    const { store } = engine.node;
    const filter = { endpointId: [id], backfill: { types: [], status: 'all' as const } };
    const stored = await engine.app.strapi.db.transaction(async () => {
      const made = await store.createJob({
        ...{ kind: 'backfill', upTo: 0, total: 0, now: 0 },
        filter: { ...filter, backfill: { ...filter.backfill, locales: null, filter: null } },
      });
      await store.pauseJob(made.id, true);
      return made;
    });
    toNextMinute();
    await second();
    expect(await jobs(id)).toHaveLength(1);
    await store.cancelJob(stored.id, 0);
    await second();
    expect(await jobs(id)).toHaveLength(1);
    await endpoints().pause(id);
    await engine.node.directory.refresh();
    toNextMinute();
    await second();
    expect(await jobs(id)).toHaveLength(1);
    await endpoints().resume(id, { held: 'deliver' });
    await engine.node.directory.refresh();
    toNextMinute();
    await second();
    expect(await jobs(id)).toHaveLength(2);
  });

  it('follows a new plan, and none once it is off', async () => {
    const id = await subscribe({ reconcile: { cron: '0 3 * * *', timezone: 'Asia/Tokyo' } });
    await second();
    const { nextAt } = await ledgerView(engine.node, id);
    expect(new Date(nextAt!).toISOString()).toMatch(/T18:00:00/);
    await change(id, { reconcile: EACH_MINUTE });
    // A node that has not read it yet plans nothing by the old one.
    await second();
    await engine.node.directory.refresh();
    await second();
    toNextMinute();
    await second();
    expect(await jobs(id)).toHaveLength(1);
    await change(id, { reconcile: null });
    await engine.node.directory.refresh();
    engine.clock.advance(DAY_MS);
    await second();
    expect(await jobs(id)).toHaveLength(1);
    expect((await ledgerView(engine.node, id)).nextAt).toBeNull();
  });

  it('does not keep others from their run when it cannot be compared', async () => {
    const other = await subscribe({ name: 'without a topic', topicIds: [] });
    const id = await subscribe();
    await second();
    toNextMinute();
    await second();
    expect(await jobs(other)).toEqual([]);
    expect(await jobs(id)).toHaveLength(1);
  });

  it('has one of two jobs that are started at the same moment', async () => {
    const id = await subscribe({ reconcile: null });
    // Paused by the transaction that makes them: they stay unfinished.
    const started = await Promise.allSettled(
      [1, 2, 3].map(() =>
        engine.app.strapi.db.transaction(async () => {
          const filter = { endpointId: [id], reconcile: { types: [], exact: false, heal: false } };
          const job = { kind: 'reconcile' as const, filter, upTo: 0, total: 0 };
          const made = await startOnlyJob(engine.node, id, job, NOBODY);
          await engine.node.store.pauseJob(made.job.id, true);
        })
      )
    );
    expect(started.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await expect(reconcile(engine.node, id, {}, NOBODY)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('keeps its last comparison when old jobs are removed', async () => {
    const id = await subscribe();
    await second();
    for (let run = 0; run < 3; run += 1) {
      toNextMinute();
      await second();
    }
    const [last] = await jobs(id);
    await engine.node.store.purgeJobs(engine.clock.now() + 1, 100);
    expect((await jobs(id)).map((job) => job.id)).toEqual([last!.id]);
  });

  describe('is offered a comparison', () => {
    const offered = async (): Promise<[number, string][]> =>
      (await reconcileOffers(engine.node)).map(({ endpointId, reason }) => [endpointId, reason]);
    /** Longer than what the panel is shown may be old. */
    const later = (): void => engine.clock.advance(MINUTE_MS);

    async function compared(id: number): Promise<void> {
      later();
      await reconcile(engine.node, id, {}, NOBODY);
      await engine.node.maintenance.stepJobs();
    }

    const CHANGES: [reason: string, change: Partial<EndpointInput>][] = [
      ['filter', { filter: { entry: { name: { $contains: 'A' } } } }],
      ['shape', { shape: { payload: 'thin' } }],
      ['topics', { topicIds: [] }],
    ];
    it.each(CHANGES)('after a change of its %s, until it has been compared', async (reason, to) => {
      const id = await subscribe({ reconcile: null });
      const plain = await subscribe({ name: 'plain', ledger: false, reconcile: null });
      expect(await offered()).toEqual([]);
      await change(id, { timeoutMs: 5_000 });
      await change(plain, to);
      later();
      expect(await offered()).toEqual([]);
      await change(id, to);
      later();
      expect(await offered()).toEqual([[id, reason]]);
      await change(id, { topicIds: [topicId], filter: null, shape: null });
      later();
      await offered();
      await compared(id);
      expect(await offered()).toEqual([]);
    });

    it('after a change of its topic, until somebody dismisses it', async () => {
      const topics = engine.service<TopicsService>('topics');
      const { id: other } = await topics.create({ name: 'more', events: [], contentTypes: null });
      const id = await subscribe({ reconcile: null, topicIds: [topicId, other] });
      await offered();
      const { version } = await topics.get(other);
      await topics.update(other, { events: ['media.create'] }, version);
      later();
      expect(await offered()).toEqual([]);
      await topics.update(other, { events: ['entry.publish'] }, version + 1);
      later();
      expect(await offered()).toEqual([[id, 'topics']]);
      await dismissOffers(engine.node, { endpointIds: [id] });
      later();
      expect(await offered()).toEqual([]);
      await topics.remove(other);
    });

    it('after its database was adopted', async () => {
      const id = await subscribe({ reconcile: null });
      await noteAdoption(engine.node);
      expect(await offered()).toEqual([[id, 'adoption']]);
    });

    it('after all rows were replaced, and not after entries came and went', async () => {
      const { strapi } = engine.app;
      engine.clock.set(Date.now());
      const id = await subscribe({ reconcile: null });
      await offered();
      const authors = strapi.documents(AUTHOR);
      for (const { documentId } of await authors.findMany({})) await authors.delete({ documentId });
      await authors.create({ data: { name: 'Grace' } as never });
      engine.clock.set(Date.now() + MINUTE_MS);
      expect(await offered()).toEqual([]);
      const [row] = (await strapi.db.query(AUTHOR).findMany()) as object[];
      await strapi.db.query(AUTHOR).deleteMany({});
      await strapi.db.query(AUTHOR).create({ data: { ...row, id: undefined } });
      later();
      expect(await offered()).toEqual([[id, 'content']]);
      await compared(id);
      expect(await offered()).toEqual([]);
    });
  });

  it('is refused at the field', async () => {
    const refused = async (reconcile: unknown, ledger = true) =>
      subscribe({ reconcile: reconcile as never, ledger }).then(
        () => null,
        ({ code, field }: { code: string; field: string }) => [code, field]
      );
    const at = (field: string) => ['INVALID_VALUE', field];
    expect(await refused({ cron: 'often' })).toEqual(at('reconcile.cron'));
    expect(await refused({ cron: '0 0 30 2 *' })).toEqual(at('reconcile.cron'));
    expect(await refused({})).toEqual(at('reconcile.cron'));
    expect(await refused({ ...EACH_MINUTE, timezone: 'Mars' })).toEqual(at('reconcile.timezone'));
    expect(await refused({ ...EACH_MINUTE, heal: 'yes' })).toEqual(at('reconcile.heal'));
    expect(await refused({ ...EACH_MINUTE, mode: 'fast' })).toEqual(at('reconcile.mode'));
    expect(await refused(EACH_MINUTE, false)).toEqual(at('reconcile'));
    const id = await subscribe();
    await expect(change(id, { ledger: false })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      field: 'ledger',
    });
  });
});
