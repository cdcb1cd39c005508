import { foldsAt } from './batch-turn';

const QUIET = { by: 'quiet-time', quietMs: 60_000, maxWaitMs: 600_000, maxEvents: 3 } as const;
const waiting = { count: 2, oldestAt: 1_000, newestAt: 5_000, isForced: false };

it('waits until it has been quiet', () => {
  expect(foldsAt(waiting, QUIET)).toBe(65_000);
});

it('does not wait longer than it may', () => {
  expect(foldsAt({ ...waiting, newestAt: 590_000 }, QUIET)).toBe(601_000);
});

it('does not wait with enough events, when somebody asked, or at the end of a transaction', () => {
  expect(foldsAt({ ...waiting, count: 3 }, QUIET)).toBe(1_000);
  expect(foldsAt({ ...waiting, isForced: true }, QUIET)).toBe(1_000);
  expect(foldsAt(waiting, { by: 'transaction', maxEvents: 100 })).toBe(1_000);
});
