/** A NATS server with JetStream. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

import { findProgram, homeOf, startServer } from '../child-server';
import { freePort } from '../strapi-process';
import { LOGIN, USERINFO, type Broker, type StoredMessage } from './broker';

const STREAM = 'EVENTS';
const MAX_BYTES = 65_536;

export const findNats = (): string | undefined => findProgram('nats-server');

interface Tls {
  ca: string;
  certificate: string;
  privateKey: string;
}

export async function startNats(program: string, tls?: Tls): Promise<Broker> {
  const data = await homeOf('nats');
  const port = await freePort();
  const file = join(data, 'nats.conf');
  await writeFile(file, await configOf(port, data, tls));
  let kill = async (): Promise<void> => undefined;

  async function start(): Promise<void> {
    const home = await homeOf('nats-run');
    kill = await startServer({ program, args: ['-c', file], port, home, signal: 'SIGKILL' });
  }

  /** An address, to which the name in a certificate is nothing. */
  const secure = tls && { ca: tls.ca, host: '127.0.0.1' };

  async function managed<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const connection: NatsConnection = await connect({
      servers: `127.0.0.1:${port}`,
      user: LOGIN.username,
      pass: LOGIN.password,
      ...(secure && { tls: secure }),
    });
    try {
      return await work(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  }

  await start();
  await managed((manager) => manager.streams.add({ name: STREAM, subjects: ['events.>'] }));

  return {
    port,
    isIdempotent: true,
    maxBytes: MAX_BYTES,
    urlAt: (at, address = 'stored', userinfo = USERINFO) =>
      `${tls === undefined ? 'nats' : 'tls'}://${userinfo}@127.0.0.1:${at}/` +
      (address === 'stored' ? 'events.articles' : 'nobody.listens'),
    stored: () =>
      managed(async ({ streams }) => {
        const { state } = await streams.info(STREAM);
        const found: StoredMessage[] = [];
        for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
          const message = await streams.getMessage(STREAM, { seq });
          if (message === null) continue;
          const names = message.header.keys();
          found.push({
            headers: Object.fromEntries(names.map((name) => [name, message.header.get(name)])),
            body: message.string(),
          });
        }
        return found;
      }),
    kill: () => kill(),
    start,
    async stop() {
      await kill();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function configOf(port: number, data: string, tls: Tls | undefined): Promise<string> {
  const [cert, key] = [join(data, 'cert.pem'), join(data, 'key.pem')];
  if (tls !== undefined) {
    await writeFile(cert, tls.certificate);
    await writeFile(key, tls.privateKey);
  }
  return `listen: "127.0.0.1:${port}"
max_payload: ${MAX_BYTES}
jetstream { store_dir: "${join(data, 'streams')}" }
authorization { user: "${LOGIN.username}", password: "${LOGIN.password}" }
${tls === undefined ? '' : `tls { cert_file: "${cert}", key_file: "${key}" }`}
`;
}
