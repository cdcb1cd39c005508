import { createClock } from '../../../../test/support/clock';
import { createAlarm } from './alarm';

function worldOf() {
  const clock = createClock();
  const timers: { at: number; callback: () => void }[] = [];
  const rings: number[] = [];
  const setAlarm = createAlarm({
    now: clock.now,
    later: (callback, ms) => timers.push({ at: clock.now() + ms, callback }),
    ring: () => rings.push(clock.now()),
  });
  function advance(ms: number): void {
    clock.advance(ms);
    const due = timers.filter(({ at }) => at <= clock.now());
    for (const timer of due) {
      timers.splice(timers.indexOf(timer), 1);
      timer.callback();
    }
  }
  return { clock, timers, rings, setAlarm, advance };
}

it('rings soon after the instant, and not before', () => {
  const { clock, rings, setAlarm, advance } = worldOf();
  setAlarm(clock.now() + 1_020);
  advance(1_020);
  expect(rings).toHaveLength(0);
  advance(50);
  expect(rings).toHaveLength(1);
});

it('rings for each of several instants, in whatever order they are set', () => {
  const { clock, rings, setAlarm, advance } = worldOf();
  setAlarm(clock.now() + 2_000);
  setAlarm(clock.now() + 1_000);
  for (let step = 0; step < 60; step += 1) advance(50);
  expect(rings).toHaveLength(2);
});

it('has one timer for instants that are close to each other', () => {
  const { clock, timers, setAlarm } = worldOf();
  for (let ms = 0; ms < 1_000; ms += 1) setAlarm(clock.now() + ms);
  expect(timers.length).toBeLessThanOrEqual(21);
});

it('may be set again for an instant that has rung', () => {
  const { clock, rings, setAlarm, advance } = worldOf();
  setAlarm(clock.now());
  advance(50);
  setAlarm(clock.now() - 50);
  advance(50);
  expect(rings).toHaveLength(2);
});

it('leaves instants that are far to the work of every second', () => {
  const { clock, timers, setAlarm } = worldOf();
  setAlarm(clock.now() + 60_000);
  expect(timers).toHaveLength(0);
});
