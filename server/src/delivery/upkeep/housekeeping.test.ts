import { createHousekeeping } from './housekeeping';

function worldOf(steps: Parameters<typeof createHousekeeping>[0]) {
  const said: string[] = [];
  const say =
    (level: string) =>
    (text: string): void => {
      said.push(`${level}: ${text}`);
    };
  const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  return { said, housekeeping: createHousekeeping(steps, log) };
}

it('takes the steps after one that fails', async () => {
  const taken: string[] = [];
  const { housekeeping } = worldOf({
    clock: () => Promise.reject(new Error('no database')),
    schedules: () => {
      taken.push('schedules');
    },
  });

  await housekeeping.run();

  expect(taken).toEqual(['schedules']);
});

it('says that a step fails once, and once that it works again', async () => {
  let isBroken = true;
  const { housekeeping, said } = worldOf({
    directory: () => {
      if (isBroken) throw new Error('no database');
    },
  });

  await housekeeping.run();
  await housekeeping.run();
  isBroken = false;
  await housekeeping.run();
  await housekeeping.run();

  expect(said).toEqual([
    'error: each second: directory failed, and is tried again',
    'info: each second: directory works again',
  ]);
});

it('keeps nobody waiting for a step that hangs', async () => {
  let taken = 0;
  const { housekeeping } = worldOf({
    schedules: () => {
      taken += 1;
      return new Promise(() => undefined);
    },
  });

  void housekeeping.run();
  await housekeeping.run();

  expect(taken).toBe(1);
});
