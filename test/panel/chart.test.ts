/** Where the bars of the attempts chart stand. */
import { niceMax, segmentsOf, successPercent, totalOf } from '../../admin/src/pages/overview/chart';

const step = (delivered: number, failed = 0, dead = 0) => ({ at: 0, delivered, failed, dead });

it.each([
  [0, 4],
  [4, 4],
  [5, 5],
  [11, 20],
  [51, 100],
  [100, 100],
  [101, 200],
  [12_345, 20_000],
])('a scale for %d ends at %d', (highest, max) => {
  expect(niceMax(highest)).toBe(max);
});

it('stacks segments from the bottom, without gaps', () => {
  expect(segmentsOf(step(50, 30, 20), 100, 200)).toEqual([
    { kind: 'delivered', y: 100, height: 100 },
    { kind: 'failed', y: 40, height: 60 },
    { kind: 'dead', y: 0, height: 40 },
  ]);
  expect(segmentsOf(step(0), 4, 200)).toEqual([]);
});

it('shows one dead letter among ten thousand deliveries', () => {
  const [, dead] = segmentsOf(step(10_000, 0, 1), 10_000, 160);
  expect(dead).toMatchObject({ kind: 'dead', height: 3, y: 0 });
});

it('counts success over all attempts, and has no rate without attempts', () => {
  expect(totalOf(step(1, 2, 3))).toBe(6);
  expect(successPercent(step(3, 9, 1))).toBe(75);
  expect(successPercent(step(0, 9))).toBeNull();
  expect(successPercent(step(0))).toBeNull();
});
