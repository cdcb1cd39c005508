/** A RabbitMQ, with a port mapper of its own. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { connect, type Channel } from 'amqplib';

import { findProgram, homeOf, startServer } from '../child-server';
import { freePort } from '../strapi-process';
import { LOGIN, USERINFO, type Broker, type StoredMessage } from './broker';

/** The script that runs the server as the user who calls it, and as one process. */
const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const QUEUE = 'articles';
const EXCHANGE = 'events';
const MAX_BYTES = 65_536;

export const findRabbit = (): string | undefined =>
  findProgram('rabbitmq-server') === undefined ? undefined : PROGRAM;

export async function startRabbit(program: string): Promise<Broker> {
  const home = await homeOf('rabbitmq');
  const [port, mapperPort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    HOME: home,
    ERL_EPMD_PORT: String(mapperPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `gw-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_PID_FILE: join(home, 'pid'),
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'plugins'),
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_SERVER_START_ARGS: '-noinput -start_epmd false',
  };
  await writeFile(join(home, 'plugins'), '[].');
  await writeFile(
    join(home, 'rabbitmq.conf'),
    `listeners.tcp.1 = 127.0.0.1:${port}
default_user = ${LOGIN.username}
default_pass = ${LOGIN.password}
max_message_size = ${MAX_BYTES}
`
  );
  const stopMapper = await startServer({
    program: findProgram('epmd') ?? 'epmd',
    args: ['-port', String(mapperPort), '-address', '127.0.0.1'],
    port: mapperPort,
    home: await homeOf('epmd'),
    signal: 'SIGKILL',
  });
  let kill = async (): Promise<void> => undefined;

  async function start(): Promise<void> {
    const run = await homeOf('rabbitmq-run');
    kill = await startServer({ program, args: [], port, home: run, signal: 'SIGKILL', env });
  }

  async function asked<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const connection = await connect({ hostname: '127.0.0.1', port, ...LOGIN });
    try {
      return await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }

  await start();
  await asked(async (channel) => {
    await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
    await channel.assertQueue(QUEUE, { durable: true });
    await channel.bindQueue(QUEUE, EXCHANGE, 'articles.*');
  });

  return {
    port,
    isIdempotent: false,
    maxBytes: MAX_BYTES,
    urlAt: (at, address = 'stored', userinfo = USERINFO) =>
      `amqp://${userinfo}@127.0.0.1:${at}/%2F/${EXCHANGE}/` +
      (address === 'stored' ? 'articles.published' : 'nobody.listens'),
    // What is read and not acknowledged stays in the queue.
    stored: () =>
      asked(async (channel) => {
        const found: StoredMessage[] = [];
        for (;;) {
          const message = await channel.get(QUEUE);
          if (message === false) return found;
          const headers = message.properties.headers as Record<string, string>;
          found.push({ headers, body: message.content.toString() });
        }
      }),
    kill: () => kill(),
    start,
    async stop() {
      await kill();
      await stopMapper();
      await rm(home, { recursive: true, force: true });
    },
  };
}
