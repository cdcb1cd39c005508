/** A Redis that writes each change to its disk. */
import { rm } from 'node:fs/promises';

import { Redis } from 'ioredis';

import { findProgram, homeOf, startServer } from '../child-server';
import { freePort } from '../strapi-process';
import { LOGIN, USERINFO, type Broker } from './broker';

const STREAM = 'articles';
const MAX_BYTES = 1_048_576;

export const findRedis = (): string | undefined => findProgram('redis-server');

export async function startRedis(program: string): Promise<Broker> {
  const data = await homeOf('redis');
  const port = await freePort();
  const user = `${LOGIN.username} on >${LOGIN.password} ~* +@all`;
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', data, '--save', ''],
    ...['--appendonly', 'yes', '--appendfsync', 'always'],
    ...['--proto-max-bulk-len', String(MAX_BYTES), '--user', ...user.split(' ')],
  ];
  let kill = async (): Promise<void> => undefined;

  async function start(): Promise<void> {
    const home = await homeOf('redis-run');
    kill = await startServer({ program, args, port, home, signal: 'SIGKILL' });
  }

  async function asked<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis({ host: '127.0.0.1', port, ...LOGIN });
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  await start();
  await asked((redis) => redis.xgroup('CREATE', STREAM, 'workers', '$', 'MKSTREAM'));

  return {
    port,
    isIdempotent: false,
    maxBytes: MAX_BYTES,
    urlAt: (at, address = 'stored', userinfo = USERINFO) =>
      `redis://${userinfo}@127.0.0.1:${at}/${address === 'stored' ? STREAM : 'nobody'}`,
    stored: () =>
      asked(async (redis) =>
        (await redis.xrange(STREAM, '-', '+')).map(([, fields]) => {
          const [, , , headers = '{}', , body = ''] = fields;
          return { headers: JSON.parse(headers) as Record<string, string>, body };
        })
      ),
    kill: () => kill(),
    start,
    async stop() {
      await kill();
      await rm(data, { recursive: true, force: true });
    },
  };
}
