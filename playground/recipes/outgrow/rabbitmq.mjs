/**
 * Delivers what Strapi has handed to RabbitMQ: each message of an exchange to each receiver over HTTP, with retries.
 *
 *   node rabbitmq.mjs amqp://user:password@host/vhost events search=https://search.example.com/hook shop=https://…
 *
 * Start as many as you like: each message is given to one of them, and to another one if that dies. Each receiver has a
 * queue of its own, so one that is down does not delay the others. `<receiver>.retry` keeps a failed message for a while,
 * `<receiver>.dead` what has failed ten times.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { connect } from 'amqplib';

import { deliver, MAX_ATTEMPTS, PARALLEL } from './deliver.mjs';

const [server, exchange, ...receivers] = process.argv.slice(2);
const RETRY_MS = Number(process.env.RETRY_MS ?? 10_000);
const ATTEMPTS = 'x-delivery-attempts';

async function declare(channel, queue) {
  const retry = { deadLetterExchange: '', deadLetterRoutingKey: queue, messageTtl: RETRY_MS };
  await channel.assertQueue(queue, { durable: true });
  await channel.assertQueue(`${queue}.retry`, { durable: true, ...retry });
  await channel.assertQueue(`${queue}.dead`, { durable: true });
  await channel.bindQueue(queue, exchange, '#');
}

/** The headers of the request. Those of RabbitMQ itself, and ours, are not part of it. */
function headersOf({ properties }) {
  const all = Object.entries(properties.headers);
  const sent = all.filter(([name, value]) => name !== ATTEMPTS && typeof value === 'string');
  const request = sent.filter(([name]) => !/^x-(first|last)-death-/.test(name));
  return Object.fromEntries(request.map(([name, value]) => [name.toLowerCase(), value]));
}

/** Confirmed before the message is acknowledged: after a crash in between it is there twice, never not at all. */
async function keep(channel, queue, { content, properties }, attempt) {
  const headers = { ...properties.headers, [ATTEMPTS]: attempt };
  channel.sendToQueue(queue, content, { ...properties, headers, persistent: true });
  await channel.waitForConfirms();
}

async function settle(channel, receiver, url, message) {
  const failure = await deliver(url, { headers: headersOf(message), body: message.content });
  const attempt = (message.properties.headers[ATTEMPTS] ?? 0) + 1;
  if (failure !== null) {
    const queue = attempt < MAX_ATTEMPTS ? `${receiver}.retry` : `${receiver}.dead`;
    await keep(channel, queue, message, attempt);
  }
  channel.ack(message);
}

async function serve(receiver, url) {
  const connection = await connect(server);
  const closed = new Promise((resolve, reject) =>
    connection.once('close', resolve).on('error', reject)
  );
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined); // told by what was under way
  channel.once('close', () => connection.close().catch(() => undefined));
  await declare(channel, receiver);
  await channel.prefetch(PARALLEL);
  await channel.consume(receiver, (message) => {
    // Without a confirmation or a channel it is given again.
    if (message !== null) settle(channel, receiver, url, message).catch(() => undefined);
  });
  await closed;
}

for (const pair of receivers) {
  const [receiver, ...url] = pair.split('=');
  void (async () => {
    for (;;) {
      await serve(receiver, url.join('=')).catch((error) =>
        console.error(`${receiver}: ${error.message}`)
      );
      await pause(1_000);
    }
  })();
}
console.log(`delivering ${exchange} to ${receivers.length} receivers`);
