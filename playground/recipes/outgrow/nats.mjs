/**
 * Delivers what Strapi has handed to NATS JetStream: each message of a stream to each receiver over HTTP, with retries.
 *
 *   node nats.mjs nats://user:password@host:4222 EVENTS search=https://search.example.com/hook shop=https://…
 *
 * Start as many as you like: each message is given to one of them, and to another one if that dies. Each receiver has a
 * consumer of its own, so one that is down does not delay the others. What has failed ten times is published as
 * `dead.<receiver>`, which a stream has to store (`nats stream add DEAD --subjects 'dead.>' --defaults`).
 */
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';

import { deliver, delayMs, MAX_ATTEMPTS, PARALLEL, TIMEOUT_MS } from './deliver.mjs';

const [server, stream, ...receivers] = process.argv.slice(2);
const { host, username, password } = new URL(server);
const connection = await connect({
  servers: host,
  user: decodeURIComponent(username),
  pass: decodeURIComponent(password),
  maxReconnectAttempts: -1,
});
const broker = jetstream(connection);
const manager = await jetstreamManager(connection);

/** The headers of the request. Those of NATS itself are not part of it. */
function headersOf(message) {
  const names = message.headers.keys().filter((name) => !/^nats-/i.test(name));
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), message.headers.get(name)]));
}

async function bury(receiver, message, reason) {
  message.headers.set('Dead-Reason', reason);
  const msgID = `${receiver}:${message.headers.get('webhook-id')}`;
  await broker.publish(`dead.${receiver}`, message.data, { headers: message.headers, msgID });
  message.term(reason);
}

async function settle(receiver, url, message) {
  const failure = await deliver(url, { headers: headersOf(message), body: message.data });
  const attempt = message.info.deliveryCount;
  if (failure === null) message.ack();
  else if (attempt < MAX_ATTEMPTS) message.nak(delayMs(attempt));
  else await bury(receiver, message, failure);
}

async function serve(receiver, url) {
  const name = `to-${receiver}`;
  await manager.consumers.add(stream, {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    // It may wait for a place before its attempt.
    ack_wait: nanos(3 * TIMEOUT_MS),
    // Attempts are counted here: NATS would forget a message whose last attempt was interrupted.
    max_deliver: -1,
  });
  const consumer = await broker.consumers.get(stream, name);
  const running = new Set();
  for await (const message of await consumer.consume({ max_messages: PARALLEL })) {
    const attempt = settle(receiver, url, message)
      .catch((error) => console.error(`${receiver}: ${error.message}`)) // given again after ack_wait
      .finally(() => running.delete(attempt));
    running.add(attempt);
    if (running.size >= PARALLEL) await Promise.race(running);
  }
}

for (const pair of receivers) {
  const [receiver, ...url] = pair.split('=');
  void serve(receiver, url.join('='));
}
console.log(`delivering ${stream} to ${receivers.length} receivers`);
