/** Resolves a name before anything is sent to it: for a warning, not for a decision. */
import { isIP, type LookupFunction } from 'node:net';

import { BlockedAddressError } from './agent';

/** Someone waits for the answer; a name server that is gone is found out by the first attempt. */
const PATIENCE_MS = 1_000;

/**
 * @param lookup a guarded one.
 * @returns why an attempt would be refused now. Null when it would not, when the name does not resolve, and when
 *   that takes too long.
 */
export function refusalOfName(
  hostname: string,
  lookup: LookupFunction,
  patienceMs = PATIENCE_MS
): Promise<string | null> {
  if (hostname.startsWith('[') || isIP(hostname) !== 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), patienceMs);
    lookup(hostname, { all: true }, (error) => {
      clearTimeout(timer);
      resolve(error instanceof BlockedAddressError ? error.message : null);
    });
  });
}
