/**
 * The main path through a packed app: content changes over Strapi's own APIs, each of which must
 * arrive at a real receiver as Strapi's own webhook does. `npm run matrix` walks it on each version.
 */
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { connect } from './demo-api.mjs';
import { until as poll } from './demo-journey.mjs';
import { freshEnv, startApp } from './playground.mjs';
import { freePort, ROOT } from './project.mjs';
import { startReceiver } from './receiver.mjs';

const ARTICLES = '/content-manager/collection-types/api::article.article';
const ENTRY = ['create', 'update', 'delete', 'publish', 'unpublish'].map((name) => `entry.${name}`);
const EVENTS = [...ENTRY, 'media.create'];
/** For what should take a second or two. */
const DEADLINE_MS = 20_000;
/** Long enough for Strapi to be killed between two attempts: one in flight would wait for its lease. */
const RETRIES_MS = Array(5).fill(5_000);

const until = (what, look) => poll(what, look, DEADLINE_MS);

function check(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

function payloadOf({ body }) {
  const payload = JSON.parse(body);
  delete payload.createdAt; // of the webhook itself: each has its own
  return payload;
}

function idOf(request) {
  const { entry, media } = payloadOf(request);
  return (entry ?? media).documentId;
}

/** Of the payloads, those that `others` has not. Fields have no order: Strapi reads relations at once. */
const without = (payloads, others) =>
  payloads.filter((one) => !others.some((other) => isDeepStrictEqual(one, other)));

const names = (requests) => requests.map(({ event }) => event).join(', ');

/** @param options `app`: its folder; `node`: the binary; `database`: what the app's config reads */
export async function openWorld({ app, node, database }) {
  const ours = [];
  const native = [];
  const receiver = await startReceiver({
    failures: 0,
    onRequest: (request) => ours.push(request),
  });
  const nativeReceiver = await startReceiver({
    failures: 0,
    onRequest: (request) => native.push(request),
  });
  const matrixApi = path.join(app, 'src', 'api', 'matrix');
  cpSync(path.join(ROOT, 'scripts', 'lib', 'matrix-api'), matrixApi, { recursive: true });

  const env = {
    ...freshEnv(),
    ...database,
    // In production, the oldest versions let nobody log in over plain HTTP.
    NODE_ENV: 'development',
    STRAPI_TELEMETRY_DISABLED: 'true',
    STRAPI_LOG_LEVEL: 'info',
    PORT: String(await freePort()),
    WEBHOOKS_PLUGIN_CONFIG: JSON.stringify({ http: { allow: { cidrs: ['127.0.0.1/32'] } } }),
  };
  const strapi = path.join(app, 'node_modules', '@strapi', 'strapi', 'bin', 'strapi.js');
  const start = () => startApp({ cwd: app, command: [node, strapi, 'start'], env });
  let server;

  const world = {
    receiver,
    ours,
    native,

    async boot() {
      server = await start();
      Object.assign(world, await connect(server.origin, env));
      const { id } = await world.ensureTopic({ name: 'all', events: EVENTS, contentTypes: null });
      const { secret } = await world.ensureEndpoint({
        name: 'Receiver',
        url: receiver.url,
        topicIds: [id],
        retryPolicy: { kind: 'list', delaysMs: RETRIES_MS },
        jitterPercent: 0,
      });
      receiver.trust(secret);
      await world.content('POST', '/api/matrix/native-webhook', {
        url: nativeReceiver.url,
        events: EVENTS,
      });
    },

    /** The receiver accepts again when Strapi is down. */
    async restart() {
      server.kill();
      await server.exited;
      receiver.behave();
      server = await start();
    },

    async draft(title) {
      const { data } = await world.asAdmin('POST', ARTICLES, { title });
      await world.arrives('entry.create', data.documentId);
      return data.documentId;
    },

    async publish(documentId) {
      await world.asAdmin('POST', `${ARTICLES}/${documentId}/actions/publish`, { title: 'public' });
      await world.arrives('entry.publish', documentId);
    },

    /**
     * Waits until the event of this document has arrived, signed; Strapi's own, too, which reads the
     * document after the commit and would tell of the next change instead.
     */
    async arrives(event, documentId) {
      const find = (requests) =>
        requests.find((one) => one.event === event && idOf(one) === documentId);
      const request = await until(`${event} of ${documentId}`, () => find(native) && find(ours));
      check(request.verified, `${event}: the signature does not verify`);
    },

    log: () => server?.log() ?? '',

    async close() {
      await server?.stop();
      await receiver.close();
      await nativeReceiver.close();
      rmSync(matrixApi, { recursive: true, force: true });
    },
  };
  return world;
}

/** In this order; each makes the document it needs, so that one that fails does not hide the others. */
export const STEPS = {
  boot: (world) => world.boot(),

  async create(world) {
    await world.draft('create');
  },

  async publish(world) {
    await world.publish(await world.draft('publish'));
  },

  async update(world) {
    const documentId = await world.draft('update');
    await world.content('PUT', `/api/articles/${documentId}`, { data: { title: 'updated' } });
    await world.arrives('entry.update', documentId);
  },

  async unpublish(world) {
    const documentId = await world.draft('unpublish');
    await world.publish(documentId);
    await world.asAdmin('POST', `${ARTICLES}/${documentId}/actions/unpublish`, {});
    await world.arrives('entry.unpublish', documentId);
  },

  async delete(world) {
    const documentId = await world.draft('delete');
    await world.content('DELETE', `/api/articles/${documentId}`);
    await world.arrives('entry.delete', documentId);
  },

  async 'media upload'(world) {
    const upload = new FormData();
    upload.append('files', new Blob(['text'], { type: 'text/plain' }), 'file.txt');
    const [file] = await world.asAdmin('POST', '/upload', upload);
    await world.arrives('media.create', file.documentId);
  },

  async 'bulk publish'(world) {
    const documentIds = [];
    for (const title of ['one', 'two', 'three']) documentIds.push(await world.draft(title));
    await world.asAdmin('POST', `${ARTICLES}/actions/bulkPublish`, { documentIds });
    for (const documentId of documentIds) await world.arrives('entry.publish', documentId);
  },

  async 'rolled back'(world) {
    const { documentId, rows } = await world.content('POST', '/api/matrix/roll-back');
    check(documentId !== undefined && rows === 0, 'the transaction was not rolled back');
    const messages = await world.messagesOf(documentId);
    check(messages.length === 0, `${messages.length} messages of what never happened`);
  },

  async 'as native webhooks'({ ours, native }) {
    check(new Set(names(ours).split(', ')).size === EVENTS.length, `only ${names(ours)}`);
    const compare = () => {
      const [theirs, mine] = [native, ours].map((requests) => requests.map(payloadOf));
      return { missing: without(theirs, mine), extra: without(mine, theirs) };
    };
    await until('the same payloads', () => {
      const { missing, extra } = compare();
      return ours.length === native.length && missing.length + extra.length === 0;
    }).catch(({ message }) => {
      throw new Error(`${message}: ${JSON.stringify(compare())}`);
    });
  },

  async restart(world) {
    world.receiver.refuse();
    const documentId = await world.draft('restart');
    const { messageId } = await until('a failed attempt', async () =>
      (await world.messagesOf(documentId)).find(({ attempts }) => attempts > 0)
    );
    await world.restart();
    const delivered = await until('the delivery after the restart', () =>
      world.ours.find((one) => one.messageId === messageId && one.status === 200)
    );
    check(delivered.verified, 'the signature does not verify');
  },
};
