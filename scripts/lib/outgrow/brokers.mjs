/**
 * The brokers of `npm run outgrow`: those of the tests, with what an operator declares before Strapi hands anything over,
 * and how consumers of `playground/recipes/outgrow` are started.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

import { start } from '../child.mjs';
import { PLAYGROUND } from '../project.mjs';
import { say, yellow } from '../terminal.mjs';

const require = createRequire(import.meta.url);
require('../../../test/chaos/register.cjs'); // they are TypeScript
const { LOGIN, USERINFO } = require('../../../test/support/brokers/broker.ts');
const { findNats, startNats } = require('../../../test/support/brokers/nats.ts');

const rabbitModule = () => require('../../../test/support/brokers/rabbitmq.ts');

const RECIPE = path.join(PLAYGROUND, 'recipes', 'outgrow');
const DEAD_STREAM = 'DEAD';

const LOG_KEPT_CHARS = 1_000;

/** @returns runs the consumer as a process of its own. */
const consumerOf =
  (script, ...args) =>
  (receivers, env) => {
    const targets = Object.entries(receivers).map(([name, url]) => `${name}=${url}`);
    const command = [process.execPath, path.join(RECIPE, script), ...args, ...targets];
    const consumer = start(command, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    consumer.child.stderr.on('data', (chunk) => (log = (log + chunk).slice(-LOG_KEPT_CHARS)));
    return { ...consumer, log: () => log };
  };

async function nats(program) {
  const { connect } = require('@nats-io/transport-node');
  const { jetstreamManager } = require('@nats-io/jetstream');
  const broker = await startNats(program);
  const { port } = broker;

  async function managed(work) {
    const login = { user: LOGIN.username, pass: LOGIN.password };
    const connection = await connect({ servers: `127.0.0.1:${port}`, ...login });
    try {
      return await work(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  }

  await managed(({ streams }) => streams.add({ name: DEAD_STREAM, subjects: ['dead.>'] }));
  return {
    ...broker,
    url: broker.urlAt(port),
    /** A consumer of JetStream starts with the first message of the stream. */
    prepare: async () => undefined,
    consume: consumerOf('nats.mjs', `nats://${USERINFO}@127.0.0.1:${port}`, 'EVENTS'),
    dead: () => managed(async ({ streams }) => (await streams.info(DEAD_STREAM)).state.messages),
  };
}

async function rabbitmq(program) {
  const { startRabbit } = rabbitModule();
  const { connect } = require('amqplib');
  const broker = await startRabbit(program);
  const { port } = broker;

  async function asked(work) {
    const connection = await connect({ hostname: '127.0.0.1', port, ...LOGIN });
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }

  const queues = new Set();
  return {
    ...broker,
    url: broker.urlAt(port),
    /** A queue has what was sent since it is bound. */
    prepare: (receivers) =>
      asked(async (channel) => {
        for (const name of Object.keys(receivers)) {
          queues.add(name);
          await channel.assertQueue(name, { durable: true });
          await channel.bindQueue(name, 'events', '#');
        }
      }),
    consume: consumerOf('rabbitmq.mjs', `amqp://${USERINFO}@127.0.0.1:${port}/%2F`, 'events'),
    dead: () =>
      asked(async (channel) => {
        let count = 0;
        for (const name of queues) {
          const { messageCount } = await channel.checkQueue(`${name}.dead`);
          count += messageCount;
        }
        return count;
      }),
  };
}

const BROKERS = {
  nats: { name: 'NATS JetStream', find: findNats, start: nats, needs: 'nats-server' },
  rabbitmq: {
    name: 'RabbitMQ',
    find: () => rabbitModule().findRabbit(),
    start: rabbitmq,
    needs: 'rabbitmq-server',
  },
};

/** @returns `name` and `start()` of the brokers that are installed. */
export function availableBrokers(wanted) {
  const unknown = wanted.filter((name) => !(name in BROKERS));
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}`);
  return Object.entries(BROKERS)
    .filter(([key]) => wanted.length === 0 || wanted.includes(key))
    .flatMap(([, { name, find, start: launch, needs, signsAnew = false }]) => {
      const program = find();
      if (program !== undefined) return [{ name, signsAnew, start: () => launch(program) }];
      say(yellow(`left out: ${name} (apt-get install ${needs}, brew install ${needs})`));
      return [];
    });
}
