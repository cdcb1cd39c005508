/**
 * One clock for all nodes: the database's, carried on between readings by this machine's monotonic
 * clock.
 *
 * A lease is an instant that one node writes and others compare with theirs. Of two nodes five minutes
 * apart, the one ahead would take what the other is sending, and what the one ahead puts off would wait
 * five minutes for the other. With the database's clock they agree to within a round trip, and a
 * machine's clock that is set, in either direction, changes nothing.
 */
import type { Clock, Log } from '../delivery/loop/ports';

/** Monotonic clocks drift by some milliseconds in that time, and stand still while a machine sleeps. */
const READ_EVERY_MS = 30_000;
/** The instant lies somewhere in the round trip: one that takes longer says too little. */
const MAX_ROUND_TRIP_MS = 1_000;
/** Worth telling the operator, whose logs will not agree. */
const WORTH_A_WARNING_MS = 5_000;

export interface DatabaseClockDependencies {
  /** The database's clock, epoch ms. */
  read: () => Promise<number>;
  /** This machine's, epoch ms; used until the first reading. */
  localNow: () => number;
  /** Milliseconds since some instant, never set. */
  monotonicMs: () => number;
  log: Log;
}

export interface DatabaseClock extends Clock {
  /** Reads the database's clock. @throws when the database does. */
  synchronize(): Promise<void>;
  /** Reads it when the last reading is old. */
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
