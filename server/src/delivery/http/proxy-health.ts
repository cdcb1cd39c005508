/**
 * Decides whether the proxy or the receiver failed. A failing proxy must not use up the retries of a
 * receiver, and an unreachable receiver must not be retried for ever because of a proxy.
 *
 * An unreachable proxy and a 407 are the proxy's failures. 502, 503 and 504 may be either's: if another
 * target was reached since, the receiver failed. Otherwise the proxy counts as failed for a while.
 */
import { MINUTE_MS } from '../../core/time';

/** For this long, a target is not blamed while no other target is reached. */
export const DOUBT_MS = 15 * MINUTE_MS;
/** Maximum number of targets. The oldest is forgotten first. */
const MAX_TARGETS = 1_000;

export function createProxyHealth(now: () => number) {
  /** When the proxy first failed to reach each target. */
  const unreached = new Map<string, number>();
  let lastThrough = -Infinity;
  let problem: string | null = null;

  function since(target: string): number {
    const known = unreached.get(target);
    if (known !== undefined) return known;
    const [oldest] = unreached.keys();
    if (unreached.size >= MAX_TARGETS && oldest !== undefined) unreached.delete(oldest);
    unreached.set(target, now());
    return now();
  }

  return {
    /** @param target `host:port`. */
    through(target: string): void {
      unreached.delete(target);
      lastThrough = now();
      problem = null;
    },

    /** @returns whether the target is to blame. */
    blames(target: string, error: string): boolean {
      const first = since(target);
      const isTargets = lastThrough > first || now() - first >= DOUBT_MS;
      if (!isTargets) problem = error;
      return isTargets;
    },

    /** The proxy itself failed. */
    failed(error: string): void {
      problem = error;
    },

    /** Why no request gets through the proxy. Null: the last one did. */
    problem: (): string | null => problem,
  };
}

export type ProxyHealth = ReturnType<typeof createProxyHealth>;
