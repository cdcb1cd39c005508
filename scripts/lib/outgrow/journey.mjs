/**
 * Messages on their way from Strapi through a broker to three receivers, while a consumer, then the broker, are killed.
 * Told as it happens, and counted in the end.
 */
import { createServer } from 'node:http';

import { Webhook } from 'standardwebhooks';

import { until } from '../demo-journey.mjs';
import { bold, cyan, green, say, yellow } from '../terminal.mjs';

const COUNT = 5_000;
const WAVES = 50;
const WAVE_MS = 200;
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
/** One in so many messages is refused at first. */
const REFUSED_ONCE = 20;
const DEADLINE_MS = 180_000;
/** What a user would choose longer, made short. */
const CONSUMER = { TIMEOUT_MS: '3000', RETRY_MS: '1000', MAX_ATTEMPTS: '4' };

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const tell = (what, detail, colour = (text) => text) =>
  say(`  ${colour(what.padEnd(11))} ${detail}`);

/** Verifies each message, refuses some once, and one forever. */
async function startReceiver(isRefusedForever) {
  const webhook = new Webhook(SECRET);
  const arrived = new Map();
  const refused = new Set();
  const counts = { forged: 0, repeated: 0, requests: 0 };

  function statusOf(id) {
    counts.requests += 1;
    if (isRefusedForever(id)) return 500;
    if (counts.requests % REFUSED_ONCE === 0 && !refused.has(id)) {
      refused.add(id);
      return 503;
    }
    if (arrived.has(id)) counts.repeated += 1;
    arrived.set(id, true);
    return 200;
  }

  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      try {
        webhook.verify(Buffer.concat(chunks).toString('utf8'), request.headers);
        response.writeHead(statusOf(request.headers['webhook-id'])).end();
      } catch {
        counts.forged += 1;
        response.writeHead(401).end();
      }
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    arrived,
    counts,
    close: () => server.close().closeAllConnections(),
  };
}

/** Which message the shop never takes: the first one that it is sent. */
function firstOne() {
  let first;
  return (id) => (first ??= id) === id;
}

/** @returns when everything has arrived. @throws Error that names what has not */
export async function journey(world, { name, start, signsAnew }) {
  say(bold(`\n${name}: ${COUNT.toLocaleString('en-US')} messages for three receivers`));
  const broker = await start();
  const receivers = {
    search: await startReceiver(() => false),
    mail: await startReceiver(() => false),
    shop: await startReceiver(firstOne()),
  };
  const urls = Object.fromEntries(Object.entries(receivers).map(([key, { url }]) => [key, url]));
  const consumers = [];
  try {
    await broker.prepare(urls);
    const database = await world.database('postgres');
    const strapi = await world.strapi(database, { plugin: { health: { openMs: 2_000 } } });
    const retryPolicy = { kind: 'list', delaysMs: Array(20).fill(1_000) };
    const ids = await strapi.call('subscribe', [broker.url], { secret: SECRET, retryPolicy });
    await strapi.call('listen');
    const consumerEnv = { ...CONSUMER, ...(signsAnew && { WEBHOOK_SECRET: SECRET }) };
    const startConsumer = () => consumers.push(broker.consume(urls, consumerEnv));
    startConsumer();
    startConsumer();

    const least = () => Math.min(...Object.values(receivers).map(({ arrived }) => arrived.size));
    const events = {
      10: () => {
        consumers.shift().kill();
        tell('killed', `one of two consumers, ${least()} messages delivered`, yellow);
      },
      20: async () => {
        await broker.kill();
        tell('killed', `${name}, ${least()} messages delivered`, yellow);
      },
      30: async () => {
        await broker.start();
        tell('started', `${name} again`, cyan);
      },
      35: () => {
        startConsumer();
        tell('started', 'another consumer', cyan);
      },
    };
    const startedAt = Date.now();
    for (let wave = 1; wave <= WAVES; wave += 1) {
      await strapi.call('fill', COUNT / WAVES, ids);
      await events[wave]?.();
      await wait(WAVE_MS);
    }
    const states = () => strapi.call('states');
    await until(
      'the hand-over',
      async () => (await states()).delivered === COUNT,
      DEADLINE_MS
    ).catch(async (error) => {
      throw new Error(`${error.message}: ${JSON.stringify(await states())}`);
    });
    tell('handed over', `${COUNT} messages, all confirmed by ${name}`, green);
    const { search, mail, shop } = receivers;
    const isThere = () =>
      search.arrived.size === COUNT &&
      mail.arrived.size === COUNT &&
      shop.arrived.size === COUNT - 1;
    await until('the deliveries', isThere, DEADLINE_MS).catch((error) => {
      const logs = consumers.map(({ log }) => log()).join('\n');
      throw new Error(`${error.message}: ${JSON.stringify(countsOf(receivers))}\n${logs}`);
    });
    await until('the dead letter', async () => (await broker.dead()) === 1, DEADLINE_MS);
    tell(
      'delivered',
      `to each receiver, after ${Math.round((Date.now() - startedAt) / 1_000)} s`,
      green
    );
    report(receivers, signsAnew ? 'made anew by the consumers' : 'as Strapi made them');
    await strapi.close();
    await database.drop();
  } finally {
    for (const consumer of consumers) consumer.kill();
    for (const receiver of Object.values(receivers)) receiver.close();
    await broker.stop();
  }
}

const countsOf = (receivers) =>
  Object.fromEntries(
    Object.entries(receivers).map(([name, { arrived, counts }]) => [
      name,
      { arrived: arrived.size, ...counts },
    ])
  );

function report(receivers, signed) {
  const total = (name) =>
    Object.values(receivers).reduce((sum, { counts }) => sum + counts[name], 0);
  tell('lost', '0', green);
  tell('dead letter', '1: the message that one receiver always refused', green);
  tell(
    'twice',
    `${total('repeated')} of ${3 * COUNT}, because their consumer or the broker was killed`
  );
  if (total('forged') > 0) throw new Error(`${total('forged')} signatures did not verify`);
  tell('verified', `${total('requests')} signatures, ${signed}`, green);
}
