/**
 * A comparison of very many entries with a ledger that has them all, and what it costs beside it: memory, the longest
 * transaction (PostgreSQL), and content writes of the same Strapi.
 */
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

import { quantile, sum } from '../lib/statistics.mjs';
import { atMost } from '../lib/targets.mjs';

const { Client } = createRequire(import.meta.url)('undici');

const SAMPLE_EVERY_MS = 500;
/** Samples between two of the memory: a collection takes a while. */
const MEMORY_EVERY = 10;
const IDLE_WRITES = 200;
const WRITE_EVERY_MS = 100;
const WARM_UP = 50;
/** The highest memory in it is compared with that of the rest. */
const FIRST_PART = 1 / 4;

const LONGEST_TRANSACTION = `select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0) * 1000 as ms
  from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;

/** Calls the admin API of this Strapi. */
async function apiOf(node, origin) {
  const authorization = `Bearer ${await node.call('adminToken')}`;
  return async (method, path, body) => {
    const response = await fetch(`${origin}/guaranteed-webhooks${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return answer;
  };
}

/** @returns a function that creates an article over REST, and returns the ms that it took. */
async function writerOf(node, origin) {
  const client = new Client(origin);
  const authorization = `Bearer ${await node.call('token')}`;
  return async () => {
    const startedAt = performance.now();
    const { statusCode, body } = await client.request({
      path: '/api/articles',
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ data: { title: 'Bench' } }),
    });
    await body.text();
    if (statusCode !== 201) throw new Error(`the write was answered ${statusCode}`);
    return performance.now() - startedAt;
  };
}

async function compare(world, kind, entries) {
  const receiver = await world.receiver();
  const node = await world.strapi(await world.database(kind));
  const origin = await node.call('listen');
  const api = await apiOf(node, origin);
  const write = await writerOf(node, origin);
  const [endpointId] = await node.call('subscribe', [receiver.url], { ledger: true }, [
    'api::author.author',
  ]);
  await node.call('fillAuthors', entries, endpointId);
  if (kind === 'postgres') await node.call('sql', 'analyze');

  const idle = [];
  for (let n = -WARM_UP; n < IDLE_WRITES; n += 1) {
    const ms = await write();
    if (n >= 0) idle.push(ms);
    await pause(WRITE_EVERY_MS);
  }

  const startedAt = performance.now();
  const { job } = await api('POST', `/endpoints/${endpointId}/reconcile`, {});
  const beside = [];
  const highest = { first: 0, later: 0 };
  let longest = 0;
  let isRunning = true;
  const watch = async () => {
    for (let sample = 0; ; sample += 1) {
      await pause(SAMPLE_EVERY_MS);
      const now = await api('GET', `/jobs/${job.id}`);
      const part = now.done < now.total * FIRST_PART ? 'first' : 'later';
      if (sample % MEMORY_EVERY === 0) {
        highest[part] = Math.max(highest[part], await node.call('usedMb'));
      }
      if (kind === 'postgres') {
        const [{ ms }] = await node.call('rows', LONGEST_TRANSACTION);
        longest = Math.max(longest, Number(ms));
      }
      if (!['running', 'paused'].includes(now.state)) return now;
    }
  };
  const watched = watch().finally(() => (isRunning = false));
  while (isRunning) {
    beside.push(await write());
    await pause(WRITE_EVERY_MS);
  }
  const ended = await watched;
  const seconds = (performance.now() - startedAt) / 1_000;
  const found = sum(Object.values(ended.findings?.counts ?? {}));
  if (ended.state !== 'finished' || ended.done < 2 * entries || found > 0) {
    throw new Error(`the comparison has ended as ${JSON.stringify(ended)}`);
  }
  await node.close();
  return {
    seconds,
    longest,
    grown: highest.later - highest.first,
    memory: highest,
    writes: beside.length,
    idle: quantile(idle, 0.5),
    beside: quantile(beside, 0.5),
  };
}

const NAMES = { postgres: 'PostgreSQL', sqlite: 'SQLite' };
const milliseconds = (ms) => `${ms.toFixed(1)} ms`;

/** @returns rows of the table. */
export async function measureReconcile(world, { quick, say }) {
  const sizes = quick
    ? { postgres: 50_000, sqlite: 50_000 }
    : { postgres: 1_000_000, sqlite: 200_000 };
  const rows = [];
  for (const [kind, entries] of Object.entries(sizes)) {
    const { seconds, longest, grown, memory, writes, idle, beside } = await compare(
      world,
      kind,
      entries
    );
    say(
      `  ${NAMES[kind]}: ${Math.round(seconds)} s, ${writes} writes, ${(beside / idle).toFixed(2)}, ${Math.round(grown)} MB, ${Math.round(longest)} ms`
    );
    const what = `comparing ${entries.toLocaleString('en-US')} entries, ${NAMES[kind]}`;
    rows.push(
      {
        what: `${what}: content write beside it × idle, p50`,
        ...atMost(beside / idle, 1.1),
        absolute: `${milliseconds(beside)} to ${milliseconds(idle)}, ${writes} writes`,
      },
      {
        what: `${what}: growth of memory in use, MB`,
        ...atMost(Math.round(grown), 40),
        absolute: `${Math.round(memory.later)} MB to ${Math.round(memory.first)} MB, ${Math.round(seconds)} s in all`,
      }
    );
    if (kind === 'postgres') {
      rows.push({
        what: `${what}: longest transaction, ms`,
        ...atMost(Math.round(longest), 1_000),
        absolute: 'sampled twice a second',
      });
    }
  }
  return rows;
}
