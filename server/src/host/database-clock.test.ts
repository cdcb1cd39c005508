import { createDatabaseClock } from './database-clock';

const DATABASE = 1_800_000_000_000;

function world({ skewMs = 0, roundTripMs = 0 } = {}) {
  const at = { monotonic: 500, skewMs, roundTripMs, driftMs: 0 };
  const warnings: string[] = [];
  const elapsed = (): number => at.monotonic - 500;
  const clock = createDatabaseClock({
    async read() {
      at.monotonic += at.roundTripMs / 2;
      const now = DATABASE + elapsed() + at.driftMs;
      at.monotonic += at.roundTripMs / 2;
      return now;
    },
    localNow: () => DATABASE + elapsed() + at.skewMs,
    monotonicMs: () => at.monotonic,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (text) => void warnings.push(text),
      error: () => undefined,
    },
  });
  return { clock, at, warnings, elapsed };
}

describe("the database's clock", () => {
  it.each([300_000, -300_000, 0])('is the one, on a machine that is %d ms off', async (skewMs) => {
    const { clock, elapsed } = world({ skewMs, roundTripMs: 40 });
    await clock.synchronize();
    expect(clock.now()).toBe(DATABASE + elapsed());
  });

  it('goes on when the machine is set, in either direction', async () => {
    const { clock, at } = world();
    await clock.synchronize();
    for (const skewMs of [3_600_000, -3_600_000]) {
      at.skewMs = skewMs;
      at.monotonic += 10;
      expect(clock.now()).toBe(DATABASE + at.monotonic - 500);
    }
  });

  it('is read again after half a minute, not before', async () => {
    const { clock, at, elapsed } = world();
    await clock.synchronize();
    at.driftMs = 7;
    at.monotonic += 29_999;
    await clock.synchronizeIfOld();
    expect(clock.now()).toBe(DATABASE + elapsed());
    at.monotonic += 1;
    await clock.synchronizeIfOld();
    expect(clock.now()).toBe(DATABASE + elapsed() + 7);
  });

  it('does not believe a reading that took long, unless it has no other', async () => {
    const { clock, at, elapsed } = world({ skewMs: 60_000, roundTripMs: 5_000 });
    await clock.synchronize();
    expect(clock.now()).toBe(DATABASE + elapsed());
    at.driftMs = 900;
    await clock.synchronize();
    expect(clock.now()).toBe(DATABASE + elapsed());
  });

  it("says once that the machine's clock is off", async () => {
    const { clock, warnings } = world({ skewMs: -300_000 });
    await clock.synchronize();
    await clock.synchronize();
    expect(warnings).toEqual([expect.stringContaining('300000 ms behind')]);
  });
});
