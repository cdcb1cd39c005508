/**
 * Counts the events that filters withheld, in memory, and adds them to the stored counts every few seconds. A
 * content change never waits for it. A killed process loses a few seconds of counts.
 */
import type { NewEvent } from '../core/message/message';
import type { Withheld } from '../core/routing/filtering';
import { LATEST_WITHHELD } from '../core/message/limits';
import { SECOND_MS } from '../core/time';
import type { Log } from '../delivery/loop/ports';
import type { FullStore } from '../store/types';
import type { WithheldCount } from '../store/views';

const WRITE_EVERY_MS = 5 * SECOND_MS;

interface Dependencies {
  store: Pick<FullStore, 'addWithheld' | 'listWithheld'>;
  now: () => number;
  log: Log;
}

export const holderOf = ({ by, id }: Pick<Withheld, 'by' | 'id'>): string => `${by}:${id}`;

export function createWithheldCounts({ store, now, log }: Dependencies) {
  let counted = new Map<string, WithheldCount>();
  let writing: Promise<void> | undefined;
  let wroteAt = 0;

  function add({ holder, total, latest }: WithheldCount): void {
    const known = counted.get(holder);
    counted.set(holder, {
      holder,
      total: total + (known?.total ?? 0),
      latest: [...latest, ...(known?.latest ?? [])].slice(0, LATEST_WITHHELD),
    });
  }

  async function write(): Promise<void> {
    wroteAt = now();
    if (counted.size === 0) return;
    const counts = [...counted.values()];
    counted = new Map();
    try {
      await store.addWithheld(counts);
    } catch (error) {
      counts.forEach(add); // to be written with the next
      throw error;
    }
  }

  /** Runs one at a time; concurrent callers share it. */
  function flush(): Promise<void> {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  return {
    /** Call it once the change is committed. */
    note(event: NewEvent, withheld: readonly Withheld[]): void {
      for (const { by, id, condition } of withheld) {
        const { name, uid, entryDocumentId, entryLocale, occurredAt } = event;
        add({
          holder: holderOf({ by, id }),
          total: 1,
          latest: [
            {
              at: occurredAt,
              event: name,
              uid,
              documentId: entryDocumentId,
              locale: entryLocale,
              condition,
            },
          ],
        });
      }
    },

    /** The counts of all servers, those of this one up to now, by holder. */
    async read(): Promise<ReadonlyMap<string, WithheldCount>> {
      await flush();
      return new Map((await store.listWithheld()).map((count) => [count.holder, count]));
    },

    /** Called every second; usually does nothing. @returns when counts are to be written. */
    async tick(): Promise<number | undefined> {
      if (now() - wroteAt >= WRITE_EVERY_MS) await flush();
      return counted.size > 0 ? wroteAt + WRITE_EVERY_MS : undefined;
    },

    /** Writes the last counts. An unreachable database does not prevent the stop. */
    async stop(): Promise<void> {
      await writing?.catch(() => undefined);
      await flush().catch((error: unknown) =>
        log.error('the last counts of withheld events could not be written', { error })
      );
    },
  };
}

export type WithheldCounts = ReturnType<typeof createWithheldCounts>;
