/**
 * Production's database, restored in staging: what waits in it, and what happens next to it, is
 * delivered to nobody until a person has said so. Two real Strapis, and a real copy of the file.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import knex from 'knex';

import type { EnvironmentView, Overview } from '../../server/src/panel/contract';
import type { Runtime } from '../../server/src/runtime/runtime';
import { createReceiver, type Receiver } from '../support/receiver';
import { bootStrapi, type BootedStrapi } from '../support/strapi';
import { bootAdminApi } from './admin-api-fixture';

const http = { allow: { cidrs: ['127.0.0.1/32'] } };
const PENDING = 3;

interface Environments {
  read(): EnvironmentView;
  adopt(): Promise<EnvironmentView>;
  discardPending(): Promise<EnvironmentView & { canceled: number }>;
}

let receiver: Receiver;
let staging: BootedStrapi | undefined;
let backup: string;
const files: string[] = [];

function temporaryFile(name: string): string {
  const file = join(tmpdir(), `gw-${name}-${randomBytes(6).toString('hex')}.sqlite`);
  files.push(file);
  return file;
}

const service = <T>(name: string): T =>
  staging!.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
const runtime = (): Runtime => service('runtime');
const environments = (): Environments => service('environments');

/** Strapi's own cron is slower than a test wants to be: a second's work, now. */
async function second(): Promise<void> {
  await runtime().environment.look();
  await runtime().directory.refreshIfChanged();
  runtime().wake();
  await runtime().dispatcher.tick();
}

async function publishArticle(): Promise<void> {
  const articles = staging!.strapi.documents('api::article.article');
  const { documentId } = await articles.create({ data: { title: 'in staging' } as never });
  await articles.publish({ documentId });
}

beforeAll(async () => {
  receiver = await createReceiver();
  const plugin = { environment: 'production', dispatcher: { enabled: false }, http };
  const production = await bootAdminApi({ database: 'sqlite', plugin });
  try {
    const topic = await production.createTopic({ events: ['entry.publish'] });
    const { url } = receiver;
    await production.createEndpoint({ url, topicIds: [topic.id] });
    for (let n = 0; n < PENDING; n += 1) {
      await production.post(`/topics/${topic.id}/publish`, { payload: { n } });
    }
    backup = temporaryFile('backup');
    await production.app.strapi.db.connection.raw('vacuum into ?', [backup]);
  } finally {
    await production.close();
  }
  // What the test's own boot makes again.
  const copy = knex({
    client: 'better-sqlite3',
    connection: { filename: backup },
    useNullAsDefault: true,
  });
  await copy('i18n_locale').whereNot({ code: 'en' }).delete();
  await copy.destroy();
}, 120_000);
afterAll(async () => {
  await receiver.close();
  await Promise.all(files.map((file) => rm(file, { force: true })));
});

async function restore(plugin: object): Promise<void> {
  const filename = temporaryFile('restored');
  const source = knex({
    client: 'better-sqlite3',
    connection: { filename: backup },
    useNullAsDefault: true,
  });
  await source.raw('vacuum into ?', [filename]);
  await source.destroy();
  staging = await bootStrapi({
    database: 'sqlite',
    listen: false,
    plugin: { http, ...plugin },
    env: { DATABASE_FILENAME: filename },
  });
  const { server } = staging.strapi;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
}

afterEach(async () => {
  await staging?.close();
  staging = undefined;
  receiver.respondWith(() => 200);
});

const received = (since: number): number => receiver.requests.length - since;

it.each([
  ['by its name', { environment: 'staging' }],
  ['by where its database is', {}],
])('is noticed at boot %s, said, and nothing is sent, old or new', async (_name, plugin) => {
  const before = receiver.requests.length;
  await restore(plugin);
  await second();
  await publishArticle();
  await second();

  expect(received(before)).toBe(0);
  expect(environments().read()).toMatchObject({ foreign: true, madeBy: 'production' });
  const { environment } = await service<{ read(): Promise<Overview> }>('overview').read();
  expect(environment.foreign).toBe(true);
});

it('is delivered once it is adopted', async () => {
  const before = receiver.requests.length;
  await restore({ environment: 'staging' });
  await second();
  expect(await environments().adopt()).toMatchObject({ foreign: false, madeBy: 'staging' });
  await second();
  expect(received(before)).toBe(PENDING);
  await expect(environments().adopt()).rejects.toMatchObject({ code: 'CONFLICT' });
});

it('has no pending messages after they are discarded, and its endpoints are paused', async () => {
  const before = receiver.requests.length;
  await restore({ environment: 'staging' });
  await second();
  expect(await environments().discardPending()).toMatchObject({
    foreign: false,
    canceled: PENDING,
  });
  await publishArticle();
  await second();
  expect(received(before)).toBe(0);
  const [endpoint] = await runtime().store.listEndpoints();
  expect(endpoint).toMatchObject({ state: 'paused' });
  expect(endpoint?.stateReason).toMatch(/^Made in another environment/);
});

it('still belongs to the environment that made it', async () => {
  const before = receiver.requests.length;
  await restore({ environment: 'production' });
  await second();
  expect(environments().read().foreign).toBe(false);
  expect(received(before)).toBe(PENDING);
});

it('is noticed while running, when a backup of another one is restored over it', async () => {
  await restore({ environment: 'production' });
  await second();
  const mark = { installation: 'another', name: 'elsewhere', traces: [], label: 'elsewhere' };
  await runtime().store.writeSetting('mark', JSON.stringify(mark));
  await second();
  const before = receiver.requests.length;
  await publishArticle();
  await second();
  expect(received(before)).toBe(0);
  expect(environments().read()).toMatchObject({ foreign: true, madeBy: 'elsewhere' });
});
