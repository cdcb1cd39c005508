/** Checks the addresses of hosts for clients that open their own connections. */
import { connect, isIP, Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import { BAD_PORTS } from '../../core/safety/bad-ports';
import type { UrlPolicy } from '../../core/safety/url-safety';
import {
  BlockedAddressError,
  createGuardedLookup,
  NEXT_ADDRESS_AFTER_MS,
  refusalOfLiteral,
} from './agent';

/** @throws BlockedAddressError; the error of the resolver. */
export type FindAddresses = (host: string) => Promise<string[]>;

export function createFindAddresses(urlPolicy: UrlPolicy): FindAddresses {
  const lookup = createGuardedLookup(urlPolicy);

  return async (host) => {
    const refused = refusalOfLiteral(host, urlPolicy);
    if (refused !== null) throw new BlockedAddressError(refused);
    if (isIP(host) !== 0) return [host];
    return new Promise((resolve, reject) => {
      lookup(host, { all: true }, (error, addresses) => {
        if (error !== null) reject(error);
        else
          resolve([addresses].flat().map((one) => (typeof one === 'string' ? one : one.address)));
      });
    });
  };
}

export interface DialTarget {
  host: string;
  /** Of the host, checked before. Null: it is looked up, and checked. */
  address: string | null;
  port: number;
  /** Null: without TLS. */
  tls: ConnectionOptions | null;
}

/**
 * Connects to hosts that a server names, whose addresses are not known before. The socket fails with a
 * BlockedAddressError when the address is refused.
 */
export type Dial = (target: DialTarget, onConnect: () => void) => Socket;

export function createDial(urlPolicy: UrlPolicy): Dial {
  const lookup = createGuardedLookup(urlPolicy);

  return ({ host, address, port, tls }, onConnect) => {
    const refused =
      address === null ? (refusalOfLiteral(host, urlPolicy) ?? refusalOfPort(port)) : null;
    if (refused !== null) return failing(new BlockedAddressError(refused));
    const target = {
      host: address ?? host,
      port,
      lookup,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    };
    return tls === null ? connect(target, onConnect) : connectTls({ ...tls, ...target }, onConnect);
  };
}

/** @returns a socket that fails in the next turn of the event loop. */
export function failing(error: Error): Socket {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(error));
  return socket;
}

const refusalOfPort = (port: number): string | null =>
  BAD_PORTS.has(port) ? `port ${port} belongs to another protocol` : null;
