/**
 * Connections: one pool per origin, and an address check before each new socket.
 *
 * Every address a name resolves to is checked, and only checked addresses are used: a name that
 * resolves differently a moment later changes nothing. One refused address refuses the name. Node
 * calls no `lookup` for IP literals, so they are checked before the socket is made.
 */
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import { Agent, buildConnector } from 'undici';

import type { TlsIdentity } from '../../core/message/message';
import { checkAddress, type UrlPolicy } from '../../core/safety/url-safety';

/** TCP and TLS handshake. Frees abandoned connections long before the kernel does. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Names and values together. Node's own default. */
export const MAX_RESPONSE_HEADER_BYTES = 16_384;

/** The maximum of `dispatcher.slots`: waiting for a connection would use up a request's deadline. */
const MAX_CONNECTIONS_PER_ORIGIN = 1_000;
/** Idle time of a connection, unless the receiver announces another. Below Node's 5 s, so that the sender closes first. */
const KEEP_ALIVE_MS = 4_000;
const MAX_KEEP_ALIVE_MS = 30_000;
/** Node's 250 ms is too short for a distant receiver: its IPv4 address would be given up for an IPv6 address that does not work. */
export const NEXT_ADDRESS_AFTER_MS = 2_000;

/** The address is not allowed. Not a failure of the receiver. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
}

/** `dns.lookup` with `all`. */
export type ResolveAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void
) => void;

/** For all connections to receivers, direct or through a proxy. */
export const POOL_OPTIONS = {
  connections: MAX_CONNECTIONS_PER_ORIGIN,
  pipelining: 1,
  keepAliveTimeout: KEEP_ALIVE_MS,
  keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
  maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  // `exchange.ts` keeps one deadline for the whole exchange.
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

/** TLS options beside Node's defaults. Verification stays on. */
export const tlsOptions = (tls: TlsIdentity | null): buildConnector.BuildOptions => ({
  ...(tls?.ca && { ca: tls.ca }),
  ...(tls?.certificate && { cert: tls.certificate }),
  ...(tls?.privateKey && { key: tls.privateKey }),
});

interface AgentOptions {
  urlPolicy: UrlPolicy;
  tls?: TlsIdentity | null;
  /** Default: the operating system's resolver. */
  lookup?: LookupFunction;
}

export function createAgent({ urlPolicy, tls = null, lookup }: AgentOptions): Agent {
  const connect = buildConnector({
    ...tlsOptions(tls),
    timeout: CONNECT_TIMEOUT_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    lookup: lookup ?? createGuardedLookup(urlPolicy),
  });
  return new Agent({ ...POOL_OPTIONS, connect: guardLiterals(urlPolicy, connect) });
}

/** Checks an IP literal, for which there is no `lookup`. */
export function refusalOfLiteral(hostname: string, urlPolicy: UrlPolicy): string | null {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : checkAddress(host, host, urlPolicy);
}

function guardLiterals(
  urlPolicy: UrlPolicy,
  connect: buildConnector.connector
): buildConnector.connector {
  return (options, callback) => {
    const reason = refusalOfLiteral(options.hostname, urlPolicy);
    if (reason === null) {
      connect(options, callback);
    } else {
      queueMicrotask(() => callback(new BlockedAddressError(reason), null));
    }
  };
}

/**
 * Shares one lookup between concurrent requests for a name: `dns.lookup` occupies one of libuv's four
 * threads, and an unreachable name server would take them all. Answers are not cached.
 */
export function createGuardedLookup(
  urlPolicy: UrlPolicy,
  resolveAll: ResolveAll = dns.lookup
): LookupFunction {
  type Answer = Parameters<Parameters<ResolveAll>[2]>;
  const asking = new Map<string, ((...answer: Answer) => void)[]>();

  function ask(hostname: string, options: dns.LookupAllOptions, then: (...a: Answer) => void) {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0}`;
    const waiting = asking.get(key);
    if (waiting !== undefined) {
      waiting.push(then);
      return;
    }
    const everyone = [then];
    asking.set(key, everyone);
    resolveAll(hostname, options, (error, addresses) => {
      asking.delete(key);
      for (const answer of everyone) answer(error, addresses);
    });
  }

  return (hostname, options, callback) => {
    const { family, hints } = options;
    ask(hostname, { family, hints, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '');
      const refused = refusalOf(hostname, addresses, urlPolicy);
      if (refused !== null) return callback(refused, '');
      const first = addresses[0];
      if (options.all || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function refusalOf(
  hostname: string,
  addresses: dns.LookupAddress[],
  urlPolicy: UrlPolicy
): BlockedAddressError | null {
  for (const { address } of addresses) {
    const reason = checkAddress(address, hostname, urlPolicy);
    if (reason !== null) return new BlockedAddressError(`${hostname} resolves to ${reason}`);
  }
  return null;
}
