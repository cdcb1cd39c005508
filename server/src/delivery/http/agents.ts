/**
 * Which connections a request may use: one set for each TLS identity, direct or through a proxy.
 *
 * An identity that changed is another one: what was connected under the old is not used again, and
 * its idle connections close by themselves.
 */
import dns from 'node:dns';

import type { Dispatcher } from 'undici';

import type { TlsIdentity } from '../../core/message/message';
import type { UrlPolicy } from '../../core/safety/url-safety';
import { createAgent, createGuardedLookup, type ResolveAll } from './agent';
import { createProxyAgent, type Proxy } from './proxy-agent';

/** Agents kept; one more than that closes the one that was used longest ago. */
const MAX_AGENTS = 200;

interface AgentsOptions {
  urlPolicy: UrlPolicy;
  resolveAll?: ResolveAll;
}

export function createAgents({ urlPolicy, resolveAll = dns.lookup }: AgentsOptions) {
  // Least recently used first.
  const agents = new Map<string, Dispatcher>();
  const lookup = createGuardedLookup(urlPolicy, resolveAll);

  function make(tls: TlsIdentity | null, proxy: Proxy | null): Dispatcher {
    return proxy === null ? createAgent({ urlPolicy, tls, lookup }) : createProxyAgent(proxy, tls);
  }

  function forgetOldest(): void {
    const [oldest] = agents;
    if (agents.size <= MAX_AGENTS || oldest === undefined) return;
    agents.delete(oldest[0]);
    // What is in flight ends first. That it cannot be closed is nobody's concern any more.
    oldest[1].close().catch(() => undefined);
  }

  return {
    of(tls: TlsIdentity | null, proxy: Proxy | null): Dispatcher {
      const key = `${proxy?.name ?? 'direct'} ${tls?.id ?? ''}`;
      const agent = agents.get(key) ?? make(tls, proxy);
      agents.delete(key);
      agents.set(key, agent);
      forgetOldest();
      return agent;
    },

    async destroy(): Promise<void> {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}
