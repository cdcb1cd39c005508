/**
 * Articles in a NATS JetStream stream.
 *
 *   nats-server -js                    # apt-get install nats-server, brew install nats-server
 *   node playground/recipes/nats.mjs   # another server: NATS_URL=nats://user:password@host:4222
 */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

import { playground, say, verified } from './lib/playground.mjs';

const url = new URL(process.env.NATS_URL ?? 'nats://127.0.0.1:4222');
const login = url.username && {
  user: decodeURIComponent(url.username),
  pass: decodeURIComponent(url.password),
};
const connection = await connect({ servers: url.host, ...login });
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: 'PLAYGROUND', subjects: ['playground.>'] });
await manager.consumers.add('PLAYGROUND', { durable_name: 'recipe', ack_policy: 'explicit' });

const strapi = await playground('nats');
const { secret } = await strapi.subscribe(new URL('/playground.articles', url).href);
await strapi.publish('Hello, stream');

const consumer = await jetstream(connection).consumers.get('PLAYGROUND', 'recipe');
const message = await consumer.next();
const names = message.headers.keys().map((name) => [name.toLowerCase(), message.headers.get(name)]);
const { event, entry } = verified(secret, Object.fromEntries(names), message.string());
message.ack();
say(`stream PLAYGROUND has ${event} of "${entry.title}", signature verified`);

await manager.streams.delete('PLAYGROUND');
await connection.close();
await strapi.end();
