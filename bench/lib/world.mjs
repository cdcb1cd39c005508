/** What every measurement starts from: databases, a receiver, Strapis, and that all of it goes away. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createDatabase } from './databases.mjs';
import { createHeavyApp } from './heavy-app.mjs';
import { startWorker } from './rpc.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Compiles TypeScript as it is required. */
const COMPILER = path.join(ROOT, 'test/chaos/register.cjs');

/** Delivery to loopback is refused unless allowed. The rest of the configuration is the default. */
const PLUGIN_CONFIG = { http: { allow: { cidrs: ['127.0.0.1/32'] } } };

/** @param mysqlUrl without one, nothing is measured on MySQL or MariaDB. */
export function createWorld({ postgresUrl, mysqlUrl, fromSource }) {
  const servers = { postgres: postgresUrl, mysql: mysqlUrl };
  const publicDir = mkdtempSync(path.join(tmpdir(), 'gw-bench-public-'));
  mkdirSync(path.join(publicDir, 'uploads'));
  const closers = [async () => rmSync(publicDir, { recursive: true, force: true })];
  const later = (close) => closers.push(close);

  async function worker(name, options) {
    const started = await startWorker(name, options);
    later(() => started.close());
    return started;
  }

  return {
    kinds: ['postgres', 'sqlite', ...(mysqlUrl ? ['mysql'] : [])],

    async database(kind) {
      const database = await createDatabase(kind, servers);
      later(() => database.drop());
      return database;
    },

    peer: (name) => worker(name),

    /** A worker that calls the plugin's source, module by module. */
    fromSource: (name) => worker(name, { execArgv: ['-r', COMPILER] }),

    async receiver() {
      const receiver = await worker('receiver');
      return Object.assign(receiver, { url: await receiver.call('url') });
    },

    /** @returns the folder of an app with a heavy content type. */
    heavyApp() {
      const folder = createHeavyApp();
      later(async () => rmSync(folder, { recursive: true, force: true }));
      return folder;
    },

    /**
     * @param plugin its configuration over the bench's; `false` for a Strapi without it.
     * @param appDir default: the app of the tests.
     */
    strapi(database, { plugin = {}, execArgv = [], appDir } = {}) {
      const config = { ...PLUGIN_CONFIG, ...plugin };
      const home = fromSource ? path.join(ROOT, 'test/support/plugin') : ROOT;
      const register = fromSource ? ['-r', COMPILER] : [];
      return worker('strapi', {
        execArgv: [...register, ...execArgv],
        env: {
          ...database.env,
          NODE_ENV: 'production',
          LOG_LEVEL: 'warn',
          STRAPI_TELEMETRY_DISABLED: 'true',
          STRAPI_DISABLE_LICENSE_PING: 'true',
          PUBLIC_DIR: publicDir,
          ...(appDir && { APP_DIR: appDir }),
          WEBHOOKS_PLUGIN: plugin === false ? 'none' : home,
          WEBHOOKS_PLUGIN_CONFIG: JSON.stringify(config),
        },
      });
    },

    async close() {
      for (const close of closers.reverse()) await close().catch(() => undefined);
    },
  };
}
