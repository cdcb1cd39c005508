import { ALONE, shareOf } from './share';

const shares = (limit: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => shareOf(limit, { index, count }));

it('is the whole limit for a node that is alone', () => {
  expect(shareOf(7, ALONE)).toBe(7);
});

it.each([
  [3, 2, [2, 1]],
  [10, 4, [3, 3, 2, 2]],
  [8, 4, [2, 2, 2, 2]],
])('of %i among %i nodes adds up to it', (limit, count, expected) => {
  expect(shares(limit, count)).toEqual(expected);
});

it('is one for each where there are more nodes than the limit has room for', () => {
  expect(shares(2, 5)).toEqual([1, 1, 1, 1, 1]);
});
