/**
 * Connections: one pool per origin, and a guard in front of every new socket.
 *
 * The guard asks `checkAddress` about every address a name resolves to, and connects to exactly the
 * addresses it asked about: a name that resolves to something else a moment later gains nothing. One
 * bad answer refuses them all. Node calls no `lookup` for IP literals, so those are asked about
 * before the socket is made.
 */
import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import { Agent, buildConnector } from 'undici';

import type { TlsIdentity } from '../../core/message/message';
import { checkAddress, type UrlPolicy } from '../../core/safety/url-safety';

/** TCP and TLS handshake. Also frees a connection whose request has given up long before the kernel does. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Names and values together; undici counts while parsing. Node's own default. */
export const MAX_RESPONSE_HEADER_BYTES = 16_384;

/** The most requests a process may have in flight (`dispatcher.slots`): waiting for a connection would eat a request's deadline. */
const MAX_CONNECTIONS_PER_ORIGIN = 1_000;
/** An idle connection is closed after this, unless the receiver announced another time. Under Node's 5 s, so that we close first. */
const KEEP_ALIVE_MS = 4_000;
const MAX_KEEP_ALIVE_MS = 30_000;
/** Node's 250 ms is less than a round trip around the world: a distant IPv4 receiver would be given up for an IPv6 address that leads nowhere. */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/** Refused by us: not a failure of the receiver's. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
}

/** `dns.lookup` asking for all addresses: what the guard resolves with. */
export type ResolveAll = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void
) => void;

/** Of every connection to a receiver, with a proxy in between or without. */
export const POOL_OPTIONS = {
  connections: MAX_CONNECTIONS_PER_ORIGIN,
  pipelining: 1,
  keepAliveTimeout: KEEP_ALIVE_MS,
  keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
  maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  // One deadline over the whole exchange, kept by `exchange.ts`.
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

/** Options for Node's TLS in addition to its defaults. Verification always stays on. */
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
    lookup: lookup ?? createGuardedLookup(urlPolicy, dns.lookup),
  });
  return new Agent({ ...POOL_OPTIONS, connect: guardLiterals(urlPolicy, connect) });
}

/** Asked where no `lookup` will be: of a literal. A name says nothing yet. */
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
 * Lookups of one name under way at the same time share one question: `dns.lookup` occupies one of
 * libuv's four threads until it answers, and a name server that is gone would otherwise take them all.
 * Nothing is remembered once the answer is there.
 */
export function createGuardedLookup(urlPolicy: UrlPolicy, resolveAll: ResolveAll): LookupFunction {
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
