/** Hands claims back unsent, in groups. After a failure they are due again when their lease ends. */
import type { ClaimedMessage } from '../../core/message/message';
import type { Outages } from './outages';
import type { Store } from './ports';

interface ReleaserDependencies {
  store: Pick<Store, 'release'>;
  outages: Outages;
  onProgress: () => void;
}

export type Releaser = ReturnType<typeof createReleaser>;

export function createReleaser({ store, outages, onProgress }: ReleaserDependencies) {
  let gathered: ClaimedMessage[] = [];
  let isReleasing = false;
  let size = 0;

  async function releaseAll(): Promise<void> {
    isReleasing = true;
    while (gathered.length > 0) {
      const group = gathered;
      gathered = [];
      await release(group);
      size -= group.length;
    }
    isReleasing = false;
    onProgress();
  }

  async function release(group: ClaimedMessage[]): Promise<void> {
    try {
      await store.release(group);
      outages.worked('release');
    } catch (error) {
      outages.failed('release', error);
    }
  }

  return {
    add(message: ClaimedMessage): void {
      size += 1;
      gathered.push(message);
      if (!isReleasing) {
        releaseAll().catch((error: unknown) => outages.failed('release', error));
      }
    },

    /** Claims that are not handed back yet. */
    size: (): number => size,
  };
}
