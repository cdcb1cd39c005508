import { takeFrom, type Bucket } from './token-bucket';

const RATE = { perMinute: 60, burst: 3 };
const NOW = 1_700_000_000_000;

function takeMany(amounts: readonly number[], now: number, before?: Bucket) {
  let bucket = before;
  const allowed = amounts.map((amount) => {
    const taken = takeFrom(bucket, RATE, amount, now);
    bucket = taken.bucket;
    return taken.allowed;
  });
  return { allowed, bucket };
}

it('lets a burst through, then one at a time as it fills', () => {
  const { allowed, bucket } = takeMany([1, 1, 1, 1], NOW);
  expect(allowed).toEqual([true, true, true, false]);
  expect(takeFrom(bucket, RATE, 1, NOW + 999)).toMatchObject({ allowed: false, waitMs: 1 });
  expect(takeFrom(bucket, RATE, 1, NOW + 1_000)).toMatchObject({ allowed: true, remaining: 0 });
});

it('never holds more than the burst', () => {
  expect(takeMany([1, 1, 1, 1], NOW, { holds: 0, at: 0 }).allowed).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it('lets one through that is larger than the burst, and has it paid for', () => {
  const { allowed, bucket } = takeMany([10, 1], NOW);
  expect(allowed).toEqual([true, false]);
  expect(takeFrom(bucket, RATE, 0, NOW)).toMatchObject({ waitMs: 8_000, remaining: 0 });
  expect(takeFrom(bucket, RATE, 1, NOW + 8_000).allowed).toBe(true);
});

it('only tells, when nothing is taken', () => {
  expect(takeFrom(undefined, RATE, 0, NOW)).toMatchObject({ remaining: 3, waitMs: 0 });
});

it('takes a clock that is set back for one that stands still', () => {
  expect(takeFrom({ holds: 0, at: NOW }, RATE, 1, NOW - 60_000).allowed).toBe(false);
});
