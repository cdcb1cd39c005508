/**
 * Half-open breakers: the endpoints that this node may send one message to. The database holds the
 * right, so that one node has it at a time. The first message uses it up.
 */
import type { FullStore } from '../../store/types';
import { isIll, type Directory, type EndpointSettings } from './directory';

interface Dependencies {
  store: Pick<FullStore, 'takeProbe'>;
  directory: Pick<Directory, 'endpoints'>;
  now: () => number;
  /** As long as the lease of a claim. */
  leaseMs: number;
}

export function createProbes({ store, directory, now, leaseMs }: Dependencies) {
  /** Expiry by endpoint. */
  const rights = new Map<number, number>();
  /**
   * Until when asking is of no use, as the database last said. Of the endpoint as it was read: when that is read
   * again, a person may have resumed it.
   */
  const askedOf = new WeakMap<EndpointSettings, number>();

  const mayAsk = (endpoint: EndpointSettings): boolean =>
    (askedOf.get(endpoint) ?? endpoint.breaker?.open?.until ?? 0) <= now();

  const hasRight = (endpointId: number): boolean => (rights.get(endpointId) ?? 0) > now();

  return {
    /** Called every second: takes the rights that are free. @returns whether there are new ones. */
    async refresh(): Promise<boolean> {
      const ill = directory.endpoints().filter(isIll);
      const wanted = ill.filter(
        (one) => one.state === 'active' && !hasRight(one.id) && mayAsk(one)
      );
      let isNew = false;
      for (const endpoint of wanted) {
        const { taken, until } = await store.takeProbe(endpoint.id, now(), leaseMs);
        askedOf.set(endpoint, until);
        if (!taken) continue;
        rights.set(endpoint.id, until);
        isNew = true;
      }
      return isNew;
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
