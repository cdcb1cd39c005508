/**
 * Connections through a proxy: one tunnel (CONNECT) each, so that TLS is end to end and a response of
 * the proxy is never taken for the receiver's.
 *
 * The proxy resolves the name, so only the name or the literal is checked. The proxy's own address is
 * the operator's choice and is not checked.
 */
import { Pool, ProxyAgent, type Dispatcher } from 'undici';

import type { TlsIdentity } from '../../core/message/message';
import { CONNECT_TIMEOUT_MS, POOL_OPTIONS, tlsOptions } from './agent';
import type { ProxyHealth } from './proxy-health';

/** For messages. Excludes the credentials. */
export interface Proxy {
  name: string;
  options: ProxyAgent.Options;
  health: ProxyHealth;
}

/** @property inDoubt true: the proxy works, and reports that it cannot reach this target. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';

  constructor(
    message: string,
    readonly inDoubt: boolean
  ) {
    super(message);
  }
}

/** The credentials are wrong. Any other status may be about the target. */
const STATUS_AUTHENTICATE = 407;
const STATUS_ESTABLISHED = 200;

export function createProxyAgent(proxy: Proxy, tls: TlsIdentity | null): ProxyAgent {
  return new ProxyAgent({
    ...proxy.options,
    ...POOL_OPTIONS,
    requestTls: { ...tlsOptions(tls), timeout: CONNECT_TIMEOUT_MS },
    proxyTls: { timeout: CONNECT_TIMEOUT_MS, ...proxy.options.proxyTls },
    clientFactory: (url, options) => tunnelsOf(proxy, new Pool(url, { ...options, ...TO_PROXY })),
  });
}

/** No timeouts: the response to CONNECT waits for the target, and the exchange has a deadline. */
const TO_PROXY = { connections: POOL_OPTIONS.connections, pipelining: 1, headersTimeout: 0 };

/** A pool whose errors tell a failing proxy from a failing target. */
function tunnelsOf(proxy: Proxy, pool: Pool): Pool {
  const connect: (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData> =
    pool.connect.bind(pool);

  async function tunnel(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const answer = await connect(options).catch((error: Error) => {
      throw new ProxyError(`the proxy ${proxy.name} cannot be used: ${error.message}`, false);
    });
    const { statusCode, socket } = answer;
    if (statusCode === STATUS_ESTABLISHED) {
      proxy.health.through(options.path);
      return answer;
    }
    socket.on('error', () => undefined).destroy();
    throw new ProxyError(
      `the proxy ${proxy.name} answered ${statusCode} for ${options.path}`,
      statusCode !== STATUS_AUTHENTICATE
    );
  }
  return Object.assign(pool, { connect: tunnel });
}
