/**
 * Runs something at once, and then not again for a while: what is asked for meanwhile is done once,
 * when the while is over.
 */
export interface Throttle {
  call(): void;
  /** Drops the pending call. */
  cancel(): void;
}

interface Timing {
  gapMs: number;
  monotonicMs: () => number;
  /** @returns what undoes it. */
  after: (ms: number, run: () => void) => () => void;
}

export function createThrottle(run: () => void, { gapMs, monotonicMs, after }: Timing): Throttle {
  let ranAtMs = -Infinity;
  let waiting: (() => void) | null = null;

  function runNow(): void {
    waiting = null;
    ranAtMs = monotonicMs();
    run();
  }

  return {
    call() {
      if (waiting !== null) return;
      const leftMs = ranAtMs + gapMs - monotonicMs();
      if (leftMs <= 0) runNow();
      else waiting = after(leftMs, runNow);
    },
    cancel() {
      waiting?.();
      waiting = null;
    },
  };
}
