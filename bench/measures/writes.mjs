/**
 * What a content write costs: POST of an article of 1 kB over REST, and `create` of a small entry in
 * code, one after another, to Strapis that differ in one thing. They take turns in short blocks. Deliveries happen meanwhile, as they do in life.
 *
 * And publishing a page of 40 blocks of 30 component types: one in four locales, and fifty at once.
 */
import { createRequire } from 'node:module';

import { bodyOf } from '../lib/body.mjs';
import { median, quantile } from '../lib/statistics.mjs';

const { Client } = createRequire(import.meta.url)('undici');

async function boot(world, kind, options) {
  const database = await world.database(kind);
  const node = await world.strapi(database, options);
  const origin = await node.call('listen');
  const token = await node.call('token');
  const client = new Client(origin);
  return {
    node,
    /** @param path of an entry, which is changed; without it, one is created. @returns its path, and ms. */
    async write(number, path = '/api/articles') {
      const startedAt = performance.now();
      const { statusCode, body } = await client.request({
        path,
        method: path === '/api/articles' ? 'POST' : 'PUT',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ data: { title: `Article ${number}`, body: bodyOf(number).text } }),
      });
      const answer = await body.text();
      if (statusCode >= 300) throw new Error(`the write was answered ${statusCode}`);
      const ms = performance.now() - startedAt;
      return { ms, path: `/api/articles/${JSON.parse(answer).data.documentId}` };
    },
    close: () => client.close(),
  };
}

export async function measureWrites(world, { kind, blocks, perBlock, say }) {
  const receiver = await world.receiver();
  const strapis = {
    absent: await boot(world, kind, { plugin: false }),
    idle: await boot(world, kind),
    endpoint: await boot(world, kind),
    native: await boot(world, kind, { plugin: false }),
  };
  await strapis.endpoint.node.call('subscribe', [receiver.url]);
  await strapis.native.node.call('nativeWebhook', receiver.url);

  const measured = {
    rest: await inTurns(strapis, { blocks, say, way: 'over REST' }, async ({ write }) => {
      const times = [];
      for (let n = 0; n < perBlock; n += 1) times.push((await write(n)).ms);
      return times;
    }),
    code: await inTurns(strapis, { blocks, say, way: 'in code' }, ({ node }) =>
      node.call('create', perBlock)
    ),
  };
  for (const { close } of Object.values(strapis)) await close();
  return measured;
}

/** What the filters of the endpoints ask for. All events pass. */
const FILTERS = {
  none: null,
  entry: { entry: { title: { $startsWith: 'Article' } }, status: { $in: ['draft', 'published'] } },
  previous: { changed: { $contains: ['title', 'body'] }, previous: { title: { $ne: '' } } },
};

/** What a filter adds to a change of an article over REST. */
export async function measureFilteredWrites(world, { kind, blocks, perBlock, say }) {
  const receiver = await world.receiver();
  const strapis = {};
  const paths = {};
  for (const [name, filter] of Object.entries(FILTERS)) {
    strapis[name] = await boot(world, kind);
    await strapis[name].node.call('subscribe', [receiver.url], { filter }, [
      'api::article.article',
    ]);
    ({ path: paths[name] } = await strapis[name].write(0));
  }
  let number = 0;
  const measured = await inTurns(
    strapis,
    { blocks, say, way: 'filtered' },
    async (strapi, name) => {
      const times = [];
      for (let n = 0; n < perBlock; n += 1) {
        number += 1; // each write changes the title
        times.push((await strapi.write(number, paths[name])).ms);
      }
      return times;
    }
  );
  for (const { close } of Object.values(strapis)) await close();
  return measured;
}

const HEAVY_PAGES = 50;

export async function measureHeavyWrites(world, { kind, rounds, say }) {
  const receiver = await world.receiver();
  const appDir = world.heavyApp();
  const nodes = {
    absent: await world.strapi(await world.database(kind), { plugin: false, appDir }),
    endpoint: await world.strapi(await world.database(kind), { appDir }),
  };
  await nodes.endpoint.call('listen');
  const ids = {};
  for (const [name, node] of Object.entries(nodes)) {
    ids[name] = await node.call('createHeavy', HEAVY_PAGES);
  }
  await nodes.endpoint.call('subscribe', [receiver.url]);

  const quiet = async (name) => name === 'endpoint' && nodes.endpoint.call('waitUntilIdle');
  const measure = (way, blocks, write) =>
    inTurns(nodes, { blocks, say, way }, async (node, name) => {
      const ms = await write(node, ids[name]);
      await quiet(name);
      return [ms];
    });
  return {
    publish: await measure('publish of four locales', 5 * rounds, (node, [id]) =>
      node.call('publish', id)
    ),
    bulk: await measure('bulk publish', rounds, (node, all) => node.call('bulkPublish', all)),
  };
}

/** @param writeBlock writes a block. @returns ms of each write. */
async function inTurns(strapis, { blocks, say, way }, writeBlock) {
  const names = Object.keys(strapis);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const perBlockMedians = Object.fromEntries(names.map((name) => [name, []]));
  for (let block = -2; block < blocks; block += 1) {
    // Each block begins with another one: who follows whom must not matter.
    const order = names.map((_, n) => names[(n + Math.abs(block)) % names.length]);
    for (const name of order) {
      const times = await writeBlock(strapis[name], name);
      if (block < 0) continue; // until the code is warm
      samples[name].push(...times);
      perBlockMedians[name].push(median(times));
    }
  }
  const at = (name, q) => quantile(samples[name], q);
  for (const name of names) {
    say(
      `  ${way}, ${name}: p50 ${at(name, 0.5).toFixed(2)} ms, p99 ${at(name, 0.99).toFixed(2)} ms`
    );
  }
  return {
    ms: at,
    /** Of medians block by block: a machine that is slower for a while is so for all. */
    ratio: (one, other) =>
      median(perBlockMedians[one].map((ms, block) => ms / perBlockMedians[other][block])),
  };
}
