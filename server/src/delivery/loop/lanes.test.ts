import { createLanes } from './lanes';
import type { LaneBudget } from './ports';

const limits = (usual: number, lanes: Record<string, number> = {}): LaneBudget => ({
  default: usual,
  lanes: new Map(Object.entries(lanes)),
});

const room = ({ hasRoom, hasEnoughRoom }: ReturnType<typeof createLanes>) => [
  hasRoom(),
  hasEnoughRoom(),
];

it('grants the limits less what is in flight, and never less than nothing', () => {
  const lanes = createLanes();
  lanes.budget(limits(5));
  for (const lane of ['a', 'a', 'b', 'c', 'c']) lanes.enter(lane);
  lanes.end('b');
  const granted = lanes.budget(limits(5, { c: 1, d: 9 }));
  expect(granted.default).toBe(5);
  expect(Object.fromEntries(granted.lanes)).toEqual({ a: 3, c: 0, d: 9 });
});

it('grants what a rate leaves, whatever is in flight, less what was claimed and not begun', () => {
  const lanes = createLanes();
  const rated = (rate: number): LaneBudget => ({ ...limits(8), rates: new Map([['a', rate]]) });
  expect(lanes.budget(rated(3)).lanes.get('a')).toBe(3);
  for (let i = 0; i < 3; i += 1) lanes.enter('a');
  lanes.begin('a');
  lanes.begin('a');
  expect(lanes.budget(rated(4)).lanes.get('a')).toBe(3);
  expect(lanes.budget(rated(0)).lanes.get('a')).toBe(0);
  expect(lanes.budget(rated(100)).lanes.get('a')).toBe(5);
});

it('has room when a lane that was full has freed some, and enough when half of it', () => {
  const lanes = createLanes();
  lanes.budget(limits(8));
  for (let i = 0; i < 8; i += 1) lanes.enter('a');
  expect(room(lanes)).toEqual([false, false]);
  for (let i = 0; i < 3; i += 1) lanes.end('a');
  expect(room(lanes)).toEqual([true, false]);
  lanes.end('a');
  expect(room(lanes)).toEqual([true, true]);
  lanes.budget(limits(8));
  expect(room(lanes)).toEqual([false, false]);
});

it('is not interested in lanes that were never full', () => {
  const lanes = createLanes();
  lanes.budget(limits(8));
  lanes.enter('a');
  lanes.end('a');
  expect(room(lanes)).toEqual([false, false]);
});

it('remembers a lane that was full before the claim and got nothing of it', () => {
  const lanes = createLanes();
  lanes.budget(limits(1));
  lanes.enter('a');
  lanes.budget(limits(1));
  lanes.end('a');
  expect(room(lanes)).toEqual([true, true]);
});

it('sees that a lane whose grant was used up has room, because others of it ended during the claim', () => {
  const lanes = createLanes();
  lanes.budget(limits(2));
  lanes.enter('a');
  lanes.budget(limits(2)); // grants one more
  lanes.end('a'); // while the claim is under way
  lanes.enter('a'); // what the claim brought: all it might
  expect(room(lanes)).toEqual([true, true]);
});

it('grants nothing of a lane that is held, until all are let go', () => {
  const lanes = createLanes();
  lanes.hold('a');
  expect(lanes.budget(limits(5)).lanes.get('a')).toBe(0);
  lanes.unholdAll();
  expect(lanes.budget(limits(5)).lanes.get('a')).toBeUndefined();
});
