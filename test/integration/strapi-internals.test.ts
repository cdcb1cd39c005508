/** Internals of Strapi that are missing or work differently: found at the start, logged, and shown wherever health is. */
import type { Core } from '@strapi/strapi';

import type { HealthView, MissingInternal, Overview } from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

type Transaction = (work?: (callbacks: Callbacks) => Promise<unknown>) => Promise<unknown>;

interface Callbacks {
  trx: { commit(): Promise<unknown>; executionPromise?: unknown };
  onCommit(callback: () => void): void;
}

/** Passes other things to the work of a transaction. */
function changeTransactions(
  strapi: Core.Strapi,
  change: (callbacks: Callbacks) => Callbacks
): void {
  const db = strapi.db as unknown as { transaction: Transaction };
  const begin = db.transaction.bind(db);
  db.transaction = (work) => begin(work && ((callbacks) => work(change(callbacks))));
}

const uploadOf = (strapi: Core.Strapi) =>
  strapi.plugin('upload').service<Record<string, unknown>>('upload');

interface Fault {
  fault: string;
  make(strapi: Core.Strapi): void;
  missing: MissingInternal;
  says: string;
}

const FAULTS: Fault[] = [
  {
    fault: 'a method of the upload service has another name',
    make(strapi) {
      const upload = uploadOf(strapi);
      upload.replaceFile = upload.replace;
      delete upload.replace;
    },
    missing: { name: "replace of the upload plugin's service", affects: 'media-events' },
    says: 'some or all media events are not captured',
  },
  {
    fault: 'transactions of knex do not tell whether the commit failed',
    make: (strapi) =>
      changeTransactions(strapi, (callbacks) => {
        Object.defineProperty(callbacks.trx, 'executionPromise', { value: undefined });
        return callbacks;
      }),
    missing: { name: 'executionPromise of a transaction of knex', affects: 'commits' },
    says: 'a change may be committed without its events',
  },
  {
    fault: 'Strapi commits without a call of commit',
    make: (strapi) =>
      changeTransactions(strapi, ({ trx, onCommit }) => ({
        trx: new Proxy(trx, { set: () => true }),
        onCommit,
      })),
    missing: { name: 'commit() and rollback() of a transaction of knex', affects: 'commits' },
    says: 'a change may be committed without its events',
  },
  {
    fault: 'reads are built in another way',
    make(strapi) {
      const { queryBuilder } = strapi.db;
      strapi.db.queryBuilder = (uid) =>
        Object.assign(queryBuilder.call(strapi.db, uid), { init: undefined });
    },
    missing: {
      name: 'init, first and execute of strapi.db.queryBuilder',
      affects: 'content-events',
    },
    says: 'document and media events are not captured',
  },
  {
    fault: 'the webhook runner has no method to remove a webhook',
    make(strapi) {
      Object.assign(strapi.get<object>('webhookRunner'), { remove: undefined });
    },
    missing: { name: "remove of strapi.get('webhookRunner')", affects: 'native-webhooks' },
    says: "Strapi's own webhooks and custom events are not listed",
  },
];

const ARTICLE = 'api::article.article';

describe.each(FAULTS)('$fault', ({ make, missing, says }) => {
  let api: AdminApi;
  let log: jest.SpyInstance;
  beforeAll(async () => {
    api = await bootAdminApi({
      onRegistered(strapi) {
        make(strapi);
        log = jest.spyOn(strapi.log, 'error');
      },
    });
  }, 120_000);
  afterAll(() => api.close());

  const sentence = expect.stringContaining(
    `${missing.name} is missing or works differently: ${says}`
  ) as unknown;

  it('is logged once, as an error', () => {
    const lines = log.mock.calls.map(([line]: unknown[]) => line);
    expect(lines).toEqual([sentence]);
    expect(lines[0]).toContain(api.app.strapi.config.get('info.strapi'));
  });

  it('is reported by the health check, the metrics and the overview', async () => {
    expect(await api.get<HealthView>('/health')).toEqual({
      status: 'degraded',
      problems: [sentence],
    });
    expect(await api.get<string>('/metrics')).toContain('webhooks_missing_internals 1\n');
    expect((await api.get<Overview>('/overview')).missingInternals).toEqual([missing]);
  });

  it('leaves editors able to save, and receivers able to get what is published', async () => {
    await api.createEndpoint({ topicIds: [(await api.createTopic({ events: ['*'] })).id] });
    await api.app.strapi.documents(ARTICLE).create({ data: { title: 'saved' } });
    const { topic } = await api.subscribe(200);
    expect(await api.stateOf(await api.publish(topic))).toBe('delivered');
  });
});
