/**
 * A real Strapi with the plugin, or without it, in a process of its own. The environment says which
 * database and which configuration (`test/app/config`). It listens when it is told to: a Strapi that
 * does not listen delivers nothing, so that a backlog can be prepared.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { bodyOf } from '../lib/body.mjs';
import { heavyPages } from '../lib/heavy-pages.mjs';
import { HEAVY_TYPE } from '../lib/heavy-app.mjs';
import { manyAuthors } from '../lib/many-authors.mjs';
import { serve, waitFor } from '../lib/rpc.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const require = createRequire(import.meta.url);
const TEST_APP = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../test/app');
const APP_DIR = process.env.APP_DIR ?? TEST_APP;
const INSERT_BATCH = 500;
const CONTENT_TYPE = 'api::article.article';
/** A few fields, no drafts. */
const SMALL_TYPE = 'api::author.author';

const { createStrapi } = require('@strapi/strapi');
const strapi = createStrapi({ appDir: APP_DIR, distDir: APP_DIR, serveAdminPanel: false });
await strapi.load();

let statements = 0;
strapi.db.connection.client.on('query', () => (statements += 1));

const service = (name) => strapi.plugin('guaranteed-webhooks').service(name);
const now = () => performance.timeOrigin + performance.now();

async function deliveryOf(number, endpoint, recorder) {
  const event = {
    name: 'entry.publish',
    uid: CONTENT_TYPE,
    entryDocumentId: `d${number}`,
    entryLocale: null,
    entryStatus: 'published',
    entryUpdatedAt: number,
    body: { text: JSON.stringify(bodyOf(number)), encoding: 'utf8' },
    contentType: 'application/json',
    actor: { kind: 'none' },
    source: 'content',
    occurredAt: Date.now(),
  };
  const place = await recorder.bookkeeping(event, endpoint, {});
  return { event, messages: [recorder.endpointMessage(endpoint, 'bench', place)] };
}

const tablesOfPlugin = async () =>
  (await strapi.db.dialect.schemaInspector.getTables()).filter((name) => name.startsWith('gw_'));

