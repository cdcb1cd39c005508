import {
  createWorld,
  message,
  quiet,
  gate,
  turnsUntil,
} from '../../../../test/support/dispatcher-world';
import { createTurns, STAYS_BUSY_MS } from './turns';

const LONG_MS = 201;

function createSubject() {
  const signals = { isServing: false, nowMs: 0, turnMs: 0 };
  const pauses: number[] = [];
  const turns = createTurns({
    isServing: () => signals.isServing,
    monotonicMs: () => signals.nowMs,
    nextTurn: async () => void (signals.nowMs += signals.turnMs),
    pause: async (ms) => void pauses.push(ms),
  });
  return { turns, signals, pauses, sizes: () => [turns.begins(), turns.group()] };
}

it('takes less while Strapi has requests to answer, rests in between, and takes all afterwards', async () => {
  const { turns, signals, pauses, sizes } = createSubject();
  const usual = sizes();
  signals.isServing = true;
  expect(sizes()).toEqual([8, 32]);
  await turns.rest();
  expect(pauses).toEqual([5]);
  signals.isServing = false;
  expect(sizes()).toEqual(usual);
  await turns.rest();
  expect(pauses).toHaveLength(1);
});

it('rests longer after a longer step of a job, while Strapi has requests to answer', async () => {
  const { turns, signals, pauses } = createSubject();
  const step = (ms: number) => turns.step(async () => (signals.nowMs += ms));
  await step(20);
  expect(pauses).toEqual([]);
  signals.isServing = true;
  await step(1);
  await step(20);
  await step(1_000);
  await turns.step(() => Promise.resolve(null));
  expect(pauses).toEqual([5, 60, 200]);
});

it('takes less for a moment after a turn in which others kept the event loop', async () => {
  const { turns, signals, sizes } = createSubject();
  const usual = sizes();
  await turns.next();
  expect(sizes()).toEqual(usual);
  signals.turnMs = LONG_MS;
  await turns.next();
  expect(sizes()).toEqual([8, 32]);
  signals.nowMs += STAYS_BUSY_MS;
  expect(sizes()).toEqual(usual);
});

describe('the loop', () => {
  it('begins, claims and settles no more at a time than that, and goes on after a rest', async () => {
    const { dispatcher, due, how, sent, claims, settled } = createWorld();
    const rests = [gate(), gate()];
    let rested = 0;
    [how.begins, how.group] = [2, 5];
    how.rest = () => rests[(rested += 1) - 1]?.promise ?? Promise.resolve();
    due.push(...Array.from({ length: 20 }, (_, index) => message({ id: index + 1 })));
    dispatcher.wake();
    await turnsUntil(() => rested === 2); // one of the loop, one of the settlements
    await quiet();
    expect(sent).toHaveLength(2);
    for (const rest of rests) rest.open();
    await dispatcher.idle();
    expect(Math.max(...claims.map(({ limit }) => limit))).toBe(5);
    expect(Math.max(...settled.map((group) => group.length))).toBeLessThanOrEqual(5);
    expect(settled.flat()).toHaveLength(20);
  });
});
