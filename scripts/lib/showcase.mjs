/**
 * What the screenshots show: a magazine's Strapi with a handful of endpoints, some of them in trouble,
 * and what was really sent to them. Only the addresses are changed afterwards, because the receivers
 * are on this machine, and the roll-ups of the day before, because nobody waits for a day.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

import { ROOT } from './project.mjs';

const HOUR_MS = 3_600_000;
const PREFIX = '/guaranteed-webhooks';
const ARTICLES = '/content-manager/collection-types/api::article.article';
const TITLES = [
  'Ten gardens worth a detour',
  'The bakery that never sleeps',
  'How we measure rain',
  'A bridge, rebuilt by hand',
  'What the harbour remembers',
  'Learning to sail at sixty',
  'The last typesetter',
  'Night trains are back',
];

/** Where each endpoint is said to be, and how it answers. */
const RECEIVERS = [
  {
    name: 'Search index',
    path: '/search',
    host: 'search.example.com',
    status: 200,
    body: { indexed: true, took: 12 },
    filter: {
      entry: { title: { $notContains: 'revisited' } },
      changed: { $contains: ['title', 'body'] },
    },
  },
  { name: 'Storefront', path: '/storefront', host: 'www.example.com', status: 204 },
  {
    name: 'Newsletter',
    path: '/newsletter',
    host: 'mail.example.com',
    status: 202,
    body: { queued: true },
  },
  {
    name: 'CRM',
    path: '/crm',
    host: 'crm.example.com',
    status: 503,
    body: { error: 'maintenance', retry: 'after 22:00 UTC' },
  },
  {
    name: 'Partner feed',
    path: '/partner',
    host: 'feeds.example.net',
    status: 401,
    body: { message: 'signature expected' },
  },
];

