/**
 * A receiver that is subscribed when the documents are there, and while others write: what it is sent of the
 * backfill and of the changes adds up to the database, byte for byte. `LATE_DOCUMENTS` sets the number of documents.
 */
import { setTimeout as pause } from 'node:timers/promises';

import type { JobView } from '../../server/src/panel/contract';
import { startCopyReceiver, type CopyReceiver } from '../support/copy-receiver';
import { copiesOf, hashesOf, versionsOf } from '../support/same-copy';
import { describeEachDatabase, type DatabaseKind } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const AUTHOR = 'api::author.author';
const TEST_MS = 20 * 60_000;
const LOOPBACK = { http: { allow: { cidrs: ['127.0.0.1/32'] } } };
const NOTHING = { missing: 0, outdated: 0, orphaned: 0 };
const WRITERS = 3;
/** Between two changes of a writer, who is a person. */
const BREATH_MS = 40;
/** Deliveries go on meanwhile, and so do the writers. */
const BETWEEN_STEPS_MS = 5;
const ROWS_A_STATEMENT = 200;

/** As many as a run of all tests has time for: many steps of a job. */
const DOCUMENTS: Record<DatabaseKind, number> = { sqlite: 500, postgres: 500, mysql: 500 };

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
}

describeEachDatabase('a receiver that is subscribed late', (database) => {
  const count = Number(process.env.LATE_DOCUMENTS ?? DOCUMENTS[database]);
  const idOf = (n: number): string => `late${String(n).padStart(20, '0')}`;
  let api: AdminApi;
  let copy: CopyReceiver;

  beforeAll(async () => {
    api = await bootAdminApi({ database, plugin: LOOPBACK });
    copy = await startCopyReceiver();
    const sql = api.app.strapi.db.connection;
    const at = new Date(1_700_000_000_000);
    const times = { created_at: at, updated_at: at, published_at: at };
    for (let from = 0; from < count; from += ROWS_A_STATEMENT) {
      const size = Math.min(ROWS_A_STATEMENT, count - from);
      const rows = Array.from({ length: size }, (_, n) => ({
        document_id: idOf(from + n),
        name: `Author ${from + n}`,
        ...times,
      }));
      await sql('authors').insert(rows);
    }
  }, TEST_MS);
  afterAll(async () => {
    await api?.close();
    await copy?.stop();
  });

  const authors = () => api.app.strapi.documents(AUTHOR) as unknown as Documents;

  async function finished(path: string, input: object): Promise<JobView> {
    const { job } = await api.post<{ job: JobView }>(path, input);
    for (;;) {
      await api.runtime.maintenance.stepJobs();
      api.runtime.dispatcher.wake();
      await pause(BETWEEN_STEPS_MS);
      const { state } = (await api.runtime.store.findJob(job.id)) ?? {};
      if (state !== 'running') return api.get<JobView>(`/jobs/${job.id}`);
    }
  }

  let written = 0;

  /** Changes, adds and deletes documents all over the range: neighbors, by a prime, are far from each other. */
  async function write(halt: AbortSignal): Promise<void> {
    const actions = ['update', 'create', 'update', 'delete'] as const;
    while (!halt.aborted) {
      const action = actions[written % actions.length];
      written += 1;
      const documentId = idOf((written * 7_919) % count);
      if (action === 'delete') await authors().delete({ documentId });
      else if (action === 'create') await authors().create({ data: { name: `New ${written}` } });
      else await authors().update({ documentId, data: { name: `Changed ${written}` } });
      await pause(BREATH_MS);
    }
  }

  it(
    'has what the database has when the backfill ends',
    async () => {
      const topic = await api.createTopic({ events: ['entry.*'], contentTypes: [AUTHOR] });
      // In order: a change does not overtake what the backfill has sent of the same document.
      const delivery = { mode: 'latest' as const };
      const settings = { url: `${copy.url}/`, topicIds: [topic.id], ledger: true, delivery };
      const { id } = await api.createEndpoint(settings);
      const halt = new AbortController();
      const writing = Array.from({ length: WRITERS }, () => write(halt.signal));
      const job = await finished(`/endpoints/${id}/backfill`, {});
      halt.abort();
      await Promise.all(writing);
      await api.deliver();
      expect(job).toMatchObject({ state: 'finished', kind: 'backfill' });
      expect(written).toBeGreaterThan(4 * WRITERS);
      const { strapi } = api.app;
      expect(copiesOf(strapi, copy)).toEqual(await versionsOf(strapi, [AUTHOR]));
      const hashes = await hashesOf(strapi, id, copy);
      expect(hashes.copy).toEqual(hashes.ledger);
      const { findings } = await finished(`/endpoints/${id}/reconcile`, { exact: true });
      expect(findings?.counts).toEqual(NOTHING);
    },
    TEST_MS
  );
});
