/**
 * `npm run bench`: measures what the project promises about speed, and prints the table with pass or
 * short. `npm run bench -- drain writes` measures those alone; `--quick` takes smaller samples.
 *
 * PostgreSQL: `TEST_POSTGRES_URL`, else one of our own. MariaDB: `TEST_MYSQL_URL`, else not measured. The peers are installed here on first need.
 */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { run } from '../scripts/lib/child.mjs';
import { startPostgres } from '../scripts/lib/postgres.mjs';
import { ensureBuilt, ensureInstalled } from '../scripts/lib/project.mjs';
import { MEASURES } from './lib/measures.mjs';
import { render } from './lib/targets.mjs';
import { createWorld } from './lib/world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const say = (line = '') => process.stdout.write(`${line}\n`);

async function ensurePeers() {
  if (existsSync(path.join(HERE, 'node_modules', 'graphile-worker'))) return;
  const { code } = await run(['npm', 'install', '--no-audit', '--no-fund'], { cwd: HERE });
  if (code !== 0) throw new Error('the peers could not be installed');
}

function machine() {
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 1_073_741_824);
  const load = os.loadavg()[0].toFixed(1);
  return `node ${process.version}, ${cpus.length} × ${cpus[0]?.model.trim()}, ${memory} GB, load before: ${load}`;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      /** The plugin compiled on the fly instead of the build; installs and builds nothing. */
      source: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !(name in MEASURES));
  if (unknown.length > 0) {
    throw new Error(
      `there is no ${unknown.join(', ')}; there are ${Object.keys(MEASURES).join(', ')}`
    );
  }
  if (!values.source) {
    await ensureInstalled();
    await ensureBuilt();
  }
  await ensurePeers();

  const own = process.env.TEST_POSTGRES_URL ? undefined : await startPostgres();
  const postgresUrl = process.env.TEST_POSTGRES_URL ?? own.url;
  const mysqlUrl = process.env.TEST_MYSQL_URL;
  say(machine());
  const rows = [];
  try {
    for (const [name, measure] of Object.entries(MEASURES)) {
      if (positionals.length > 0 && !positionals.includes(name)) continue;
      say(`\n▸ ${name}`);
      const world = createWorld({ postgresUrl, mysqlUrl, fromSource: values.source });
      try {
        rows.push(...(await measure(world, { quick: values.quick, say })));
      } finally {
        await world.close();
      }
    }
  } finally {
    await own?.stop();
  }
  say(`\n${render(rows)}`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}
