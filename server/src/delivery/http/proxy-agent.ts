/**
 * Connections through a proxy: a tunnel (CONNECT) for each, so that TLS is end to end and what the
 * proxy says is never taken for the receiver's answer.
 *
 * The address is resolved by the proxy, out of our sight: of a tunnel's target only the name, or the
 * literal, has been judged. The proxy's own address is the operator's choice and not judged at all.
 */
import { Pool, ProxyAgent, type Dispatcher } from 'undici';

import type { TlsIdentity } from '../../core/message/message';
import { CONNECT_TIMEOUT_MS, POOL_OPTIONS, tlsOptions } from './agent';
import type { ProxyHealth } from './proxy-health';

/** Without credentials; what people read. */
export interface Proxy {
  name: string;
  options: ProxyAgent.Options;
  health: ProxyHealth;
}

/** @property inDoubt true: the proxy works, and could not, or would not, reach this target. Or so it says. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';

  constructor(
    message: string,
    readonly inDoubt: boolean
  ) {
    super(message);
  }
}

/** It does not know us. Anything else may be about the target as well as about the proxy. */
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

/** Its answer to CONNECT waits for the target: an exchange's own deadline is what ends it. */
const TO_PROXY = { connections: POOL_OPTIONS.connections, pipelining: 1, headersTimeout: 0 };

/** The pool, but that it says whose fault it is when there is no tunnel. */
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
