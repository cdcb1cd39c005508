/**
 * `npm run matrix`: the packed plugin in fresh apps of the supported versions of Strapi, on several
 * versions of Node. In each, the panel is built and the main path walked (`lib/main-path.mjs`).
 * Prints a line for each step, and exits with 1 when one fails. Needs npm's registry.
 *
 * `npm run matrix -- 5.31.0 5.33.4` takes those versions of Strapi, on this Node; `--ci` the rows of
 * `.ci/run`. SQLite's driver is compiled for this Node alone: on others the database is PostgreSQL, at
 * `TEST_POSTGRES_URL` or else one of our own. `PACKED_APP` names an app of the newest version,
 * `MATRIX_APPS` a folder to keep the others in.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { capture } from './lib/child.mjs';
import { openWorld, STEPS } from './lib/main-path.mjs';
import { ensurePackedApp, STRAPI } from './lib/packed-app.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { ensureBuilt, ensureInstalled, requireNode, ROOT } from './lib/project.mjs';
import { dim, green, red, say } from './lib/terminal.mjs';

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const OLDEST = manifest.peerDependencies['@strapi/strapi'].replace('^', '');
const THIS_NODE = process.versions.node.split('.')[0];

/** Version of Strapi, major version of Node. The app that is there already comes first. */
const CI = [
  [STRAPI, '24'],
  [OLDEST, '20'],
];
const WIDE = [
  [STRAPI, '20'],
  [STRAPI, '22'],
  [STRAPI, '24'],
  [STRAPI, '26'],
  [OLDEST, '20'],
  [OLDEST, '22'],
  ['5.31.3', '20'],
  ['5.40.0', '22'],
  ['5.50.2', '24'],
];
const NAMES = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
const LABEL_WIDTH = 40;

const scratch = mkdtempSync(path.join(tmpdir(), 'gw-matrix-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const failures = [];

function tell(what, error) {
  if (error.told) return;
  error.told = true;
  failures.push(what);
  say(red(`✗ ${what}: ${error.message}`));
}

/** Prints a line. @throws what `work` throws, when it has been printed */
async function step(label, name, work) {
  const startedAt = Date.now();
  try {
    const result = await work();
    const took = ((Date.now() - startedAt) / 1_000).toFixed(1);
    say(`${green('✓')} ${label.padEnd(LABEL_WIDTH)} ${name.padEnd(20)} ${dim(`${took} s`)}`);
    return result;
  } catch (error) {
    tell(`${label}: ${name}`, error);
    throw error;
  }
}

/** Makes the thing of each key once, however many ask for it. */
function once(make) {
  const made = new Map();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}

/** npm's package `node` fetches the binary as a package, by a script of its own. */
const nodeBinary = once(async (major) => {
  if (major === THIS_NODE) return process.execPath;
  const folder = path.join(scratch, `node-${major}`);
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--prefer-offline'];
  const options = ['--prefix', folder, '--ignore-scripts=false', ...quiet];
  const { code, output } = await capture(['npm', 'install', ...options, `node@${major}`]);
  const binary = path.join(folder, 'node_modules', 'node', 'bin', 'node');
  if (code !== 0 || !existsSync(binary)) throw new Error(`no Node ${major} to be had:\n${output}`);
  return binary;
});

const packedApp = once(async (strapi) => {
  const kept = strapi === STRAPI ? process.env.PACKED_APP : undefined;
  const app = kept ?? path.join(process.env.MATRIX_APPS ?? scratch, `app-${strapi}`);
  mkdirSync(app, { recursive: true });
  await ensurePackedApp(app, {
    strapi,
    step: (name, work) => step(`Strapi ${strapi}`, name, work),
  });
  return app;
});

/** Has a PostgreSQL when one is needed, and a new database for each row. */
function createDatabases() {
  const { Client } = createRequire(path.join(ROOT, 'package.json'))('pg');
  let server;
  async function startServer() {
    const url = process.env.TEST_POSTGRES_URL;
    return url ? { url, stop: async () => {} } : startPostgres();
  }
  let count = 0;

  async function onServer(statement) {
    const { url } = await (server ??= startServer());
    const client = new Client({ connectionString: `${url.replace(/\/$/, '')}/postgres` });
    await client.connect();
    await client.query(statement).finally(() => client.end());
    return url;
  }

  return {
    async sqlite() {
      count += 1;
      const file = path.join(scratch, `${count}.db`);
      return { env: { DATABASE_CLIENT: 'sqlite', DATABASE_URL: file }, drop: async () => {} };
    },
    async postgres() {
      count += 1;
      const name = `gw_matrix_${process.pid}_${count}`;
      const url = await onServer(`CREATE DATABASE ${name}`);
      return {
        env: { DATABASE_CLIENT: 'postgres', DATABASE_URL: `${url.replace(/\/$/, '')}/${name}` },
        drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      };
    },
    stop: async () => (await server)?.stop(),
  };
}

async function walk({ app, node, database, label }) {
  const world = await openWorld({ app, node, database });
  try {
    for (const [name, take] of Object.entries(STEPS)) {
      const taken = step(label, name, () => take(world));
      // Nothing can be done without a server; else one failure does not hide another.
      if (name === 'boot') await taken;
      else await taken.catch(() => undefined);
    }
  } finally {
    if (failures.some((what) => what.startsWith(label))) say(dim(world.log()));
    await world.close();
  }
}

async function runRow([strapi, major], databases) {
  const app = await packedApp(strapi);
  const node = await nodeBinary(major);
  const client = major === THIS_NODE ? 'sqlite' : 'postgres';
  const { output } = await capture([node, '--version']);
  const label = `Strapi ${strapi}, Node ${output.trim().slice(1)}, ${NAMES[client]}`;
  const database = await databases[client]();
  await walk({ app, node, database: database.env, label }).finally(database.drop);
}

async function prepare(rows) {
  for (const [strapi] of rows) await packedApp(strapi).catch(() => undefined);
}

async function main(args) {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const named = args.filter((arg) => !arg.startsWith('--')).map((strapi) => [strapi, THIS_NODE]);
  const chosen = args.includes('--ci') ? CI : WIDE;
  const rows = named.length > 0 ? named : chosen;
  const databases = createDatabases();
  // One app is installed while another is run: the one waits for the network, the other for time.
  void prepare(rows);
  try {
    for (const row of rows) {
      await runRow(row, databases).catch((error) =>
        tell(`Strapi ${row[0]}, Node ${row[1]}`, error)
      );
    }
  } finally {
    await databases.stop();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  tell('matrix', error);
}
say(failures.length > 0 ? red(failures.map((what) => `✗ ${what}`).join('\n')) : green('all well'));
process.exit(failures.length > 0 ? 1 : 0);
