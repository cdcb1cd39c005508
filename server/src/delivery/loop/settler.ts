/**
 * Records what attempts came to, in groups: while one transaction is under way, further outcomes
 * gather and go together in the next. One outcome waits for nobody, a thousand cost a few commits.
 *
 * Before each group the event loop comes round once, so that every response which has arrived is in
 * it. A driver that works synchronously, as SQLite's does, otherwise lets nothing arrive between two
 * commits, and each outcome costs one of its own.
 * Measured  bench/README.md, backlog drain on SQLite: 31 messages a second became 383.
 *
 * A group that cannot be written is kept and written again, unchanged, for as long as its leases
 * last. After that another process may have sent the message again, so it is given up: nothing is
 * lost, the message is sent once more.
 */
import type { Settled } from '../../core/message/message';
import type { Outages } from './outages';
import type { Clock, Log, Settle, SettleResult } from './ports';

export interface Unsettled {
  settled: Settled;
  /** Epoch ms. */
  leaseUntil: number;
}

interface SettlerDependencies {
  settle: Settle;
  clock: Clock;
  /** See `Dependencies` of `dispatcher.ts`. */
  nextTurn: () => Promise<void>;
  log: Log;
  outages: Outages;
  /** A group was written. */
  onSettled: (group: readonly Unsettled[], result: SettleResult) => void;
  /** A write has ended, or something was given up: there may be room. */
  onProgress: () => void;
}

export function createSettler(deps: SettlerDependencies) {
  const { settle, clock, nextTurn, log, outages, onSettled, onProgress } = deps;
  let gathered: Unsettled[] = [];
  let failed: Unsettled[][] = [];
  /** Of the failed groups, how many may be tried before the next `retry`. */
  let retriesLeft = 0;
  /** The last write of something new failed: what gathers waits for the next `retry`, too. */
  let isStalled = false;
  let isRetryWanted = false;
  let isWriting = false;
  let size = 0;

  async function writeAll(): Promise<void> {
    isWriting = true;
    for (;;) {
      await nextTurn();
      if (isRetryWanted) beginRetry();
      if (retriesLeft > 0) await writeAgain();
      else if (gathered.length > 0 && !isStalled) await writeGathered();
      else break;
      onProgress();
    }
    isWriting = false;
    onProgress();
  }

  async function writeGathered(): Promise<void> {
    const group = gathered;
    gathered = [];
    isStalled = !(await write(group));
  }

  async function writeAgain(): Promise<void> {
    retriesLeft -= 1;
    const group = failed.shift() ?? [];
    if (!(await write(group))) retriesLeft = 0;
  }

  async function write(group: Unsettled[]): Promise<boolean> {
    let result: SettleResult;
    try {
      result = await settle(group.map(({ settled }) => settled));
    } catch (error) {
      outages.failed('settle', error);
      failed.push(...halves(group));
      return false;
    }
    outages.worked('settle');
    size -= group.length;
    onSettled(group, result);
    return true;
  }

  function start(): void {
    if (isWriting) return;
    writeAll().catch((error: unknown) => {
      isWriting = false;
      outages.failed('settle', error);
    });
  }

  /** Between two writes, so that every outcome is either gathered or failed. */
  function beginRetry(): void {
    isRetryWanted = false;
    giveUpLapsed();
    retriesLeft = failed.length;
    isStalled = false;
  }

  function giveUpLapsed(): void {
    const now = clock.now();
    failed = failed
      .map((group) => group.filter(({ leaseUntil }) => leaseUntil > now))
      .filter((group) => group.length > 0);
    const kept = failed.reduce((sum, group) => sum + group.length, gathered.length);
    if (kept === size) return;
    log.warn(`${size - kept} attempts were never recorded: their messages will be sent again`);
    size = kept;
  }

  return {
    add(unsettled: Unsettled): void {
      size += 1;
      gathered.push(unsettled);
      start();
    },

    /** Tries what has failed once more, but for what has lost its lease meanwhile. */
    retry(): void {
      isRetryWanted = true;
      start();
    },

    /** Outcomes that are not in the database yet. */
    size: (): number => size,

    /** A write is under way: whatever it frees, it has not freed yet. */
    isWriting: (): boolean => isWriting,
  };
}

/** What one outcome makes impossible must not keep the others from being written: the culprit is narrowed down. */
function halves(group: Unsettled[]): Unsettled[][] {
  if (group.length < 2) return [group];
  const middle = Math.ceil(group.length / 2);
  return [group.slice(0, middle), group.slice(middle)];
}
