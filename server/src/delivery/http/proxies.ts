/** The proxies, by the scheme of the target, and the health of each. */
import type { ProxyAgent } from 'undici';

import type { Proxy } from './proxy-agent';
import { createProxyHealth } from './proxy-health';

/** Null: no proxy. */
export interface ProxySettings {
  http: ProxyAgent.Options | null;
  https: ProxyAgent.Options | null;
}

export function createProxies(settings: ProxySettings | undefined, monotonicMs: () => number) {
  const make = (options: ProxyAgent.Options | null | undefined): Proxy | null =>
    options ? { name: nameOf(options), options, health: createProxyHealth(monotonicMs) } : null;
  const http = make(settings?.http);
  const isOne = settings?.https?.uri === settings?.http?.uri;
  const https = isOne ? http : make(settings?.https);

  return {
    of: ({ protocol }: URL): Proxy | null => {
      if (protocol === 'https:') return https;
      // Brokers are connected to directly.
      return protocol === 'http:' ? http : null;
    },

    /** Why requests cannot be sent. Null: there is no proxy, or every proxy works. */
    problem: (): string | null => http?.health.problem() ?? https?.health.problem() ?? null,

    /** No request can be sent, whatever its scheme. */
    isCut: (): boolean =>
      [http, https].every((proxy) => (proxy?.health.problem() ?? null) !== null),
  };
}

/** Excludes the credentials. */
function nameOf({ uri }: ProxyAgent.Options): string {
  const { protocol, host } = new URL(uri);
  return `${protocol}//${host}`;
}
