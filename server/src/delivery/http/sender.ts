/**
 * Sends one request: no retries, redirects, decompression or cookies. Every failure is an `Outcome`;
 * `aborted` only when the signal fired.
 */
import dns from 'node:dns';

import { memoize } from '../../core/memo';
import type { Outcome } from '../../core/message/message';
import type { OutgoingRequest } from '../../core/message/request';
import type { UrlPolicy } from '../../core/safety/url-safety';
import type { Cut, Sender } from '../loop/ports';
import { groupAborts } from './aborts';
import { createGuardedLookup, refusalOfLiteral, type ResolveAll } from './agent';
import { createAgents } from './agents';
import type { NoTunnel } from './describe-error';
import { exchange } from './exchange';
import { refusalOfName } from './name-refusal';
import type { Proxy } from './proxy-agent';
import { createProxies, type ProxySettings } from './proxies';

export interface SenderOptions {
  urlPolicy: UrlPolicy;
  /** Maximum size of a response body. */
  maxResponseBytes: number;
  /** Default: the operating system's resolver. */
  resolveAll?: ResolveAll;
  /** Default: none. */
  proxy?: ProxySettings;
  /** Monotonic, ms. Measures how long a proxy has failed. */
  monotonicMs?: () => number;
}

export interface HttpSender extends Sender {
  /** Why a request to this URL would be refused for the address its name has now; null when it would not. */
  addressProblem(url: string): Promise<string | null>;
  close(): Promise<void>;
}

export function createSender(options: SenderOptions): HttpSender {
  const { urlPolicy, maxResponseBytes, resolveAll = dns.lookup } = options;
  const lookup = createGuardedLookup(urlPolicy, resolveAll);
  const agents = createAgents({ urlPolicy, lookup });
  const proxies = createProxies(options.proxy, options.monotonicMs ?? (() => performance.now()));
  const abortsOf = groupAborts();

  /** There is no lookup behind a proxy. */
  const refusalBehind = (proxy: Proxy | null, { hostname }: URL): string | null =>
    proxy === null ? null : refusalOfLiteral(hostname, urlPolicy);

  return {
    async send(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome | Cut | 'aborted'> {
      if (signal.aborted) return 'aborted';
      const url = parsed(request.url);
      if (url === null) return { kind: 'blocked', error: 'the URL is not valid' };
      const proxy = proxies.of(url);
      const refused = refusalBehind(proxy, url);
      if (refused !== null) return { kind: 'blocked', error: refused };
      const agent = agents.of(request.tls ?? null, proxy);
      const target = {
        origin: url.origin,
        path: url.pathname + url.search,
        tunneled: proxy !== null,
      };
      const limits = {
        maxResponseBytes: Math.max(maxResponseBytes, request.minResponseBytes ?? 0),
        onAbort: abortsOf(signal),
      };
      const result = await exchange(agent, target, request, limits);
      return result !== 'aborted' && result.kind === 'no-tunnel'
        ? judged(result, proxy, url)
        : result;
    },

    async addressProblem(url) {
      const target = new URL(url);
      // A proxy resolves names itself.
      return proxies.of(target) === null ? refusalOfName(target.hostname, lookup) : null;
    },

    problem: proxies.problem,
    isCut: proxies.isCut,

    /** Closes every connection, when nothing is in flight any more. */
    close: () => agents.destroy(),
  };
}

const parsed = memoize((url) => (URL.canParse(url) ? new URL(url) : null));

/** A failure that may be the proxy's counts against no receiver. */
function judged({ inDoubt, error }: NoTunnel, proxy: Proxy | null, url: URL): Outcome | Cut {
  if (inDoubt && proxy?.health.blames(tunnelTarget(url), error) === true) {
    return { kind: 'unreachable', error };
  }
  if (!inDoubt) proxy?.health.failed(error);
  return { kind: 'cut', error };
}

/** As in CONNECT. */
const tunnelTarget = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
