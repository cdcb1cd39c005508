/**
 * How long a request may take. A lease must outlive it: when a lease lapses, the message is claimed
 * and sent again.
 */
import { CoreError } from '../errors';

/** Time that a lease needs in addition to the request, for the claim and the settlement. */
export const LEASE_MARGIN_MS = 1_000;

export const longestTimeoutMs = (leaseMs: number): number => leaseMs - LEASE_MARGIN_MS;

/** @throws CoreError `INVALID_VALUE` for a timeout that the lease does not outlive. */
export function assertTimeout(
  timeoutMs: number | null | undefined,
  leaseMs: number,
  field: string
): void {
  const longest = longestTimeoutMs(leaseMs);
  if (timeoutMs === null || timeoutMs === undefined || timeoutMs <= longest) return;
  throw new CoreError(
    'INVALID_VALUE',
    `must be at most ${longest}: dispatcher.leaseMs (${leaseMs}) less ${LEASE_MARGIN_MS} ms, or a slow request is sent twice`,
    field
  );
}
