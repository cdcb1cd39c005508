/**
 * `strapi export`, `strapi import` and `strapi transfer` as commands, into a Strapi whose receiver keeps a copy: no
 * event tells it, and the next reconciliation makes the copy equal to the content, byte for byte.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';

import type { JobView, ReconcileInput } from '../../server/src/panel/contract';
import { startCopyReceiver, type CopyReceiver } from '../support/copy-receiver';
import { connectTo, type TestDatabase } from '../support/databases';
import { copiesOf, hashesOf, versionsOf } from '../support/same-copy';
import { bootStrapi, describeEachDatabase, startedDatabase } from '../support/strapi';
import { runStrapi } from '../support/strapi-command';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';
const TYPES = [ARTICLE, AUTHOR];
const COMMAND_MS = 180_000;
const LOOPBACK = { http: { allow: { cidrs: ['127.0.0.1/32'] } } };
const NOTHING = { missing: 0, outdated: 0, orphaned: 0 };
const WITHOUT_FILES = ['--exclude', 'files', '--force'];

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
}

const documents = (strapi: Core.Strapi, uid: string) =>
  strapi.documents(uid as typeof ARTICLE) as unknown as Documents;

/** Articles in two languages, half of them published, each of an author. */
async function write(strapi: Core.Strapi, name: string, count: number): Promise<void> {
  const author = await documents(strapi, AUTHOR).create({ data: { name } });
  for (let n = 0; n < count; n += 1) {
    const fields = { title: `${name} ${n}`, slug: `${name}-${n}`, meta: { n }, views: n };
    const data = { ...fields, author: author.documentId };
    const { documentId } = await documents(strapi, ARTICLE).create({ data });
    const french = { documentId, locale: 'fr' };
    await documents(strapi, ARTICLE).update({ ...french, data: { title: `${name} ${n} (fr)` } });
    if (n % 2 === 0) await documents(strapi, ARTICLE).publish({ documentId, locale: '*' });
  }
}

let source: TestDatabase;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gw-export-'));
  source = await startedDatabase('sqlite');
  const app = await bootStrapi({ on: source, listen: false });
  await write(app.strapi, 'Exported', 6);
  await app.close();
  const plain = ['--no-encrypt', '--no-compress', '--exclude', 'files'];
  await runStrapi(['export', ...plain, '--file', join(folder, 'content')], source);

  // The transfer brings what was written after the export.
  const sql = connectTo(source);
  const [documentId = ''] = (await sql('articles')
    .where('title', 'like', 'Exported 0%')
    .pluck('document_id')) as string[];
  await sql('articles').where('document_id', documentId).delete();
  await sql('articles')
    .where('title', 'like', 'Exported 1%')
    .update({ title: 'Changed', updated_at: Date.now() });
  await sql.destroy();
}, COMMAND_MS);
afterAll(async () => {
  await source?.drop();
  await rm(folder, { recursive: true, force: true });
});

describeEachDatabase('a receiver of content that is imported', (database) => {
  let on: TestDatabase;
  let api: AdminApi;
  let copy: CopyReceiver;
  let endpointId: number;

  const boot = async (): Promise<void> => {
    const env = { TRANSFER_REMOTE: 'true' };
    api = await bootAdminApi({ on, plugin: LOOPBACK, env });
  };

  beforeAll(async () => {
    on = await startedDatabase(database);
    copy = await startCopyReceiver();
    await boot();
    const topic = await api.createTopic({ events: ['entry.*'], contentTypes: TYPES });
    const settings = { url: `${copy.url}/`, topicIds: [topic.id], ledger: true };
    endpointId = (await api.createEndpoint(settings)).id;
    await write(api.app.strapi, 'Own', 4);
    await api.deliver();
    // The author lists its articles, of which no event of its own tells.
    expect(await reconcile({ heal: true, exact: true })).toEqual({ ...NOTHING, outdated: 1 });
  }, COMMAND_MS);
  afterAll(async () => {
    await api?.close();
    await copy?.stop();
    await on?.drop();
  });

  async function reconcile(input: ReconcileInput = {}) {
    const { job } = await api.post<{ job: JobView }>(`/endpoints/${endpointId}/reconcile`, input);
    for (;;) {
      await api.runtime.maintenance.stepJobs();
      await api.deliver();
      const { state, findings } = await api.get<JobView>(`/jobs/${job.id}`);
      if (state !== 'running') return findings?.counts ?? NOTHING;
    }
  }

  async function expectSame(): Promise<void> {
    const { strapi } = api.app;
    expect(copiesOf(strapi, copy)).toEqual(await versionsOf(strapi, TYPES));
    const hashes = await hashesOf(strapi, endpointId, copy);
    expect(hashes.copy).toEqual(hashes.ledger);
    expect(await reconcile({ exact: true })).toEqual(NOTHING);
  }

  it('has the content of before', expectSame);

  it(
    'gets what `strapi import` brought, and loses what it replaced',
    async () => {
      const before = await api.runtime.store.maxMessageId();
      await api.close();
      await runStrapi(['import', ...WITHOUT_FILES, '--file', join(folder, 'content.tar')], on);
      await boot();
      expect(await api.runtime.store.maxMessageId()).toBe(before);
      // 6 articles in 2 languages, 3 of them published, and an author; before, 4 and 2.
      const counts = { missing: 19, outdated: 0, orphaned: 13 };
      expect(await reconcile()).toEqual(counts);
      expect(await reconcile({ heal: true })).toEqual(counts);
      await expectSame();
    },
    COMMAND_MS
  );

  it(
    'gets what `strapi transfer` brought',
    async () => {
      const tokens = api.app.strapi.service('admin::transfer') as unknown as {
        token: { create(token: object): Promise<{ accessKey: string }> };
      };
      const { accessKey } = await tokens.token.create({
        name: 'push',
        description: '',
        permissions: ['push'],
        lifespan: null,
      });
      const to = ['--to', `${api.app.http.origin}/admin`, '--to-token', accessKey];
      await runStrapi(['transfer', ...WITHOUT_FILES, ...to], source);
      // Of an article that was deleted, the published ones too; two were changed. All rows have new ids.
      const counts = { ...NOTHING, orphaned: 4 };
      expect(await reconcile()).toEqual({ ...counts, outdated: 2 });
      expect(await reconcile({ heal: true, exact: true })).toEqual({ ...counts, outdated: 15 });
      await expectSame();
    },
    COMMAND_MS
  );
});
