/** Backfills: the documents that are there, sent to an endpoint that was subscribed later. */
import type {
  ApiError,
  BackfillInput,
  DryRunResult,
  EndpointInput,
  JobView,
  LoggedEvent,
  Page,
} from '../../server/src/panel/contract';
import { createDocumentMessages } from '../../server/src/delivery/engine/document-messages';
import { createBackfill } from '../../server/src/delivery/engine/backfill';
import { createRuntime } from '../../server/src/runtime/runtime';
import type { NewEvent } from '../../server/src/core/message/message';
import type { JobFilter } from '../../server/src/store/log/job-types';
import { describeEachDatabase } from '../support/strapi';
import { connectAgain } from '../support/second-connection';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';
/** More than a step, and than what may wait for an endpoint. */
const AUTHORS = 230;
const WAITING_AT_MOST = 200;

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
  findMany(params: object): Promise<Record<string, unknown>[]>;
}

interface Sent {
  event: string;
  uid: string;
  entry: { documentId: string; locale: string | null; name?: string; title?: string };
}

describeEachDatabase('a backfill', (database) => {
  let api: AdminApi;
  let made = 0;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
    // Before any endpoint: nothing is recorded of them.
    for (let n = 0; n < AUTHORS; n += 1) await authors().create({ data: { name: `Author ${n}` } });
    for (const title of ['First', 'Second', 'Third']) {
      const { documentId } = await articles().create({
        data: { title, slug: title.toLowerCase() },
      });
      if (title === 'Third') continue;
      await articles().update({ documentId, locale: 'fr', data: { title: `${title} (fr)` } });
      await articles().publish({ documentId, locale: '*' });
    }
  }, 240_000);
  afterAll(async () => {
    await api?.close();
  });

  const documents = (uid: string) =>
    api.app.strapi.documents(uid as typeof ARTICLE) as unknown as Documents;
  const authors = () => documents(AUTHOR);
  const articles = () => documents(ARTICLE);

  /** An endpoint with a path of its own. */
  async function subscribe(contentTypes: string[], settings: Partial<EndpointInput> = {}) {
    const topic = await api.createTopic({ events: ['entry.*'], contentTypes });
    const path = `/200/backfill-${++made}`;
    const url = api.receiver.url + path;
    const { id } = await api.createEndpoint({ url, topicIds: [topic.id], ...settings });
    return { id, path, topic };
  }

  const start = async (id: number, input: BackfillInput = {}): Promise<JobView> =>
    (await api.post<{ job: JobView }>(`/endpoints/${id}/backfill`, input)).job;

  const requestsTo = (path: string) =>
    api.receiver.requests.filter((request) => request.path === path);
  const sentTo = (path: string): Sent[] =>
    requestsTo(path).map(({ body }) => JSON.parse(body.toString()) as Sent);

  /** Makes its messages and delivers them, until it is finished. */
  async function finish({ id }: Pick<JobView, 'id'>): Promise<JobView> {
    for (;;) {
      await api.runtime.maintenance.stepJobs();
      await api.deliver();
      const job = await api.get<JobView>(`/jobs/${id}`);
      if (job.state !== 'running' || job.outcome === null) return job;
    }
  }

  /** The same, until it waits for others. */
  async function finishBut(id: number): Promise<JobView> {
    for (let done = -1; ;) {
      await api.runtime.maintenance.stepJobs();
      await api.deliver();
      const job = await api.get<JobView>(`/jobs/${id}`);
      if (job.done === done) return job;
      done = job.done;
    }
  }

  it('counts the documents, and sends each as a change of it would be sent', async () => {
    const { id, path, topic } = await subscribe([ARTICLE]);
    const counted = await api.post<DryRunResult>(`/endpoints/${id}/backfill`, { dryRun: true });
    expect(counted).toEqual({ dryRun: true, matched: 4 });
    expect(requestsTo(path)).toEqual([]);

    const job = await finish(await start(id));
    expect(job).toMatchObject({
      kind: 'backfill',
      state: 'finished',
      done: 4,
      skipped: 0,
      outcome: { replayed: 4, delivered: 4 },
    });
    const sent = sentTo(path);
    expect(sent.map(({ entry }) => entry.title).sort()).toEqual([
      'First',
      'First (fr)',
      'Second',
      'Second (fr)',
    ]);
    expect(new Set(sent.map(({ event }) => event))).toEqual(new Set(['entry.publish']));
    const [request] = requestsTo(path);
    expect(request?.headers).toMatchObject({
      'x-backfill': String(job.id),
      'x-strapi-event': 'entry.publish',
      'upstash-topic-name': topic.name,
    });
    expect(request?.headers['webhook-signature']).toBeDefined();

    // The same bytes as a change of the document, but for the times.
    const { documentId } = sent[0]!.entry;
    const locale = sent[0]!.entry.locale;
    await articles().publish({ documentId, locale });
    await api.deliver();
    const live = sentTo(path).at(-1)!;
    const stable = ({ entry, ...rest }: Sent) => ({
      ...rest,
      createdAt: 0,
      entry: { ...entry, id: 0, updatedAt: 0, publishedAt: 0, localizations: 0 },
    });
    expect(stable(live)).toEqual(stable(sent[0]!));

    const log = await api.get<Page<LoggedEvent>>('/events?source=backfill');
    expect(log.results).toHaveLength(4);
    expect(log.results[0]?.deliveries[0]).toMatchObject({ state: 'delivered' });
  });

  it('sends drafts, one locale, and what a filter lets pass', async () => {
    const drafts = await subscribe([ARTICLE]);
    await finish(await start(drafts.id, { status: 'draft', locales: ['en'] }));
    expect(sentTo(drafts.path).map(({ event, entry }) => [event, entry.title])).toEqual([
      ['entry.update', 'First'],
      ['entry.update', 'Second'],
      ['entry.update', 'Third'],
    ]);

    const filtered = await subscribe([ARTICLE], { filter: { locale: { $eq: 'fr' } } });
    const filter = { entry: { title: { $startsWith: 'Second' } } };
    const job = await finish(await start(filtered.id, { filter }));
    expect(sentTo(filtered.path).map(({ entry }) => entry.title)).toEqual(['Second (fr)']);
    expect(job).toMatchObject({ done: 4, skipped: 3 });
  });

  it('gives an endpoint its shape, and content types that it does not subscribe to', async () => {
    const { id, path } = await subscribe([ARTICLE], {
      shape: { payload: 'full', fields: ['title'], populate: null },
    } as unknown as Partial<EndpointInput>);
    await finish(await start(id, { contentTypes: [ARTICLE], locales: ['en'] }));
    expect(Object.keys(sentTo(path)[0]!.entry).sort()).toEqual(
      expect.arrayContaining(['documentId', 'title'])
    );
    expect(sentTo(path)[0]!.entry).not.toHaveProperty('slug');
    const counted = await api.post<DryRunResult>(`/endpoints/${id}/backfill`, {
      contentTypes: [AUTHOR, ARTICLE],
      dryRun: true,
    });
    expect(counted.matched).toBe(AUTHORS + 4);
  });

  it('stays behind what waits for the endpoint, can be paused and stopped', async () => {
    const { id, path } = await subscribe([AUTHOR]);
    await api.post(`/endpoints/${id}/pause`);
    const { id: jobId } = await start(id);
    await api.runtime.maintenance.stepJobs();
    expect(await api.get(`/jobs/${jobId}`)).toMatchObject({
      state: 'running',
      done: WAITING_AT_MOST,
      total: AUTHORS,
    });
    const second = await api.call('POST', `/endpoints/${id}/backfill`, {});
    expect(second.status).toBe(409);
    expect(second.body.error.message).toContain(`job ${jobId}`);

    expect(await api.post(`/jobs/${jobId}/pause`)).toMatchObject({ state: 'paused' });
    expect((await api.call('POST', `/jobs/${jobId}/pause`)).status).toBe(409);
    await api.post(`/endpoints/${id}/resume`, { held: 'deliver' });
    await api.deliver();
    await api.runtime.maintenance.stepJobs();
    expect(requestsTo(path)).toHaveLength(WAITING_AT_MOST);

    expect(await api.post(`/jobs/${jobId}/resume`)).toMatchObject({ state: 'running' });
    expect(await finish({ id: jobId })).toMatchObject({ state: 'finished', done: AUTHORS });
    const names = sentTo(path).map(({ entry }) => entry.name);
    expect(new Set(names).size).toBe(AUTHORS);
    expect(names).toHaveLength(AUTHORS);

    await api.post(`/endpoints/${id}/pause`);
    const other = await start(id);
    expect(await api.post(`/jobs/${other.id}/cancel`)).toMatchObject({ state: 'canceled' });
  });

  /** Messages of the endpoint that nothing sends before tomorrow. */
  async function delay(id: number, count: number): Promise<void> {
    const { recorder, directory, store, clock } = api.runtime;
    await directory.refreshIfChanged();
    const notBefore = clock.now() + 86_400_000;
    const event = { name: 'late', uid: null, entryDocumentId: null, entryLocale: null };
    const rest = { contentType: 'application/json', actor: { kind: 'none' }, source: 'code' };
    const body = { text: '{}', encoding: 'utf8' };
    const message = () => recorder.endpointMessage(directory.endpoint(id)!, null, { notBefore });
    await store.insert(
      Array.from({ length: count }, () => ({
        event: { ...event, ...rest, body, occurredAt: 0 } as NewEvent,
        messages: [message()],
      })),
      clock.now()
    );
  }

  it('is not stopped by messages that are tried later', async () => {
    const { id } = await subscribe([AUTHOR]);
    await delay(id, WAITING_AT_MOST);
    expect((await finish(await start(id))).done).toBe(AUTHORS);
  });

  it('is not stopped by messages about a document that is held', async () => {
    const { documentId } = await authors().create({ data: { name: 'Restless' } });
    const { id, path } = await subscribe([AUTHOR], { documentLimit: 1 });
    await api.app.strapi.db.transaction(async () => {
      for (let n = 0; n <= WAITING_AT_MOST; n += 1) {
        await authors().update({ documentId, data: { name: `Restless ${n}` } });
      }
    });
    await finish(await start(id));
    // The first change, and each author as it is now.
    expect(requestsTo(path)).toHaveLength(1 + AUTHORS + 1);
    await authors().delete({ documentId });
    await api.call('DELETE', `/endpoints/${id}?cancelPending=true`);
  });

  it('fills a batch', async () => {
    const delivery = { mode: 'batch', by: 'quiet-time', maxEvents: AUTHORS } as const;
    const { id, path } = await subscribe([AUTHOR], {
      delivery: { ...delivery, quietMs: 3_600_000, maxWaitMs: 3_600_000 },
    });
    await finish(await start(id));
    await api.receiver.waitFor((requests) => requests.some((request) => request.path === path));
    const [request, ...others] = requestsTo(path);
    expect(others).toEqual([]);
    expect(JSON.parse(request?.body.toString() ?? '{}')).toMatchObject({ count: AUTHORS });
  });

  it('goes on after a restart where it was, no document twice', async () => {
    const { id, path } = await subscribe([AUTHOR]);
    const { store } = api.runtime;
    const killed = createRuntime(api.app.strapi);
    await killed.directory.refresh();
    const step = {
      limit: 200,
      leaseMs: 1,
      token: 'killed',
      makeMessages: () => Promise.resolve(null),
      makeDocumentMessages: createBackfill({
        ...killed,
        schemas: killed.schema.schemas,
        codeNeeds: killed.formats.needs,
        messages: createDocumentMessages({ ...killed, schemas: killed.schema.schemas }),
      }),
      compareDocuments: () => Promise.resolve(null),
    };
    const filter: JobFilter = {
      endpointId: [id],
      backfill: {
        types: [{ uid: AUTHOR }],
        status: 'published',
        locales: null,
        filter: null,
      },
    };
    const upTo = await store.maxEventId();
    // In one transaction, so that the app's own upkeep does not take the first step.
    const job = await api.app.strapi.db.transaction(async () => {
      await store.createJob({ kind: 'backfill', filter, upTo, total: AUTHORS, now: 0 });
      return store.stepJob({ ...step, now: 1 });
    });
    expect(job).toMatchObject({ done: 20 });
    await killed.stop();
    expect((await finish(job as unknown as JobView)).done).toBe(AUTHORS);
    const names = sentTo(path).map(({ entry }) => entry.name);
    expect(new Set(names).size).toBe(AUTHORS);
    expect(names).toHaveLength(AUTHORS);
  });

  /** Sends published articles with this slug, which are changed when the job is there and has not begun. */
  async function backfillWhile(id: number, slug: string, change: () => Promise<unknown>) {
    const { store } = api.runtime;
    const types = [{ uid: ARTICLE }];
    const job = await api.app.strapi.db.transaction(async () => {
      const made = await store.createJob({
        kind: 'backfill',
        filter: {
          endpointId: [id],
          backfill: { types, status: 'published', locales: null, filter: { entry: { slug } } },
        },
        upTo: await store.maxEventId(),
        total: 1,
        now: 0,
      });
      await change();
      return made;
    });
    await finish(job);
  }

  it('sends what was published anew meanwhile, where a filter withheld that', async () => {
    const { documentId } = await articles().create({ data: { title: 'Old', slug: 'anew' } });
    await articles().publish({ documentId });
    const filter = { changed: { $contains: ['slug'] } };
    const { id, path } = await subscribe([ARTICLE], { filter });
    await backfillWhile(id, 'anew', async () => {
      await articles().update({ documentId, data: { title: 'New' } });
      await articles().publish({ documentId });
    });
    expect(sentTo(path)).toMatchObject([{ entry: { documentId, title: 'New' } }]);
  });

  it.each([
    ['leaves out what was published anew and sent', true, ['New']],
    ['sends what is published where the draft was changed', false, ['New', 'Old']],
  ])('%s', async (_, isPublished, titles) => {
    const slug = `meanwhile-${String(isPublished)}`;
    const { documentId } = await articles().create({ data: { title: 'Old', slug } });
    await articles().publish({ documentId });
    const topic = await api.createTopic({
      events: [isPublished ? 'entry.publish' : 'entry.update'],
      contentTypes: [ARTICLE],
    });
    const { id, path } = await subscribe([ARTICLE], { topicIds: [topic.id] });
    await backfillWhile(id, slug, async () => {
      await articles().update({ documentId, data: { title: 'New' } });
      if (isPublished) await articles().publish({ documentId });
    });
    expect(
      sentTo(path)
        .map(({ entry }) => entry.title)
        .sort()
    ).toEqual(titles);
  });

  it('is no change of the one who starts it, whose changes the endpoint ignores', async () => {
    const admin = (await api.app.strapi.db.query('admin::user').findOne({})) as { id: number };
    const ignoredActors = [{ kind: 'admin' as const, id: admin.id }];
    const { id, path } = await subscribe([AUTHOR], { ignoredActors });
    await finish(await start(id));
    expect(sentTo(path)).toHaveLength(AUTHORS);
  });

  it('ends with the state of the database while others write', async () => {
    const { id, path } = await subscribe([AUTHOR], { delivery: { mode: 'latest' } });
    const all = (await authors().findMany({ limit: AUTHORS })) as { documentId: string }[];
    const job = await start(id);
    const write = async () => {
      for (const [n, { documentId }] of all.entries()) {
        if (n % 5 === 0) await authors().update({ documentId, data: { name: `Changed ${n}` } });
      }
    };
    const [ended] = await Promise.all([finish(job), write()]);
    await api.deliver();
    const copy = new Map(sentTo(path).map(({ entry }) => [entry.documentId, entry.name]));
    const truth = (await authors().findMany({ limit: AUTHORS })) as Sent['entry'][];
    expect(Object.fromEntries(copy)).toEqual(
      Object.fromEntries(truth.map(({ documentId, name }) => [documentId, name]))
    );
    expect(ended).toMatchObject({ state: 'finished', done: AUTHORS });
  });

  if (database !== 'sqlite') {
    it('waits for a change that is under way, and sends what it made', async () => {
      const { id, path } = await subscribe([AUTHOR]);
      const { strapi, close } = connectAgain(api.app.strapi);
      const changed = await authors().create({ data: { name: 'Before' } });
      await authors().create({ data: { name: 'Last' } });
      const open = await strapi.db.connection.transaction();
      await open('authors').where({ document_id: changed.documentId }).update({ name: 'After' });

      const { id: jobId } = await start(id);
      const { done } = await finishBut(jobId);
      expect(done).toBe(AUTHORS);
      await open.commit();
      await finish({ id: jobId });
      const backfilled = requestsTo(path).filter(({ headers }) => headers['x-backfill']);
      const names = backfilled.map(({ body }) => (JSON.parse(body.toString()) as Sent).entry.name);
      expect(names.slice(-2)).toEqual(['After', 'Last']);
      await close();
    });
  }

  it('is refused with the field that is wrong', async () => {
    const { id } = await subscribe([ARTICLE]);
    const refusal = async (input: object, endpointId = id) => {
      const { status, body } = await api.call<ApiError>(
        'POST',
        `/endpoints/${endpointId}/backfill`,
        input
      );
      return [status, body.error.details.errors?.[0]?.path.join('.')];
    };
    expect(await refusal({ contentTypes: ['api::no.no'] })).toEqual([400, 'contentTypes.0']);
    expect(await refusal({ contentTypes: [ARTICLE, ARTICLE] })).toEqual([400, 'contentTypes.1']);
    expect(await refusal({ contentTypes: [] })).toEqual([400, 'contentTypes']);
    expect(await refusal({ status: 'old' })).toEqual([400, 'status']);
    expect(await refusal({ locales: ['xx'] })).toEqual([400, 'locales.0']);
    expect(await refusal({ filter: { entry: { no: { $eq: 1 } } } })).toEqual([
      400,
      'filter.entry.no',
    ]);
    expect(await refusal({ surprise: 1 })).toEqual([400, 'surprise']);
    expect((await refusal({}, 99_999))[0]).toBe(404);

    const { id: bare } = await api.createEndpoint();
    expect(await refusal({}, bare)).toEqual([400, 'contentTypes']);

    const reader = await api.adminWith('messages.read', 'endpoints.update');
    expect((await reader('POST', `/endpoints/${id}/backfill`, {})).status).toBe(403);
  });
});
