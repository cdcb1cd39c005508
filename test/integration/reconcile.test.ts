/** A receiver that keeps a copy, compared with the content and put right after all that no event tells. */
import { createHmac } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

import type {
  DifferenceView,
  EndpointInput,
  EntryKnowledge,
  JobView,
  ManifestEntry,
  ManifestPage,
  Page,
  ReconcileInput,
} from '../../server/src/panel/contract';
import { startCopyReceiver, type CopyReceiver } from '../support/copy-receiver';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';
const ARTICLES = 30;
const LOOPBACK = { http: { allow: { cidrs: ['127.0.0.1/32'] } } };
const NOTHING = { missing: 0, outdated: 0, orphaned: 0 };

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
  unpublish(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
  findMany(params: object): Promise<{ documentId: string }[]>;
}

describeEachDatabase('a receiver with a ledger', (database) => {
  let api: AdminApi;
  let copy: CopyReceiver;
  let endpointId: number;

  beforeAll(async () => {
    api = await bootAdminApi({ database, plugin: LOOPBACK });
    copy = await startCopyReceiver();
    for (let n = 0; n < ARTICLES; n += 1) await newArticle(`Early ${n}`);
    await documents(AUTHOR).create({ data: { name: 'Ada' } });
    endpointId = await subscribe({ ledger: true });
  }, 240_000);
  afterAll(async () => {
    await copy?.stop();
    await api?.close();
  });

  const documents = (uid: string) =>
    api.app.strapi.documents(uid as typeof ARTICLE) as unknown as Documents;
  const articles = () => documents(ARTICLE);

  async function newArticle(title: string): Promise<string> {
    const { documentId } = await articles().create({ data: { title, slug: title } });
    await articles().publish({ documentId });
    return documentId;
  }

  async function subscribe(settings: Partial<EndpointInput> = {}): Promise<number> {
    const topic = await api.createTopic({ events: ['entry.*'], contentTypes: [ARTICLE, AUTHOR] });
    const input = { url: `${copy.url}/`, topicIds: [topic.id], ...settings };
    return (await api.createEndpoint(input)).id;
  }

  async function finished(id: number): Promise<JobView> {
    for (;;) {
      await api.runtime.maintenance.stepJobs();
      await api.deliver();
      const job = await api.get<JobView>(`/jobs/${id}`);
      if (job.state !== 'running') return job;
    }
  }

  async function reconcile(input: ReconcileInput = {}, of = endpointId): Promise<JobView> {
    const { job } = await api.post<{ job: JobView }>(`/endpoints/${of}/reconcile`, input);
    return finished(job.id);
  }

  /** The list that the panel shows, read in pages. */
  async function differences(filter = ''): Promise<DifferenceView[]> {
    const found: DifferenceView[] = [];
    for (let cursor = ''; ;) {
      const query = `pageSize=20${filter}${cursor}`;
      const page = await api.get<Page<DifferenceView>>(
        `/endpoints/${endpointId}/differences?${query}`
      );
      found.push(...page.results);
      if (page.nextCursor === undefined) return found;
      cursor = `&cursor=${page.nextCursor}`;
    }
  }

  const countsAfter = async (input: ReconcileInput = {}) =>
    (await reconcile(input)).findings?.counts ?? NOTHING;

  /** Versions in the database, in the form of the copy. */
  async function expected(): Promise<string[]> {
    const rows: string[] = [];
    for (const [uid, table] of [
      [ARTICLE, 'articles'],
      [AUTHOR, 'authors'],
    ] as const) {
      const named = uid === ARTICLE ? 'title' : 'name';
      const found = (await api.app.strapi.db.connection(table).select('*')) as Record<
        string,
        unknown
      >[];
      for (const row of found) {
        const status = row.published_at === null ? 'draft' : 'published';
        rows.push(
          [uid, row.document_id, row.locale ?? '', status, row[named]].map(String).join(' ')
        );
      }
    }
    return rows.sort();
  }

  const copied = (): string[] =>
    copy
      .rows()
      .map(({ uid, document_id, locale, status, entry }) =>
        [uid, document_id, locale, status, String(entry.title ?? entry.name)].join(' ')
      )
      .sort();

  async function heal(input: ReconcileInput = {}) {
    const job = await reconcile({ ...input, heal: true });
    await api.deliver();
    expect(copied()).toEqual(await expected());
    const counts = Object.values(job.findings?.counts ?? NOTHING);
    expect(job.outcome).toMatchObject({
      replayed: counts.reduce((sum, count) => sum + count, 0),
      failed: 0,
    });
    expect(await countsAfter()).toEqual(NOTHING);
    return job.findings?.counts ?? NOTHING;
  }

  it('that was subscribed late gets what it lacks, counted and listed first', async () => {
    const versions = 2 * ARTICLES + 1;
    const job = await reconcile();
    expect(job.findings?.counts).toEqual({ ...NOTHING, missing: versions });
    expect(job.findings?.byType[AUTHOR]).toEqual({ ...NOTHING, missing: 1 });
    expect(job.findings?.first[0]).toMatchObject({ kind: 'missing', uid: ARTICLE });
    expect(job.outcome?.replayed).toBe(0);
    expect(copied()).toEqual([]);
    const found = await differences();
    expect(found).toHaveLength(versions);
    const early = { kind: 'missing', contentType: ARTICLE, locale: 'en', isSingle: false };
    expect(found.slice(0, 2)).toMatchObject([
      { ...early, title: 'Early 0', status: 'draft' },
      { ...early, title: 'Early 0', status: 'published' },
    ]);
    expect(await differences(`&contentType=${AUTHOR}`)).toMatchObject([{ title: 'Ada' }]);
    expect(await differences('&kind=orphaned')).toEqual([]);
    const reader = await api.adminWith('messages.read');
    const path = `/endpoints/${endpointId}/differences`;
    const { body } = await reader<Page<DifferenceView>>('GET', path);
    expect(body.results[0]).toMatchObject({ ...early, title: null });
    expect((await api.call('GET', `${path}?kind=odd`)).status).toBe(400);
    expect((await api.call('GET', '/endpoints/999999/differences')).status).toBe(404);
    expect(await heal()).toEqual({ ...NOTHING, missing: versions });
    // In sync: the list went with the comparison that made it.
    expect(await differences()).toEqual([]);
    await api.runtime.store.purgeJobs(0, 1_000);
    const { store } = api.runtime;
    expect(await store.pageDifferences({ jobId: job.id }, { after: 0, limit: 10 })).toEqual([]);
    expect(await api.get(`/endpoints/${endpointId}/ledger`)).toMatchObject({
      isKept: true,
      versions,
      last: { kind: 'reconcile', state: 'finished' },
    });
  });

  it('has nothing to be told after changes that were delivered', async () => {
    const documentId = await newArticle('Told');
    await articles().update({ documentId, data: { title: 'Told again' } });
    await articles().unpublish({ documentId: await newArticle('Back') });
    await articles().delete({ documentId: await newArticle('Gone') });
    await api.deliver();
    expect(copied()).toEqual(await expected());
    expect(await countsAfter()).toEqual(NOTHING);
    expect(await countsAfter({ exact: true })).toEqual(NOTHING);
  });

  it('is not told twice of what is on its way', async () => {
    await api.post(`/endpoints/${endpointId}/pause`);
    await newArticle('Waiting');
    expect(await countsAfter()).toEqual(NOTHING);
    await api.post(`/endpoints/${endpointId}/resume`, { held: 'skip' });
    expect(await heal()).toEqual({ ...NOTHING, missing: 2 });
  });

  it('is put right after SQL that changed, added and removed rows', async () => {
    const db = api.app.strapi.db.connection;
    const changed = await newArticle('Changed');
    const touched = await newArticle('Touched');
    const removed = await newArticle('Removed');
    const hidden = await newArticle('Hidden');
    await api.deliver();
    const where = { document_id: changed };
    await db('articles').where(where).update({ title: 'Changed by SQL' });
    expect(await countsAfter()).toEqual(NOTHING);
    await db('articles')
      .where({ document_id: touched })
      .update({ title: 'Touched by SQL', updated_at: new Date(2_000_000_000_000) });
    await db('articles').where({ document_id: removed }).delete();
    await db('articles').where({ document_id: hidden }).whereNotNull('published_at').delete();
    const row = { title: 'Added by SQL', document_id: 'addedbysqladdedbysqladde', locale: 'en' };
    const now = new Date();
    await db('articles').insert({ ...row, created_at: now, updated_at: now, published_at: now });
    expect(await heal({ exact: true })).toEqual({ missing: 1, outdated: 4, orphaned: 3 });
  });

  it('is put right after a locale was deleted', async () => {
    const documentId = await newArticle('In two languages');
    await articles().update({ documentId, locale: 'fr', data: { title: 'En français' } });
    await articles().publish({ documentId, locale: 'fr' });
    await api.deliver();
    await api.app.strapi.db.query(ARTICLE).deleteMany({ where: { locale: 'fr' } });
    expect(await heal()).toEqual({ ...NOTHING, orphaned: 2 });
    expect(copied().filter((version) => version.includes(documentId))).toHaveLength(2);
  });

  it('is put right after it was restored from a backup', async () => {
    const removed = await newArticle('In the backup');
    const changed = await newArticle('As in the backup');
    await api.deliver();
    await copy.backUp();
    const since = api.runtime.clock.now();
    await newArticle('After the backup');
    await articles().update({ documentId: changed, data: { title: 'Later' } });
    await articles().delete({ documentId: removed });
    await api.deliver();
    await copy.restore();
    expect(await countsAfter()).toEqual(NOTHING);
    const path = `/endpoints/${endpointId}/ledger/forget`;
    expect(await api.post(path, { since })).toEqual({ forgotten: 5 });
    expect(await heal()).toEqual({ missing: 0, outdated: 3, orphaned: 2 });
  });

  it('that is sent batches knows what was in them', async () => {
    const other = await startCopyReceiver();
    const id = await subscribe({
      url: `${other.url}/`,
      ledger: true,
      delivery: { mode: 'batch', by: 'transaction', maxEvents: 100 },
    });
    await newArticle('In a batch');
    await api.deliver();
    expect(other.rows().map(({ status }) => status)).toEqual(['draft', 'published']);
    const job = await reconcile({ exact: true, contentTypes: [ARTICLE] }, id);
    const all = (await expected()).filter((version) => version.startsWith(ARTICLE)).length;
    expect(job.findings?.counts).toEqual({ ...NOTHING, missing: all - 2 });
    await api.call('DELETE', `/endpoints/${id}?cancelPending=true`);
    await other.stop();
  });

  it('reads its manifest, signed, and finds what it has lost', async () => {
    const { secret } = await api.post<{ secret: string }>(
      `/endpoints/${endpointId}/rotate-secret`,
      { force: true }
    );
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const token = createHmac('sha256', key).update('manifest').digest('base64url');
    const url = `${api.app.http.origin}/api/guaranteed-webhooks/manifest/${endpointId}`;
    const read = (query: string, bearer = token) =>
      fetch(`${url}?${query}`, { headers: { authorization: `Bearer ${bearer}` } });

    const entries: ManifestEntry[] = [];
    for (let after: number | null = 0; after !== null;) {
      const response = await read(`after=${after}&limit=20`);
      const text = await response.text();
      new Webhook(secret).verify(text, Object.fromEntries(response.headers));
      const page = JSON.parse(text) as ManifestPage;
      entries.push(...page.entries);
      after = page.next;
    }
    const named = (parts: (string | null)[]) => parts.map((part) => part ?? '').join(' ');
    expect(
      entries
        .map((one) => [one.contentType, one.documentId, one.locale, one.status, one.hash])
        .map(named)
        .sort()
    ).toEqual(
      copy
        .rows()
        .map((one) => [one.uid, one.document_id, one.locale, one.status, one.hash])
        .map(named)
        .sort()
    );
    expect((await read('', 'wrong')).status).toBe(404);
    expect((await read('limit=0')).status).toBe(400);
  });

  it('is named beside an entry, with the version that it has', async () => {
    const documentId = await newArticle('Known');
    const known = () =>
      api.get<EntryKnowledge[]>(`/knowledge?uid=${ARTICLE}&documentId=${documentId}`);
    const versions = async () =>
      (await known()).flatMap(({ versions: all }) => all.map(({ status, has }) => [status, has]));
    await api.deliver();
    expect(await versions()).toEqual([
      ['draft', 'this'],
      ['published', 'this'],
    ]);
    await api.post(`/endpoints/${endpointId}/pause`);
    await articles().update({ documentId, data: { title: 'Changed' } });
    expect(await versions()).toContainEqual(['draft', 'another']);
    const other = await newArticle('Not sent yet');
    expect(await api.get(`/knowledge?uid=${ARTICLE}&documentId=${other}`)).toMatchObject([
      { endpointId, versions: [{ has: 'nothing' }, { has: 'nothing' }] },
    ]);
    await api.post(`/endpoints/${endpointId}/resume`, { held: 'deliver' });
    await api.deliver();
  });

  it('refuses what does not fit', async () => {
    const refused = async (id: number, input: unknown) => {
      const { status, body } = await api.call('POST', `/endpoints/${id}/reconcile`, input);
      const { code, errors = [] } = body.error.details;
      return [status, code, errors[0]?.path.join('.')];
    };
    const plain = await subscribe();
    expect(await refused(plain, {})).toEqual([400, 'INVALID_VALUE', 'ledger']);
    expect(await refused(999_999, {})).toEqual([404, 'NOT_FOUND', undefined]);
    expect(await refused(endpointId, { contentTypes: ['api::no.no'] })).toEqual([
      400,
      'UNKNOWN_CONTENT_TYPE',
      'contentTypes.0',
    ]);
    expect(await refused(endpointId, { quick: true })).toEqual([400, 'INVALID_VALUE', 'quick']);
    const { store } = api.runtime;
    const filter = {
      endpointId: [endpointId],
      reconcile: { types: [], exact: false, heal: false },
    };
    // Paused, so that the app's own upkeep does not finish it.
    const job = await api.app.strapi.db.transaction(async () => {
      const made = await store.createJob({ kind: 'reconcile', filter, upTo: 0, total: 0, now: 0 });
      await store.pauseJob(made.id, true);
      return made;
    });
    expect(await refused(endpointId, {})).toEqual([409, 'CONFLICT', undefined]);
    await api.post(`/jobs/${job.id}/cancel`);
  });
});
