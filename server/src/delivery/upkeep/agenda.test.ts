import { createClock } from '../../../../test/support/clock';
import { AT_ONCE, createAgenda, NEVER, stirring } from './agenda';

const IDLE_POLL_MS = 60_000;

function worldOf() {
  const clock = createClock();
  return { clock, agenda: createAgenda({ now: clock.now, idlePollMs: IDLE_POLL_MS }) };
}

const until = (instant: number) => () => Promise.resolve(instant);

it('asks at once after the start', () => {
  expect(worldOf().agenda.isDue()).toBe(true);
});

it('asks again at the instant that is known, and not before', async () => {
  const { agenda, clock } = worldOf();
  await agenda.run(until(clock.now() + 12_000));
  clock.advance(11_999);
  expect(agenda.isDue()).toBe(false);
  clock.advance(1);
  expect(agenda.isDue()).toBe(true);
});

it('asks after the interval when no instant is known, or only a later one', async () => {
  const { agenda, clock } = worldOf();
  for (const instant of [NEVER, clock.now() + 10 * IDLE_POLL_MS]) {
    await agenda.run(until(instant));
    clock.advance(IDLE_POLL_MS - 1);
    expect(agenda.isDue()).toBe(false);
    clock.advance(1);
    expect(agenda.isDue()).toBe(true);
  }
});

it('asks every second while a step wants to be asked', async () => {
  const { agenda } = worldOf();
  await agenda.run(until(AT_ONCE));
  expect(agenda.isDue()).toBe(true);
});

it('asks after a change, also after one that was made while it asked', async () => {
  const { agenda } = worldOf();
  await agenda.run(until(NEVER));
  agenda.stir();
  expect(agenda.isDue()).toBe(true);

  await agenda.run(() => {
    agenda.stir();
    return Promise.resolve(NEVER);
  });
  expect(agenda.isDue()).toBe(true);
});

it('is quiet some seconds after the last change', () => {
  const { agenda, clock } = worldOf();
  expect(agenda.isQuiet()).toBe(true);
  agenda.stir();
  expect(agenda.isQuiet()).toBe(false);
  clock.advance(5_000);
  expect(agenda.isQuiet()).toBe(true);
});

it('does not trust a run that took so long that another one began', async () => {
  const { agenda } = worldOf();
  let finish: (instant: number) => void = () => undefined;
  const long = agenda.run(() => new Promise((resolve) => (finish = resolve)));
  await agenda.run(until(AT_ONCE));
  finish(NEVER);
  await long;
  expect(agenda.isDue()).toBe(true);
});

describe('a claim', () => {
  const request = {} as Parameters<Parameters<typeof stirring>[0]>[0];
  const message = {} as Awaited<ReturnType<Parameters<typeof stirring>[0]>>[number];

  it.each([
    ['that finds messages', () => Promise.resolve([message]), 1],
    ['that finds nothing', () => Promise.resolve([]), 0],
    ['that fails', () => Promise.reject(new Error('no database')), 1],
  ])('%s', async (_, claim, expected) => {
    let stirs = 0;
    await stirring(claim, () => (stirs += 1))(request).catch(() => undefined);
    expect(stirs).toBe(expected);
  });
});
