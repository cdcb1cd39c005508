/** Redis streams: delivered when Redis has replied to XADD. The stream must be there already. */
import type * as Ioredis from 'ioredis';

import {
  nameOf,
  textOf,
  tlsOptions,
  unreachable,
  type Driver,
  type LoadPackage,
  type Server,
} from './driver';

const CLIENT = 'ioredis';

class NoStreamError extends Error {
  override readonly name = 'NoStreamError';
}

export function createRedis(load: LoadPackage): Driver {
  return {
    packages: [CLIENT],

    async connect(server, onClosed) {
      const { Redis } = load<typeof Ioredis>(CLIENT);
      const redis = new Redis(optionsOf(server));
      let reason: unknown;
      redis.on('error', (error) => {
        reason = error;
      });
      try {
        await redis.connect();
      } catch (error) {
        redis.disconnect();
        // The promise only says that it is closed.
        throw reason ?? error;
      }
      redis.once('end', onClosed);

      return {
        async publish({ address }, { id, headers, body }) {
          const fields = ['id', id, 'headers', JSON.stringify(headers), 'body', body];
          const entry = await redis.xadd(address, 'NOMKSTREAM', '*', ...fields);
          if (entry === null) throw new NoStreamError();
          return { stream: address, entry };
        },
        close: () => {
          redis.disconnect();
          return Promise.resolve();
        },
      };
    },

    describe(error, { address }) {
      const text = textOf(error);
      if (nameOf(error) === 'NoStreamError') {
        return unreachable(`no stream "${address}" exists in Redis`);
      }
      if (/^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH)/.test(text)) {
        return unreachable(`Redis refused the credentials: ${text}`);
      }
      if (/invalid bulk length/.test(text)) {
        return unreachable(`the message is larger than Redis takes: ${text}`);
      }
      if (nameOf(error) === 'ReplyError') return unreachable(`Redis refused the message: ${text}`);
      return /connection is closed/i.test(text)
        ? unreachable('connection closed before a confirmation')
        : null;
    },
  };
}

function optionsOf(server: Server): Ioredis.RedisOptions {
  const { url, address, login, connectTimeoutMs } = server;
  return {
    host: address,
    port: url.port,
    connectTimeout: connectTimeoutMs,
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    // A closed connection is opened again by the next message, and nothing is sent twice without an attempt.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
    ...(url.isTls && { tls: tlsOptions(server) }),
    ...(login?.username && { username: login.username }),
    ...(login?.password && { password: login.password }),
  };
}
