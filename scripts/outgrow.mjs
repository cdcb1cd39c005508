/**
 * `npm run outgrow`: Strapi hands everything to a message broker, and consumers deliver from there
 * (`playground/recipes/outgrow`). First with a consumer and the broker killed meanwhile: is anything lost? Then the
 * figures of docs/scaling.md.
 *
 * `npm run outgrow -- nats rabbitmq` names brokers, `--count 20000` the messages of a figure, `--only journey` or
 * `--only figures` one half. PostgreSQL: `TEST_POSTGRES_URL`, else one of our own. Needs `nats-server` and
 * `rabbitmq-server`; one that is missing is left out.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';

import { createWorld } from '../bench/lib/world.mjs';
import { availableBrokers } from './lib/outgrow/brokers.mjs';
import { figures } from './lib/outgrow/figures.mjs';
import { journey } from './lib/outgrow/journey.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './lib/project.mjs';
import { bold, dim, red, say } from './lib/terminal.mjs';

const load = () => os.loadavg()[0].toFixed(1);

function machine() {
  const cpus = os.cpus();
  return `node ${process.version}, ${cpus.length} × ${cpus[0]?.model.trim()}, load before: ${load()}`;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      /** The plugin compiled on the fly instead of the build. */
      source: { type: 'boolean', default: false },
    },
  });
  requireNode();
  await ensureInstalled();
  if (!values.source) await ensureBuilt();
  const brokers = availableBrokers(positionals);
  if (brokers.length === 0) throw new Error('there is no broker to hand anything to');

  const own = process.env.TEST_POSTGRES_URL
    ? undefined
    : await startPostgres({ survivesCrash: true });
  const postgresUrl = process.env.TEST_POSTGRES_URL ?? own.url;
  const world = createWorld({ postgresUrl, fromSource: values.source });
  say(dim(machine()));
  try {
    if (values.only !== 'figures') for (const broker of brokers) await journey(world, broker);
    if (values.only !== 'journey') {
      const rows = await figures(world, brokers, {
        count: Number(values.count),
        rounds: Number(values.rounds),
      });
      say(bold('\nMessages a second, and processor time for each: of Strapi, or of all consumers'));
      for (const { what, rate, processorUs } of rows) {
        const cells = [Math.round(rate).toLocaleString('en-US'), `${Math.round(processorUs)} µs`];
        say(`  ${what.padEnd(48)} ${cells.map((cell) => cell.padStart(8)).join('  ')}`);
      }
      say(dim(`load after: ${load()}`));
    }
  } finally {
    await world.close();
    await own?.stop();
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  say(red(`\n${error.stack}`));
  process.exit(1);
}