/** @returns its origin and `close`. Answers as the table says, CRM once in a while well. */
export async function startReceivers() {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count += 1;
      const receiver = RECEIVERS.find(({ path: at }) => request.url.startsWith(at));
      const status = receiver.path === '/storefront' && count % 7 === 0 ? 502 : receiver.status;
      const text = receiver.body === undefined ? '' : JSON.stringify(receiver.body);
      response.writeHead(status, { 'content-type': 'application/json', server: 'nginx' });
      response.end(status === 204 ? undefined : text);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** @param admin calls the admin API @returns ids that pages are opened with */
export async function fillShowcase(admin, receivers) {
  const plugin = (method, target, body) => admin(method, PREFIX + target, body);
  const topic = await plugin('POST', '/topics', {
    name: 'articles',
    description: 'Whatever readers can see',
    events: ['entry.publish', 'entry.unpublish', 'entry.update'],
    contentTypes: ['api::article.article'],
  });
  await plugin('POST', '/topics', { name: 'media', events: ['media.*'], contentTypes: null });
  await plugin('POST', '/topics', {
    name: 'newsletter',
    description: 'Published by the app itself',
    events: [],
    contentTypes: null,
  });
  const endpoints = [];
  for (const { name, path: at, filter = null } of RECEIVERS) {
    const delaysMs = at === '/storefront' ? [400, 800] : [300];
    endpoints.push(
      await plugin('POST', '/endpoints', {
        name,
        url: `${receivers.origin}${at}/webhooks`,
        topicIds: [topic.id],
        retryPolicy: { kind: 'list', delaysMs },
        jitterPercent: 0,
        filter,
      })
    );
  }
  for (const title of TITLES) {
    const { data } = await admin('POST', ARTICLES, { title });
    await admin('POST', `${ARTICLES}/${data.documentId}/actions/publish`, { title });
  }
  await settled(plugin);
  await plugin('POST', `/endpoints/${endpoints[2].id}/pause`, {
    reason: 'Moving to a new provider until Monday',
  });
  for (const title of TITLES.slice(0, 3)) {
    const { data } = await admin('POST', ARTICLES, { title: `${title}, revisited` });
    await admin('POST', `${ARTICLES}/${data.documentId}/actions/publish`, {
      title: `${title}, revisited`,
    });
  }
  await settled(plugin);
  await limits(plugin, topic, endpoints);
  const { results } = await plugin('GET', `/messages?endpointId=${endpoints[3].id}`);
  const channel = await plugin('POST', '/endpoints', {
    name: 'Editors on Slack',
    url: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX',
    topicIds: [],
    shape: { format: { kind: 'preset', name: 'slack' } },
  });
  const pull = await plugin('POST', '/endpoints', {
    name: 'Warehouse',
    url: 'pull:',
    topicIds: [topic.id],
  });
  const { version } = await plugin('GET', '/alerts');
  await plugin('PUT', '/alerts', {
    endpoints: false,
    failedMessages: false,
    backlogMs: HOUR_MS,
    emails: ['operations@example.com'],
    endpointIds: [channel.id],
    version,
  });
  const build = await waitingBatch(admin, plugin);
  const [filtered, endpoint] = endpoints;
  return {
    topic,
    filtered,
    endpoint,
    paused: endpoints[2],
    message: results[0],
    channel,
    build,
    pull,
  };
}

/** @returns a build hook, and three changes that wait for it. No other topic has their event. */
async function waitingBatch(admin, plugin) {
  const topic = await plugin('POST', '/topics', {
    name: 'site',
    events: ['entry.create'],
    contentTypes: ['api::article.article'],
  });
  const build = await plugin('POST', '/endpoints', {
    name: 'Website build',
    url: 'https://api.vercel.com/v1/integrations/deploy/prj_xxxxxxxx/xxxxxxxxxx',
    topicIds: [topic.id],
    shape: { format: { kind: 'preset', name: 'vercel' } },
    delivery: {
      mode: 'batch',
      by: 'quiet-time',
      quietMs: 300_000,
      maxWaitMs: 1_800_000,
      maxEvents: 100,
    },
  });
  for (const title of TITLES.slice(3, 6)) {
    await admin('POST', ARTICLES, { title: `${title}, part two` });
  }
  return build;
}

/** Those of a paused endpoint wait; all others are done. */
async function settled(plugin) {
  for (;;) {
    const { counts, held } = await plugin('GET', '/overview');
    if (counts.pending + counts.active <= held && counts.delivered > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function limits(plugin, topic, endpoints) {
  const publish = { contentType: 'application/json', payload: '{"digest":"weekly"}' };
  await plugin('POST', '/schedules', {
    ...publish,
    cron: '0 7 * * 1',
    timezone: 'Europe/Paris',
    topic: topic.name,
  });
  await plugin('POST', '/schedules', {
    ...publish,
    cron: '*/15 * * * *',
    endpointId: endpoints[0].id,
  });
  await plugin('POST', '/queues', { name: 'orders', parallelism: 1 });
  await plugin('POST', '/queues', { name: 'thumbnails', parallelism: 4 });
  const key = 'crm.example.com';
  await plugin('POST', '/flow-control/pin', { key, parallelism: 2, rate: 60, periodMs: 60_000 });
}

/** The day before, hour by hour: a quiet night, a busy morning, and an outage after lunch. */
function dayBefore() {
  const rows = [];
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  for (let hour = 1; hour < 24; hour += 1) {
    const at = thisHour - hour * HOUR_MS;
    const busy = Math.round(40 + 35 * Math.sin((hour / 24) * Math.PI * 2) + (hour % 5) * 6);
    const isOutage = hour === 5 || hour === 6;
    const counts = [
      ['delivered', 30, isOutage ? busy / 2 : busy],
      ['delivered', 150, busy / 4],
      ['delivered', 750, busy / 20],
      ['failed', 300, isOutage ? busy / 2 : hour % 3],
      ['dead', 300, isOutage ? busy / 8 : 0],
    ];
    for (const [settledAs, latencyMs, attempts] of counts) {
      if (attempts < 1) continue;
      const slot = `showcase-${at}-${settledAs}-${latencyMs}`;
      const of = { grain_ms: HOUR_MS, at, endpoint_id: 1, settled_as: settledAs };
      rows.push({ slot, ...of, latency_ms: latencyMs, attempts: Math.round(attempts) });
    }
  }
  return rows;
}

/** Puts the addresses that are said in place of those of this machine. @param database SQLite file */
export async function disguise(database, receivers) {
  const knex = createRequire(path.join(ROOT, 'package.json'))('knex');
  const client = { client: 'better-sqlite3', connection: { filename: database } };
  const sqlite = knex({ ...client, useNullAsDefault: true });
  const columns = { gw_messages: 'url', gw_attempts: 'request_url', gw_endpoints: 'url' };
  for (const { path: at, host } of RECEIVERS) {
    for (const [table, column] of Object.entries(columns)) {
      await sqlite.raw('update ?? set ?? = replace(??, ?, ?)', [
        ...[table, column, column],
        ...[`${receivers.origin}${at}`, `https://${host}`],
      ]);
    }
  }
  await sqlite.batchInsert('gw_rollups', dayBefore(), 50);
  await sqlite.destroy();
}
