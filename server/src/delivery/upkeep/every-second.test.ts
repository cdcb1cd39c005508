import { setImmediate as nextTurn } from 'node:timers/promises';

import { createClock } from '../../../../test/support/clock';
import { AT_ONCE, NEVER } from './agenda';
import { createEverySecond } from './every-second';

const DUE_AT = 7_000;

type Parts = Parameters<typeof createEverySecond>[0];

/** Only what a second asks of the parts; `schedules` is what takes its time. */
function worldOf(runSchedules: () => Promise<unknown>) {
  const clock = createClock();
  const calls: string[] = [];
  const did = (what: string) => async (): Promise<void> => {
    calls.push(what);
  };
  const version = { value: '1' };
  const directory = { refreshed: Promise.resolve() };
  const presence = { isAlone: true };
  const nextSchedule = { at: AT_ONCE };
  const parts = {
    databaseClock: { synchronizeIfOld: did('clock') },
    environment: { lookIfOld: did('environment'), mayDeliver: () => true },
    directory: {
      async refreshIfChanged() {
        calls.push('directory');
        await directory.refreshed;
      },
      version: () => version.value,
    },
    keys: { load: did('keys') },
    nextSchedule: () => Promise.resolve(nextSchedule.at),
    runDue: (what: string) => (what === 'schedules' ? runSchedules() : Promise.resolve(NEVER)),
    probes: null,
    maintenance: { tick: did('maintenance') },
    retentionSize: { tick: did('retention by size') },
    schemaGuard: { lookIfChanged: did('sent fields') },
    tripwire: { judge: () => undefined },
    watch: {
      tally: { tick: did('statistics') },
      withheld: { tick: did('withheld events') },
      presence: { tick: did('presence'), isAlone: () => presence.isAlone },
    },
    inFlight: () => 0,
    nextDue: () => Promise.resolve(DUE_AT),
    now: clock.now,
  } as unknown as Parts;
  const say = (): void => undefined;
  const log = { debug: say, info: say, warn: say, error: say };
  const everySecond = createEverySecond(parts, log);
  return { calls, clock, version, directory, presence, nextSchedule, everySecond };
}

it('looks what other nodes have changed before it does what has come due', async () => {
  const { calls, everySecond } = worldOf(() => Promise.resolve());
  await everySecond.run();
  expect(calls.slice(0, 4)).toEqual(['clock', 'environment', 'directory', 'keys']);
  const work = [
    'maintenance',
    'retention by size',
    'sent fields',
    'statistics',
    'withheld events',
    'presence',
  ];
  expect(calls.slice(4)).toEqual(work);
});

it("sees other nodes' changes in each second, however long its own work takes", async () => {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const { calls, everySecond } = worldOf(() => {
    begin();
    return new Promise(() => undefined);
  });
  void everySecond.run();
  await begun;
  await everySecond.run();
  await everySecond.run();
  expect(calls.filter((call) => call === 'directory')).toHaveLength(3);
});

it('reads the keys again only when the version has changed', async () => {
  const { calls, version, everySecond } = worldOf(() => Promise.resolve());
  await everySecond.run();
  await everySecond.run();
  version.value = '2';
  await everySecond.run();
  expect(calls.filter((call) => call === 'keys')).toHaveLength(2);
});

describe('when there is work again', () => {
  const noSchedules = () => Promise.resolve();

  it('is when the next message is due, on a node that is alone', async () => {
    const { everySecond, nextSchedule } = worldOf(noSchedules);
    nextSchedule.at = NEVER;
    expect(await everySecond.run()).toBe(DUE_AT);
  });

  it('is when the next schedule runs, if that is earlier; until then none is run', async () => {
    let runs = 0;
    const { everySecond, nextSchedule, clock } = worldOf(() => Promise.resolve((runs += 1)));
    nextSchedule.at = DUE_AT - 1;
    clock.set(DUE_AT - 2);
    expect(await everySecond.run()).toBe(DUE_AT - 1);
    expect(runs).toBe(0);
    clock.set(DUE_AT - 1);
    expect(await everySecond.run()).toBe(AT_ONCE);
    expect(runs).toBe(1);
  });

  it('is at once on a node with neighbors, which does not look when the next message is due', async () => {
    const { everySecond, nextSchedule, presence } = worldOf(noSchedules);
    nextSchedule.at = NEVER;
    presence.isAlone = false;
    expect(await everySecond.run()).toBe(AT_ONCE);
  });
});

describe('catching up', () => {
  it('reads what other nodes changed after a quiet time, once', async () => {
    const { calls, clock, everySecond } = worldOf(() => Promise.resolve());
    await everySecond.run();
    expect(everySecond.catchUp()).toBeUndefined();

    clock.advance(60_000);
    calls.length = 0;
    await Promise.all([everySecond.catchUp(), everySecond.catchUp()]);
    expect(calls).toEqual(['clock', 'environment', 'directory']);
    expect(everySecond.catchUp()).toBeUndefined();
  });

  it('is waited for by a second that begins meanwhile, unless it hangs', async () => {
    const { calls, clock, directory, everySecond } = worldOf(() => Promise.resolve());
    let read: () => void = () => undefined;
    directory.refreshed = new Promise((resolve) => (read = resolve));
    void everySecond.catchUp();
    const second = everySecond.run();
    await nextTurn();
    expect(calls).not.toContain('presence');
    read();
    await second;
    expect(calls).toContain('presence');

    clock.advance(60_000);
    directory.refreshed = new Promise(() => undefined);
    void everySecond.catchUp();
    clock.advance(5_000);
    expect(everySecond.catchUp()).toBeUndefined();
    await everySecond.run();
  });
});
