/** Finds the addresses of a host for clients that open their own connections. Only checked ones are returned. */
import { isIP } from 'node:net';

import type { UrlPolicy } from '../../core/safety/url-safety';
import { BlockedAddressError, createGuardedLookup, refusalOfLiteral } from './agent';

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
