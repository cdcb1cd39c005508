/**
 * Whose fault is it that a proxy gave no tunnel? Its own failures must not use up a receiver's retries,
 * and a receiver that is gone must not be waited for for ever because a proxy stands in between.
 *
 * A proxy that cannot be reached, or does not know us (407), is to blame for certain. But 502, 503 and
 * 504 are its answers for a dead receiver as well as when it is cut off itself. Then the others decide: if another target was
 * reached since, it is the receiver's. If nobody was, the proxy is given the blame for a while.
 * Pure but for what it remembers: instants are arguments.
 */
import { MINUTE_MS } from '../../core/time';

/** For so long a target that nobody speaks for is not blamed. */
export const DOUBT_MS = 15 * MINUTE_MS;
/** Targets remembered; the oldest is forgotten first, and given the benefit of the doubt anew. */
const MAX_TARGETS = 1_000;

export function createProxyHealth(now: () => number) {
  /** Target → since when the proxy does not reach it. */
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

    /** It is the proxy, for certain. */
    failed(error: string): void {
      problem = error;
    },

    /** Why nothing gets through it; null when the last one did. */
    problem: (): string | null => problem,
  };
}

export type ProxyHealth = ReturnType<typeof createProxyHealth>;
