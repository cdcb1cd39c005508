import { createThrottle } from './throttle';

const GAP_MS = 100;

/** Time goes on when it is told to; timers are run as it does. */
function createWorld() {
  let nowMs = 5_000;
  let timers: { atMs: number; run: () => void }[] = [];
  let runs = 0;
  const throttle = createThrottle(() => (runs += 1), {
    gapMs: GAP_MS,
    monotonicMs: () => nowMs,
    after(ms, run) {
      const timer = { atMs: nowMs + ms, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  });
  return {
    throttle,
    runs: () => runs,
    pass(ms: number) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { run } of due) run();
    },
  };
}

describe('a throttle', () => {
  it('runs at once, the first time and after a while', () => {
    const { throttle, runs, pass } = createWorld();
    throttle.call();
    expect(runs()).toBe(1);
    pass(GAP_MS);
    throttle.call();
    expect(runs()).toBe(2);
  });

  it('does once, when the while is over, what is asked for meanwhile', () => {
    const { throttle, runs, pass } = createWorld();
    for (let n = 0; n < 5; n += 1) throttle.call();
    pass(GAP_MS - 1);
    throttle.call();
    expect(runs()).toBe(1);
    pass(1);
    expect(runs()).toBe(2);
    throttle.call();
    pass(GAP_MS - 1);
    expect(runs()).toBe(2);
    pass(1);
    expect(runs()).toBe(3);
    pass(10 * GAP_MS);
    expect(runs()).toBe(3);
  });

  it('does nothing of what waits when it is canceled', () => {
    const { throttle, runs, pass } = createWorld();
    throttle.call();
    throttle.call();
    throttle.cancel();
    pass(GAP_MS);
    expect(runs()).toBe(1);
  });
});
