/**
 * pg-boss doing the same job: by `work`, which waits out a polling interval between batches, and by
 * its `fetch` and `complete` in a loop, which is the most it can do. Neither signs nor logs attempts.
 */
import { createRequire } from 'node:module';

import { bodyOf } from '../lib/body.mjs';
import { serve } from '../lib/rpc.mjs';

const require = createRequire(import.meta.url);
const PgBoss = require('pg-boss');
const { Agent, request } = require('undici');

const QUEUE = 'webhooks';
const INSERT_BATCH = 1_000;
const FETCHERS = 4;
const agent = new Agent({ pipelining: 1, connections: 1_000 });
let boss;

async function send(url, body) {
  const response = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.body.text();
}

/** As its manual has it: a worker that gets batches, at the shortest interval it accepts. */
async function work({ url, count, concurrency }) {
  let done = 0;
  await new Promise((finish, failed) => {
    boss
      .work(QUEUE, { batchSize: concurrency, pollingIntervalSeconds: 0.5 }, async (jobs) => {
        await Promise.all(jobs.map((job) => send(url, job.data)));
        done += jobs.length;
        if (done === count) finish();
      })
      .catch(failed);
  });
}

/** Without the interval: four loops of our own, one batch being sent while another is fetched or completed. */
async function fetchAll({ url, concurrency }) {
  const batchSize = Math.ceil(concurrency / FETCHERS);
  const fetcher = async () => {
    for (;;) {
      const jobs = await boss.fetch(QUEUE, { batchSize });
      if (!jobs || jobs.length === 0) return;
      await Promise.all(jobs.map((job) => send(url, job.data)));
      await boss.complete(
        QUEUE,
        jobs.map((job) => job.id)
      );
    }
  };
  await Promise.all(Array.from({ length: FETCHERS }, fetcher));
}

serve(
  {
    async open(connectionString) {
      boss = new PgBoss({ connectionString, max: 10, supervise: false, schedule: false });
      boss.on('error', () => undefined);
      await boss.start();
      await boss.createQueue(QUEUE);
    },
    async fill(count) {
      for (let from = 0; from < count; from += INSERT_BATCH) {
        await boss.insert(
          Array.from({ length: Math.min(INSERT_BATCH, count - from) }, (_, n) => ({
            name: QUEUE,
            data: bodyOf(from + n),
          }))
        );
      }
    },
    async drain({ how, ...job }) {
      const startedAt = performance.now();
      await (how === 'work' ? work(job) : fetchAll(job));
      return performance.now() - startedAt;
    },
  },
  () => boss?.stop({ graceful: false })
);
