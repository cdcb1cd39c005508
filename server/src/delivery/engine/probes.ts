/**
 * Half-open breakers: the endpoints that this node may send one message to. The database holds the
 * right, so that one node has it at a time. The first message uses it up.
 */
import { isPulled } from '../../core/message/pull';
import type { FullStore } from '../../store/types';
import { isSuspended, type Directory } from './directory';

interface Dependencies {
  store: Pick<FullStore, 'takeProbes'>;
  directory: Pick<Directory, 'endpoints'>;
  now: () => number;
  /** As long as the lease of a claim. */
  leaseMs: number;
}

export function createProbes({ store, directory, now, leaseMs }: Dependencies) {
  /** Expiry by endpoint. */
  const rights = new Map<number, number>();

  const hasRight = (endpointId: number): boolean => (rights.get(endpointId) ?? 0) > now();

  return {
    /** Takes the rights that are free. @returns when one may be free again. */
    async refresh(): Promise<number> {
      const suspended = directory
        .endpoints()
        .filter((one) => one.state === 'active' && isSuspended(one) && !isPulled(one));
      const at = now();
      const ids = suspended.map(({ id }) => id).filter((id) => !hasRight(id));
      const taken = await store.takeProbes(ids, at, leaseMs);
      for (const id of taken) rights.set(id, at + leaseMs);
      return Math.min(
        ...suspended.map(({ id, breaker }) =>
          Math.max(rights.get(id) ?? 0, breaker?.open?.until ?? 0)
        )
      );
    },

    /** Whether the next message of this endpoint may be sent. */
    has: hasRight,

    /** Uses up the right. @returns false when there was none. */
    use(endpointId: number): boolean {
      const had = hasRight(endpointId);
      rights.delete(endpointId);
      return had;
    },
  };
}

export type Probes = ReturnType<typeof createProbes>;
