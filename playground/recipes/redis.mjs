/**
 * Articles in a stream of Redis.
 *
 *   redis-server                        # apt-get install redis-server, brew install redis
 *   node playground/recipes/redis.mjs   # another server: REDIS_URL=redis://user:password@host:6379
 */
import { Redis } from 'ioredis';

import { playground, say, verified } from './lib/playground.mjs';

const STREAM = 'playground';
const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const redis = new Redis(url);
await redis.xgroup('CREATE', STREAM, 'recipe', '$', 'MKSTREAM');

const strapi = await playground('redis');
const { secret } = await strapi.subscribe(`${url}/${STREAM}`);
await strapi.publish('Hello, stream');

const wait = ['COUNT', 1, 'BLOCK', 30_000];
const [[, [[id, fields]]]] = await redis.xreadgroup(
  ...['GROUP', 'recipe', 'me', ...wait, 'STREAMS', STREAM, '>']
);
const [, , , headers, , body] = fields; // id, headers, body
const names = Object.entries(JSON.parse(headers)).map(([name, value]) => [
  name.toLowerCase(),
  value,
]);
const { event, entry } = verified(secret, Object.fromEntries(names), body);
await redis.xack(STREAM, 'recipe', id);
say(`stream ${STREAM} has ${event} of "${entry.title}", signature verified`);

await redis.del(STREAM);
redis.disconnect();
await strapi.end();
