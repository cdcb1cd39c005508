/**
 * A real Strapi for a test file: the app under `test/app` on a fresh database, with the plugin
 * compiled from source. Nothing is mocked.
 *
 * One Strapi at a time: it is a global. A suite boots it in `beforeAll` and closes it in `afterAll`.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { createStrapi, type Core } from '@strapi/strapi';

import { createTestDatabase, type DatabaseKind, type TestDatabase } from './databases';
import { createHttp, type Http } from './http';
import { copyStartedDatabase } from './started-databases';

export { databasesUnderTest, describeEachDatabase, type DatabaseKind } from './databases';
export type { Http, HttpResponse } from './http';

const APP_DIR = resolve(__dirname, '../app');
const PLUGIN_DIR = resolve(__dirname, 'plugin');
/** Strapi creates its default locale, `en`, itself. */
const OTHER_LOCALES = [
  { code: 'fr', name: 'French (fr)' },
  { code: 'de', name: 'German (de)' },
];

export const ADMIN = {
  firstname: 'Ada',
  lastname: 'Admin',
  email: 'ada@example.com',
  password: 'Password123',
};

export interface BootOptions {
  /** Default: SQLite. */
  database?: DatabaseKind;
  /** A database that is there already, and stays when this Strapi closes. */
  on?: TestDatabase;
  /** The plugin's configuration; `false` boots without the plugin. Default: delivers to 127.0.0.1 only. */
  plugin?: object | false;
  /** Its `config/webhooks`. */
  settings?: object;
  /** Listen on a free port, and make the first admin and an API token. Default: true. */
  listen?: boolean;
  /** Environment of the app, over what this file sets. Put back when it closes. */
  env?: Record<string, string>;
  /** Called when Strapi is registered and nothing is bootstrapped: the place to add to an app. */
  onRegistered?: (strapi: Core.Strapi) => void;
}

export interface BootedStrapi {
  strapi: Core.Strapi;
  database: DatabaseKind;
  /** Throws when it was booted with `listen: false`. */
  http: Http;
  close(): Promise<void>;
}

export async function bootStrapi(options: BootOptions = {}): Promise<BootedStrapi> {
  const kind = options.on?.kind ?? options.database ?? 'sqlite';
  const database = options.on ?? (await databaseFor(kind, options));
  const publicDir = await mkdtemp(join(tmpdir(), 'gw-public-'));
  await mkdir(join(publicDir, 'uploads'));
  const restoreEnv = setEnv({
    ...database.env,
    PUBLIC_DIR: publicDir,
    LOG_LEVEL: 'error',
    STRAPI_TELEMETRY_DISABLED: 'true',
    STRAPI_DISABLE_LICENSE_PING: 'true',
    ...pluginEnv(options.plugin),
    WEBHOOKS_SETTINGS: JSON.stringify(options.settings ?? {}),
    ...options.env,
  });

  const restoreHttp = keepHttp();

  async function discard(): Promise<void> {
    restoreEnv();
    restoreHttp();
    if (options.on === undefined) await database.drop();
    await rm(publicDir, { recursive: true, force: true });
  }

  const strapi = createStrapi({ appDir: APP_DIR, distDir: APP_DIR, serveAdminPanel: false });
  try {
    await load(strapi, options);
    await createLocales(strapi);
    const client = options.listen === false ? undefined : await listen(strapi);
    return {
      strapi,
      database: kind,
      get http() {
        if (client === undefined) throw new Error('this Strapi does not listen');
        return client;
      },
      async close() {
        await strapi.destroy();
        await discard();
      },
    };
  } catch (error) {
    // Half booted, it may not know how to stop; why it did not boot is what the test should say.
    await strapi.destroy().catch(() => undefined);
    await discard();
    throw error;
  }
}

/** What the first start stores depends on these. */
const FIRST_START = /^(DATABASE_|ENCRYPTION_KEY$)/;

/** An empty one when the first start would store something else; otherwise one that was started before. */
async function databaseFor(
  kind: DatabaseKind,
  { plugin, env = {} }: BootOptions
): Promise<TestDatabase> {
  if (Object.keys(env).some((name) => FIRST_START.test(name))) return createTestDatabase(kind);
  return startedDatabase(kind, plugin !== false);
}

/** A database in which this app has started once, with the plugin or without. */
export function startedDatabase(kind: DatabaseKind, hasPlugin = true): Promise<TestDatabase> {
  const start = async (on: TestDatabase): Promise<void> => {
    const quiet = hasPlugin && { dispatcher: { enabled: false } };
    const app = await bootStrapi({ on, plugin: quiet, listen: false });
    await app.close();
  };
  return copyStartedDatabase(kind, { hasPlugin, start });
}

function pluginEnv(plugin: BootOptions['plugin']): Record<string, string> {
  if (plugin === false) return { WEBHOOKS_PLUGIN: 'none' };
  const config = plugin ?? { http: { allow: { cidrs: ['127.0.0.1/32'] } } };
  return { WEBHOOKS_PLUGIN: PLUGIN_DIR, WEBHOOKS_PLUGIN_CONFIG: JSON.stringify(config) };
}

async function load(strapi: Core.Strapi, { onRegistered }: BootOptions): Promise<void> {
  await strapi.register();
  onRegistered?.(strapi);
  await strapi.bootstrap();
}

async function createLocales(strapi: Core.Strapi): Promise<void> {
  const locales = strapi.plugin('i18n').service<{
    findByCode(code: string): Promise<unknown>;
    create(locale: { code: string; name: string }): Promise<unknown>;
  }>('locales');
  for (const locale of OTHER_LOCALES) {
    if ((await locales.findByCode(locale.code)) === null) await locales.create(locale);
  }
}

async function listen(strapi: Core.Strapi): Promise<Http> {
  // Test and server share an event loop: a late timer of the server would reset a request on its way.
  strapi.server.httpServer.keepAliveTimeout = 0;
  await new Promise<void>((listening) => strapi.server.listen(0, '127.0.0.1', listening));
  const { port } = strapi.server.httpServer.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const tokens = strapi.service('admin::api-token') as {
    create(token: object): Promise<{ accessKey: string }>;
  };
  const { accessKey } = await tokens.create({
    name: 'test token',
    description: '',
    type: 'full-access',
    kind: 'content-api',
    lifespan: null,
  });
  return createHttp(origin, accessKey, ADMIN);
}

/** @returns what puts the environment back. */
function setEnv(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/**
 * With `server.proxy`, Strapi replaces functions of Node's own modules, which test files share when
 * they share a process.
 *
 * @returns what puts them back.
 */
function keepHttp(): () => void {
  const plain = { request: http.request, get: http.get, globalAgent: http.globalAgent };
  const secure = { request: https.request, get: https.get, globalAgent: https.globalAgent };
  return () => {
    Object.assign(http, plain);
    Object.assign(https, secure);
  };
}
