/** graphile-worker doing the same job: a worker for each slot. Neither signs nor logs attempts. */
import { createRequire } from 'node:module';

import { bodyOf } from '../lib/body.mjs';
import { serve } from '../lib/rpc.mjs';

const require = createRequire(import.meta.url);
const { run, runMigrations, Logger } = require('graphile-worker');
const pg = require('pg');
const { Agent, request } = require('undici');

const agent = new Agent({ pipelining: 1, connections: 1_000 });
const INSERT_BATCH = 1_000;
const logger = new Logger(() => () => undefined);
let pool;

async function insert(count) {
  for (let from = 0; from < count; from += INSERT_BATCH) {
    const payloads = Array.from({ length: Math.min(INSERT_BATCH, count - from) }, (_, n) =>
      bodyOf(from + n)
    );
    await pool.query(
      `select graphile_worker.add_jobs(array(
         select json_populate_record(null::graphile_worker.job_spec,
           json_build_object('identifier', 'send', 'payload', p))
         from json_array_elements($1::json) as p))`,
      [JSON.stringify(payloads)]
    );
  }
}

serve(
  {
    async open(connectionString) {
      pool = new pg.Pool({ connectionString, max: 10 });
      await runMigrations({ pgPool: pool, logger });
    },
    fill: (count) => insert(count),
    /** @param preset further options of its own, for a queue that fetches and completes in batches. */
    async drain({ url, count, concurrency, preset = {} }) {
      let done = 0;
      const startedAt = performance.now();
      let finish;
      const finished = new Promise((resolve) => (finish = resolve));
      const runner = await run({
        pgPool: pool,
        concurrency,
        logger,
        noHandleSignals: true,
        pollInterval: 500,
        preset: { worker: preset },
        taskList: {
          async send(payload) {
            const response = await request(url, {
              method: 'POST',
              dispatcher: agent,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(payload),
            });
            await response.body.text();
          },
        },
      });
      runner.events.on('job:complete', () => {
        done += 1;
        if (done === count) finish(performance.now() - startedAt);
      });
      const ms = await finished;
      await runner.stop();
      return ms;
    },
  },
  () => pool?.end()
);
