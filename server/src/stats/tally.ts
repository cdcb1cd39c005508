/**
 * Counts settled attempts in memory and adds them to the statistics every few seconds. Delivery
 * never waits for it. A killed process loses a few seconds of statistics, but no messages.
 */
import type { Settled } from '../core/message/message';
import { keptForMs, GRAINS_MS, rollupsOf, type Rollup } from '../core/health/statistics';
import type { Log } from '../delivery/loop/ports';
import type { FullStore } from '../store/types';
import { HOUR_MS, MINUTE_MS } from '../core/time';

const WRITE_EVERY_MS = 5_000;
/** While there is something to remove. */
const PURGE_EVERY_MS = MINUTE_MS;
const PURGE_IDLE_MS = 10 * MINUTE_MS;
const PURGE_BATCH = 1_000;
/** More than a busy minute creates. */
const PURGE_BATCHES_PER_ROUND = 20;

interface Dependencies {
  store: Pick<FullStore, 'addRollups' | 'purgeRollups'>;
  now: () => number;
  /**
   * Hours are kept as long as delivered messages, and at least as long as the longest range shown.
   */
  retentionMs: number;
  log: Log;
}

export function createTally({ store, now, retentionMs, log }: Dependencies) {
  let counted = new Map<string, Rollup>();
  let writing: Promise<void> | undefined;
  let wroteAt = 0;
  let purgeAt = 0;

  function add(rollup: Rollup): void {
    const { grainMs, at, endpointId, settledAs, latencyMs, attempts } = rollup;
    const slot = `${grainMs} ${at} ${endpointId} ${settledAs} ${latencyMs}`;
    const known = counted.get(slot);
    if (known === undefined) counted.set(slot, { ...rollup });
    else known.attempts += attempts;
  }

  async function write(): Promise<void> {
    wroteAt = now();
    if (counted.size === 0) return;
    const rollups = [...counted.values()];
    counted = new Map();
    try {
      await store.addRollups(rollups);
    } catch (error) {
      rollups.forEach(add); // to be written with the next
      throw error;
    }
  }

  async function purge(): Promise<void> {
    let isIdle = true;
    for (const grainMs of GRAINS_MS) {
      const keptMs = Math.max(keptForMs(grainMs), grainMs === HOUR_MS ? retentionMs : 0);
      for (let batch = 0; batch < PURGE_BATCHES_PER_ROUND; batch += 1) {
        const removed = await store.purgeRollups(grainMs, now() - keptMs, PURGE_BATCH);
        if (removed > 0) isIdle = false;
        if (removed < PURGE_BATCH) break;
      }
    }
    purgeAt = now() + (isIdle ? PURGE_IDLE_MS : PURGE_EVERY_MS);
  }

  /** Runs one flush at a time; concurrent callers share it. */
  function flush(): Promise<void> {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  return {
    /** Counts settled attempts. */
    observe(settled: readonly Settled[]): void {
      for (const one of settled) rollupsOf(one).forEach(add);
    },

    /** Writes the counts. @throws when the database does; the counts are kept. */
    flush,

    /** Removes rows that no range shows any more, a few batches per grain. */
    purge,

    /** Called every second; usually does nothing. @returns when counts are to be written. */
    async tick(): Promise<number | undefined> {
      if (now() - wroteAt >= WRITE_EVERY_MS) await flush();
      if (now() >= purgeAt) await purge();
      return counted.size > 0 ? wroteAt + WRITE_EVERY_MS : undefined;
    },

    /** Writes the last counts. An unreachable database does not prevent the stop. */
    async stop(): Promise<void> {
      await writing?.catch(() => undefined);
      await flush().catch((error: unknown) =>
        log.error('the last statistics could not be written', { error })
      );
    },
  };
}
