/**
 * Articles in a topic of Kafka.
 *
 *   KAFKA_URL=kafka://127.0.0.1:9092 node playground/recipes/kafka.mjs   # with a login: kafkas://user:password@host:9092
 */
import { Kafka, logLevel } from 'kafkajs';

import { playground, say, verified } from './lib/playground.mjs';

const TOPIC = 'playground';
const url = process.env.KAFKA_URL ?? 'kafka://127.0.0.1:9092';
const { hostname, port, protocol, username, password } = new URL(url);
const login = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
const kafka = new Kafka({
  brokers: [`${hostname}:${port || 9092}`],
  ssl: protocol === 'kafkas:',
  ...(username !== '' && { sasl: { mechanism: 'plain', ...login } }),
  logLevel: logLevel.NOTHING,
});
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: TOPIC }] }).catch(() => undefined); // it may exist
const consumer = kafka.consumer({ groupId: `recipe-${process.pid}` });
await consumer.connect();
await consumer.subscribe({ topic: TOPIC, fromBeginning: true });

const strapi = await playground('kafka');
const { secret } = await strapi.subscribe(`${url}/${TOPIC}`);
await strapi.publish('Hello, topic');

const message = await new Promise((resolve, reject) => {
  const eachMessage = async (next) => resolve(next.message);
  consumer.run({ eachMessage }).catch(reject);
});
const headers = Object.fromEntries(
  Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), String(value)])
);
const { event, entry } = verified(secret, headers, message.value);
say(`topic ${TOPIC} has ${event} of "${entry.title}", signature verified`);

await consumer.disconnect();
await admin.deleteTopics({ topics: [TOPIC] }).catch(() => undefined);
await admin.disconnect();
await strapi.end();