serve(
  {
    ...heavyPages(strapi),
    ...manyAuthors(strapi),

    async listen() {
      await new Promise((listening) => strapi.server.listen(0, '127.0.0.1', listening));
      return `http://127.0.0.1:${strapi.server.httpServer.address().port}`;
    },

    async token() {
      const { accessKey } = await strapi.service('admin::api-token').create({
        name: 'bench',
        description: '',
        type: 'full-access',
        kind: 'content-api',
        lifespan: null,
      });
      return accessKey;
    },

    /**
     * @param types default: the content types written here.
     * @returns ids of endpoints that subscribe to everything that happens to them.
     */
    async subscribe(urls, settings = {}, types = [CONTENT_TYPE, SMALL_TYPE, HEAVY_TYPE]) {
      const topic = await service('topics').create({
        name: 'bench',
        events: ['entry.*'],
        contentTypes: types.filter((uid) => uid in strapi.contentTypes),
      });
      const ids = [];
      for (const [index, url] of urls.entries()) {
        const endpoint = await service('endpoints').create({
          name: `bench ${index}`,
          url,
          topicIds: [topic.id],
          ...settings,
        });
        ids.push(endpoint.id);
      }
      return ids;
    },

    async nativeWebhook(url) {
      const webhook = await strapi.get('webhookStore').createWebhook({
        name: 'bench',
        url,
        headers: {},
        events: ['entry.create', 'entry.update', 'entry.publish'],
        isEnabled: true,
      });
      strapi.get('webhookRunner').add(webhook);
    },

    refresh: () => service('runtime').directory.refresh(),

    /** Events of a kilobyte, one message each, the endpoints in turn. */
    async fill(count, endpointIds) {
      const { directory, recorder, store } = service('runtime');
      await directory.refresh();
      const endpoints = endpointIds.map((id) => directory.endpoint(id));
      for (let from = 0; from < count; from += INSERT_BATCH) {
        const size = Math.min(INSERT_BATCH, count - from);
        const numbers = Array.from({ length: size }, (_, n) => from + n);
        const deliveries = numbers.map((n) =>
          deliveryOf(n, endpoints[n % endpoints.length], recorder)
        );
        await store.insert(await Promise.all(deliveries), Date.now());
      }
    },

    /** @returns ms until nothing is due and everything is settled. */
    async drain() {
      const startedAt = performance.now();
      await service('runtime').dispatcher.tick();
      return performance.now() - startedAt;
    },

    /** @returns the number of statements so far, of the plugin and of Strapi. */
    statements: () => statements,

    states: () => service('runtime').store.countByState(10_000_000),
    attempts: async () => Number((await strapi.db.connection('gw_attempts').count('* as n'))[0].n),

    /** Small entries in code, one after another. @returns ms of each. */
    async create(times) {
      const samples = [];
      for (let n = 0; n < times; n += 1) {
        const startedAt = performance.now();
        await strapi.documents(SMALL_TYPE).create({ data: { name: `Author ${n}` } });
        samples.push(performance.now() - startedAt);
      }
      return samples;
    },

    /** One entry at a time; each waits until it has arrived. @returns instants of the commits, epoch ms. */
    async commit() {
      let at;
      await strapi.db.transaction(async ({ onCommit }) => {
        onCommit(() => {
          at = now();
        });
        await strapi.documents(CONTENT_TYPE).create({ data: { title: 'Bench' } });
      });
      return at;
    },

    /** Claims and hands back, many times. @returns ms of each claim. */
    async claims(times, limit) {
      const { store } = service('runtime');
      const samples = [];
      for (let n = 0; n < times; n += 1) {
        const startedAt = performance.now();
        const messages = await store.claim({
          limit,
          now: Date.now(),
          leaseMs: 60_000,
          token: `bench-${n}`,
          budget: { default: limit, lanes: new Map() },
        });
        samples.push(performance.now() - startedAt);
        if (messages.length !== limit) throw new Error(`claimed ${messages.length} of ${limit}`);
        await store.release(messages);
      }
      return samples;
    },

    /** Of the plugin's tables and their indexes. SQLite: of the file. */
    async bytesOnDisk() {
      const { connection } = strapi.db;
      if (strapi.db.dialect.client === 'postgres') {
        // As autovacuum does sooner or later.
        for (const table of await tablesOfPlugin()) await connection.raw('vacuum ??', table);
        const { rows } = await connection.raw(
          `select sum(pg_total_relation_size(oid)) as bytes from pg_class where relkind = 'r' and relname like 'gw\\_%'`
        );
        return Number(rows[0].bytes);
      }
      if (strapi.db.dialect.client === 'mysql') {
        for (const table of await tablesOfPlugin()) await connection.raw('analyze table ??', table);
        const [rows] = await connection.raw(
          `select sum(data_length + index_length) as bytes from information_schema.tables
           where table_schema = database() and table_name like 'gw\\_%'`
        );
        return Number(rows[0].bytes);
      }
      const [{ page_count: pages }] = await connection.raw('pragma page_count');
      const [{ page_size: size }] = await connection.raw('pragma page_size');
      return pages * size;
    },

    async sql(statement, bindings = []) {
      await strapi.db.connection.raw(statement, bindings);
    },

    async rows(statement, bindings = []) {
      return (await strapi.db.connection.raw(statement, bindings)).rows;
    },

    /** Of a super admin, who may see every page of the panel. */
    async adminToken() {
      const credentials = { email: 'bench@example.com', password: 'Password-1-of-the-bench' };
      const users = strapi.service('admin::user');
      if (!(await users.exists({ email: credentials.email }))) {
        const { id } = await strapi.service('admin::role').getSuperAdmin();
        await users.create({ ...credentials, firstname: 'Bench', isActive: true, roles: [id] });
      }
      const { port } = strapi.server.httpServer.address();
      const response = await fetch(`http://127.0.0.1:${port}/admin/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(credentials),
      });
      return (await response.json()).data.token;
    },

    /** @returns how PostgreSQL answers what this request asks of our tables. */
    async plans(path, token) {
      const asked = [];
      const { client } = strapi.db.connection;
      const remember = ({ sql, bindings }) =>
        /^(select|with).*gw_/s.test(sql) && asked.push({ sql, bindings });
      client.on('query', remember);
      const { port } = strapi.server.httpServer.address();
      await fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      client.off('query', remember);
      return Promise.all(
        asked.map(async ({ sql, bindings }) => {
          const connection = await client.acquireRawConnection();
          const { rows } = await connection.query(`explain (analyze, buffers) ${sql}`, bindings);
          await client.destroyRawConnection(connection);
          return `${sql.slice(0, 2_000)}\n${rows.map((row) => row['QUERY PLAN']).join('\n')}`;
        })
      );
    },

    memoryMb: () => process.memoryUsage.rss() / 1_048_576,
    /** What is in use, after a collection. */
    usedMb() {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external) / 1_048_576;
    },
    waitUntilIdle: () =>
      waitFor(async () => {
        const { pending, active } = await service('runtime').store.countByState(10_000);
        return pending + active === 0;
      }),
  },
  () => strapi.destroy()
);
