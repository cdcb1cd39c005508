/**
 * `npm run chaos -- --rounds N --db sqlite,postgres,mysql --seed N --only TEXT,…`: plays every
 * scenario (or those whose name contains one of the texts) N times on each database, for the plugin and for Strapi's
 * own webhooks, and prints what became of the events. Exits 1 when the plugin broke a promise.
 *
 * It starts database servers of its own, because it restarts them. Needs the build (`dist/`).
 */
import { parseArgs } from 'node:util';

import { DATABASES, type DatabaseKind } from '../support/databases';
import { runCampaign, type CampaignResult } from './campaign';
import { seededRandom } from './dice';
import type { System } from './protocol';
import { SCENARIOS, type Scenario } from './scenarios';
import { renderTable, violations, type Results } from './table';

interface Options {
  rounds: number;
  databases: DatabaseKind[];
  seed: number;
  scenarios: readonly Scenario[];
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '1' },
      db: { type: 'string', default: 'sqlite' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      only: { type: 'string', default: '' },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: an integer above 0');
  const databases = values.db.split(',').map((name) => {
    const kind = DATABASES.find((candidate) => candidate === name);
    if (kind === undefined) throw new Error(`--db: one of ${DATABASES.join(', ')}`);
    return kind;
  });
  const texts = values.only.split(',');
  const scenarios = SCENARIOS.filter(({ name }) => texts.some((text) => name.includes(text)));
  if (scenarios.length === 0)
    throw new Error(`--only: no scenario has "${values.only}" in its name`);
  return { rounds, databases, seed: Number(values.seed), scenarios };
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const { rounds, databases, seed, scenarios } = readOptions();
  const random = seededRandom(seed);
  const run = (system: System, database: DatabaseKind): Promise<CampaignResult> =>
    runCampaign({ system, database, scenarios, repeats: rounds, random, log: print });

  for (const database of databases) {
    print(`\n${database}, seed ${seed}`);
    const results: Results = {
      plugin: await run('plugin', database),
      native: await run('native', database),
    };
    print(`\n${renderTable(results)}`);
    const broken = violations(results.plugin);
    broken.forEach((violation) => print(`BROKEN: ${violation}`));
    if (broken.length > 0) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
