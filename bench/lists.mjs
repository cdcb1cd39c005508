/**
 * How long the panel waits for its lists over a million messages and three million attempts on
 * PostgreSQL: each filter of the log, first page and a deep one, dead letters, their groups, the
 * overview. `node bench/lists.mjs [--source] [--plans] [--database URL] [--count N]`.
 *
 * `--database` keeps what is filled there, and uses it again; otherwise a database is made and dropped
 * (at `TEST_POSTGRES_URL`, else a PostgreSQL of our own). `--plans` prints what PostgreSQL did.
 */
import { parseArgs } from 'node:util';

import { startPostgres } from '../scripts/lib/postgres.mjs';
import { ensureBuilt, ensureInstalled } from '../scripts/lib/project.mjs';
import { fillLog, RARE, TOPICS } from './lib/fill-log.mjs';
import { quantile } from './lib/statistics.mjs';
import { createWorld } from './lib/world.mjs';

const TARGET_MS = 100;
const ROUNDS = 15;
const DAY_MS = 86_400_000;
/** Nothing is to be sent: the log stands still while it is looked at. */
const PLUGIN = { dispatcher: { enabled: false } };

const say = (line = '') => process.stdout.write(`${line}\n`);

const { values: options } = parseArgs({
  options: {
    source: { type: 'boolean', default: false },
    plans: { type: 'boolean', default: false },
    database: { type: 'string' },
    count: { type: 'string', default: '1000000' },
  },
});

/** @returns what the panel asks for, by name. Values of lists are encoded as the panel does. */
function questions(now, message, deep) {
  const daysAgo = (days) => now - days * DAY_MS;
  const log = {
    'no filter': {},
    'state: delivered': { state: 'delivered' },
    'state: dead or waiting': { state: ['dead', 'pending'] },
    'state: active (none is)': { state: 'active' },
    topic: { topic: TOPICS[0] },
    'topic, rare': { topic: RARE.topic },
    'topic, unknown': { topic: 'nobody' },
    endpoint: { endpointId: 3 },
    'endpoint, with dead letters': { endpointId: 1, state: 'dead' },
    event: { event: 'entry.publish' },
    'event, rare': { event: RARE.event },
    'content type': { uid: 'api::page.page' },
    'content type, rare': { uid: RARE.uid },
    'status 503': { status: 503 },
    'status, rare': { status: RARE.status },
    'no response': { status: 0 },
    'the last hour': { from: daysAgo(1 / 24) },
    'a day, three weeks ago': { from: daysAgo(22), to: daysAgo(21) },
    'a day with nothing': { from: daysAgo(60), to: daysAgo(59) },
    label: { label: 'import' },
    'label, rare': { label: RARE.label },
    queue: { queue: 'orders' },
    'queue, rare': { queue: RARE.queue },
    'flow-control key, rare': { flowControlKey: RARE.flowControlKey },
    schedule: { scheduleId: 'scd_nightly' },
    'schedule, rare': { scheduleId: RARE.scheduleId },
    'no endpoint (none is)': { endpointId: 0 },
    'search: message id': { search: message.messageId },
    'search: document id': { search: message.entryDocumentId },
    'search: part of a URL': { search: '/tenants/42/' },
    'search: in no URL': { search: 'example.org' },
    'status, topic and time': { status: 503, topic: TOPICS[7], from: daysAgo(20), to: daysAgo(2) },
  };
  const list = Object.entries(log).flatMap(([name, filter]) => [
    [name, '/messages', { ...filter, pageSize: 20 }],
    ...(name === 'no filter' || /^(state: dead|topic$|endpoint$|status 503)/.test(name)
      ? [[`${name}, deep`, '/messages', { ...filter, pageSize: 20, cursor: deep }]]
      : []),
  ]);
  return [
    ...list,
    ['dead letters', '/messages', { state: 'dead', pageSize: 50 }],
    ['dead letters, deep', '/messages', { state: 'dead', pageSize: 50, cursor: deep }],
    ['dead letters by reason', '/dead-letters/groups', {}],
    ['one message', `/messages/${message.messageId}`, {}],
    ['endpoints', '/endpoints', {}],
    ['overview', '/overview', {}],
  ];
}

function addressOf(target, params) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of [value].flat())
      query.append(name, String(Math.round(one) === one ? one : one));
  }
  return `/guaranteed-webhooks${target}?${query}`;
}

async function fill(node, count) {
  const sql = (statement, bindings = {}) => node.call('sql', statement, bindings);
  const [{ rows }] = await node.call('rows', 'select count(*)::int as rows from gw_messages');
  if (rows > 0) return say(`${rows} messages are there`);
  const startedAt = Date.now();
  await node.call(
    'subscribe',
    Array.from({ length: 20 }, (_, n) => `https://hooks.example.com/${n}`)
  );
  await fillLog(sql, { count, now: Date.now(), say });
  return say(`filled in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
}

async function measure(node) {
  const origin = await node.call('listen');
  const token = await node.call('adminToken');
  const [newest] = await node.call(
    'rows',
    'select id, message_id as "messageId", entry_document_id as "entryDocumentId", enqueued_at as "at" from gw_messages where id = (select max(id) / 2 from gw_messages)'
  );
  const [{ now }] = await node.call('rows', 'select max(enqueued_at) as now from gw_messages');
  const deep = Math.floor(Number(newest.id) / 2).toString(36);
  const ask = async (path) => {
    const startedAt = performance.now();
    const response = await fetch(origin + path, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    return { ms: performance.now() - startedAt, body: JSON.parse(text) };
  };

  let slow = 0;
  say(`\n| what | rows | median | slowest of ${ROUNDS} |\n|---|---:|---:|---:|`);
  const plans = [];
  for (const [name, target, params] of questions(Number(now), newest, deep)) {
    const path = addressOf(target, params);
    const samples = [];
    let body;
    for (let round = 0; round <= ROUNDS; round += 1) {
      const answer = await ask(path);
      if (round > 0) samples.push(answer.ms);
      ({ body } = answer);
    }
    const median = quantile(samples, 0.5);
    if (median > TARGET_MS) slow += 1;
    const rows = Array.isArray(body) ? body.length : (body.results?.length ?? '');
    const mark = median > TARGET_MS ? ' **short**' : '';
    say(
      `| ${name} | ${rows} | ${median.toFixed(1)} ms${mark} | ${quantile(samples, 1).toFixed(1)} ms |`
    );
    if (options.plans) plans.push([name, await node.call('plans', path, token)]);
  }
  for (const [name, list] of plans) say(`\n### ${name}\n\n${list.join('\n\n')}`);
  return slow;
}

async function main() {
  if (!options.source) {
    await ensureInstalled();
    await ensureBuilt();
  }
  const server = options.database ?? process.env.TEST_POSTGRES_URL;
  const own = server ? undefined : await startPostgres();
  const world = createWorld({ postgresUrl: server ?? own.url, fromSource: options.source });
  try {
    const database = options.database
      ? { env: { DATABASE_CLIENT: 'postgres', DATABASE_URL: options.database } }
      : await world.database('postgres');
    const node = await world.strapi(database, { plugin: PLUGIN });
    await fill(node, Number(options.count));
    const slow = await measure(node);
    await node.close();
    say(slow === 0 ? '\nall within the target' : `\n${slow} above ${TARGET_MS} ms`);
    process.exitCode = slow === 0 ? 0 : 1;
  } finally {
    await world.close();
    await own?.stop();
  }
}

await main();
