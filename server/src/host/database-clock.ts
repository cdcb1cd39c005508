/**
 * One clock for all nodes: the database's, continued between readings by this machine's monotonic clock.
 *
 * A lease is an instant that one node writes and others compare. If the clocks of two nodes differed by five
 * minutes, one would claim messages that the other is sending. With the database's clock they agree to
 * within a round trip, and changes of a machine's clock have no effect.
 */
import type { Clock, Log } from '../delivery/loop/ports';

/** Monotonic clocks drift, and stop while a machine sleeps. */
const READ_EVERY_MS = 30_000;
/** The reading is somewhere within the round trip, so a slow one is too inexact. */
const MAX_ROUND_TRIP_MS = 1_000;
/** The operator's logs will not agree. */
const WORTH_A_WARNING_MS = 5_000;

export interface DatabaseClockDependencies {
  /** The database's clock, epoch ms. */
  read: () => Promise<number>;
  /** This machine's, epoch ms; used until the first reading. */
  localNow: () => number;
  /** Milliseconds since an arbitrary instant. Never adjusted. */
  monotonicMs: () => number;
  log: Log;
}

export interface DatabaseClock extends Clock {
  /** Reads the database's clock. @throws when the database does. */
  synchronize(): Promise<void>;
  /** Reads it if the last reading is old. */
  synchronizeIfOld(): Promise<void>;
}

export function createDatabaseClock(deps: DatabaseClockDependencies): DatabaseClock {
  const { read, localNow, monotonicMs, log } = deps;
  let anchor = { epochMs: localNow(), atMs: monotonicMs() };
  let isRead = false;
  let isWarned = false;

  async function synchronize(): Promise<void> {
    const before = monotonicMs();
    const epochMs = await read();
    const after = monotonicMs();
    if (isRead && after - before > MAX_ROUND_TRIP_MS) return;
    anchor = { epochMs, atMs: (before + after) / 2 };
    isRead = true;
    warnOfSkew();
  }

  function warnOfSkew(): void {
    const skewMs = Math.round(localNow() - now());
    const isSkewed = Math.abs(skewMs) >= WORTH_A_WARNING_MS;
    if (isSkewed && !isWarned) {
      log.warn(
        `this machine's clock is ${Math.abs(skewMs)} ms ${skewMs > 0 ? 'ahead of' : 'behind'} the database's, which is used`
      );
    }
    isWarned = isSkewed;
  }

  const now = (): number => Math.floor(anchor.epochMs + monotonicMs() - anchor.atMs);

  return {
    now,
    synchronize,
    async synchronizeIfOld() {
      if (monotonicMs() - anchor.atMs >= READ_EVERY_MS) await synchronize();
    },
  };
}
