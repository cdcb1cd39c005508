/**
 * Chooses the connections for a request: one set per TLS identity, direct or through a proxy.
 *
 * A changed identity gets a new set. Idle connections of the old one close by themselves.
 */
import type { LookupFunction } from 'node:net';

import type { Dispatcher } from 'undici';

import type { TlsIdentity } from '../../core/message/message';
import type { UrlPolicy } from '../../core/safety/url-safety';
import { createAgent } from './agent';
import { createProxyAgent, type Proxy } from './proxy-agent';

/** Maximum number of agents. The least recently used one is closed first. */
const MAX_AGENTS = 200;

interface AgentsOptions {
  urlPolicy: UrlPolicy;
  lookup: LookupFunction;
}

export function createAgents({ urlPolicy, lookup }: AgentsOptions) {
  // Least recently used first.
  const agents = new Map<string, Dispatcher>();

  function make(tls: TlsIdentity | null, proxy: Proxy | null): Dispatcher {
    return proxy === null ? createAgent({ urlPolicy, tls, lookup }) : createProxyAgent(proxy, tls);
  }

  function forgetOldest(): void {
    const [oldest] = agents;
    if (agents.size <= MAX_AGENTS || oldest === undefined) return;
    agents.delete(oldest[0]);
    // Requests in flight end first. A failure to close has no consequence.
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
