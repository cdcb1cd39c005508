/**
 * Articles in a queue of RabbitMQ.
 *
 *   rabbitmq-server                        # apt-get install rabbitmq-server, brew install rabbitmq
 *   node playground/recipes/rabbitmq.mjs   # another server: RABBITMQ_URL=amqp://user:password@host/vhost
 */
import { connect } from 'amqplib';

import { playground, say, until, verified } from './lib/playground.mjs';

const QUEUE = 'playground';
const url = process.env.RABBITMQ_URL ?? 'amqp://guest:guest@127.0.0.1:5672/%2F';
const connection = await connect(url);
const channel = await connection.createChannel();
await channel.assertQueue(QUEUE, { durable: true });

const strapi = await playground('rabbitmq');
const { secret } = await strapi.subscribe(`${url}/${QUEUE}`);
await strapi.publish('Hello, queue');

const message = await until('the message', () => channel.get(QUEUE));
const names = Object.entries(message.properties.headers).map(([name, value]) => [
  name.toLowerCase(),
  value,
]);
const { event, entry } = verified(secret, Object.fromEntries(names), message.content);
channel.ack(message);
say(`queue ${QUEUE} has ${event} of "${entry.title}", signature verified`);

await channel.deleteQueue(QUEUE);
await connection.close();
await strapi.end();
