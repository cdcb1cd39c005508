import { createEverySecond } from './every-second';

type Parts = Parameters<typeof createEverySecond>[0];

/** Only what a second asks of the parts; `schedules` is what takes its time. */
function worldOf(runSchedules: () => Promise<unknown>) {
  const calls: string[] = [];
  const did = (what: string) => async (): Promise<void> => {
    calls.push(what);
  };
  const version = { value: '1' };
  const parts = {
    databaseClock: { synchronizeIfOld: did('clock') },
    environment: { lookIfOld: did('environment'), mayDeliver: () => true },
    directory: { refreshIfChanged: did('directory'), version: () => version.value },
    keys: { load: did('keys') },
    runSchedules,
    probes: null,
    maintenance: { tick: did('maintenance') },
    retentionSize: { tick: did('retention by size') },
    watch: { tally: { tick: did('statistics') }, presence: { tick: did('presence') } },
    inFlight: () => 0,
  } as unknown as Parts;
  const say = (): void => undefined;
  const log = { debug: say, info: say, warn: say, error: say };
  return { calls, version, everySecond: createEverySecond(parts, log) };
}

it('looks what other nodes have changed before it does what has come due', async () => {
  const { calls, everySecond } = worldOf(() => Promise.resolve());
  await everySecond();
  expect(calls.slice(0, 4)).toEqual(['clock', 'environment', 'directory', 'keys']);
  expect(calls.slice(4)).toEqual(['maintenance', 'retention by size', 'statistics', 'presence']);
});

it("sees other nodes' changes in each second, however long its own work takes", async () => {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const { calls, everySecond } = worldOf(() => {
    begin();
    return new Promise(() => undefined);
  });
  void everySecond();
  await begun;
  await everySecond();
  await everySecond();
  expect(calls.filter((call) => call === 'directory')).toHaveLength(3);
});

it('reads the keys again only when the version has changed', async () => {
  const { calls, version, everySecond } = worldOf(() => Promise.resolve());
  await everySecond();
  await everySecond();
  version.value = '2';
  await everySecond();
  expect(calls.filter((call) => call === 'keys')).toHaveLength(2);
});
