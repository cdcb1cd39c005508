/**
 * Half-open breakers: which of them this node may send one message to. The right is in the database,
 * so that one node has it at a time, and is used up by the first message that asks for it.
 */
import type { FullStore } from '../../store/types';
import { isIll, type Directory } from './directory';

interface Dependencies {
  store: Pick<FullStore, 'takeProbe'>;
  directory: Pick<Directory, 'endpoints'>;
  now: () => number;
  /** As long as a claim's lease: after that, its holder is gone. */
  leaseMs: number;
}

export function createProbes({ store, directory, now, leaseMs }: Dependencies) {
  /** Until when, by endpoint. */
  const rights = new Map<number, number>();

  const hasRight = (endpointId: number): boolean => (rights.get(endpointId) ?? 0) > now();

  return {
    /** Each second: asks for the rights that may be had. @returns whether there are new ones. */
    async refresh(): Promise<boolean> {
      const ill = directory.endpoints().filter(isIll);
      const wanted = ill.filter(({ id, state }) => state === 'active' && !hasRight(id));
      let isNew = false;
      for (const { id } of wanted) {
        const at = now();
        if (!(await store.takeProbe(id, at, leaseMs))) continue;
        rights.set(id, at + leaseMs);
        isNew = true;
      }
      return isNew;
    },

    /** May the next message of this ill endpoint go? */
    has: hasRight,

    /** Uses the right up. @returns false when there was none. */
    use(endpointId: number): boolean {
      const had = hasRight(endpointId);
      rights.delete(endpointId);
      return had;
    },
  };
}

export type Probes = ReturnType<typeof createProbes>;
