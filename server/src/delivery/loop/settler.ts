/**
 * Settles attempts in groups: attempts that end while a group is written form the next one.
 *
 * A group is written when a turn of the event loop brings no further response: the synchronous driver
 * of SQLite would otherwise settle them one by one, and wait for the disk each time.
 *
 * A failed group is written again, unchanged, while its leases last. After that another process may
 * have sent the messages again, and the attempts are given up.
 */
import type { Settled } from '../../core/message/message';
import type { Outages } from './outages';
import type { Clock, Log, Settle, SettleResult } from './ports';
import type { Turns } from './turns';

export interface Unsettled {
  settled: Settled;
  /** Epoch ms. */
  leaseUntil: number;
}

interface SettlerDependencies {
  settle: Settle;
  clock: Clock;
  turns: Omit<Turns, 'step'>;
  log: Log;
  outages: Outages;
  /** Called after a group was written. */
  onSettled: (group: readonly Unsettled[], result: SettleResult) => void;
  /** Called when there may be room: after a write, or when attempts were given up. */
  onProgress: () => void;
}

export function createSettler(deps: SettlerDependencies) {
  const { settle, clock, turns, log, outages, onSettled, onProgress } = deps;
  const gathered: Unsettled[] = [];
  let failed: Unsettled[][] = [];
  /** Number of failed groups to write before the next `retry`. */
  let retriesLeft = 0;
  /** The last write of new attempts failed: further ones wait for the next `retry` as well. */
  let isStalled = false;
  let isRetryWanted = false;
  let isWriting = false;
  let size = 0;

  async function writeAll(): Promise<void> {
    isWriting = true;
    for (;;) {
      await gather();
      if (isRetryWanted) beginRetry();
      if (retriesLeft > 0) await writeAgain();
      else if (gathered.length > 0 && !isStalled) await writeGathered();
      else break;
      onProgress();
      await turns.rest();
    }
    isWriting = false;
    onProgress();
  }

  /** Resolves after a turn in which no response arrived, or when the group is full. */
  async function gather(): Promise<void> {
    let before: number;
    do {
      before = gathered.length;
      await turns.next();
    } while (gathered.length > before && gathered.length < turns.group());
  }

  async function writeGathered(): Promise<void> {
    const group = gathered.splice(0, turns.group());
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

  /** Runs between two writes, when every attempt is either gathered or failed. */
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

    /** Writes failed groups again, except attempts whose lease has ended. */
    retry(): void {
      isRetryWanted = true;
      start();
    },

    /** Attempts that are not in the database yet. */
    size: (): number => size,

    /** A write is under way, and will free slots. */
    isWriting: (): boolean => isWriting,
  };
}

/** One attempt that cannot be written must not block the others: groups are halved until it is alone. */
function halves(group: Unsettled[]): Unsettled[][] {
  if (group.length < 2) return [group];
  const middle = Math.ceil(group.length / 2);
  return [group.slice(0, middle), group.slice(middle)];
}
