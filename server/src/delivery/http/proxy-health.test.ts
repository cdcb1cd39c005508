import { createProxyHealth, DOUBT_MS } from './proxy-health';

let now = 0;
const health = () => {
  now = 1_000;
  return createProxyHealth(() => now);
};
const BAD_GATEWAY = 'the proxy answered 502';

it('does not blame a target while nobody gets through', () => {
  const { blames, problem } = health();
  expect(blames('a:443', BAD_GATEWAY)).toBe(false);
  now += 1_000;
  expect(blames('b:443', BAD_GATEWAY)).toBe(false);
  expect(problem()).toBe(BAD_GATEWAY);
});

it('blames it once another target was reached since it was not', () => {
  const { blames, through, problem } = health();
  blames('a:443', BAD_GATEWAY);
  now += 1;
  through('b:443');
  expect(problem()).toBeNull();
  expect(blames('a:443', BAD_GATEWAY)).toBe(true);
  expect(problem()).toBeNull();
});

it('says nothing of a target by what got through before it failed', () => {
  const { blames, through } = health();
  through('a:443');
  through('b:443');
  expect(blames('a:443', BAD_GATEWAY)).toBe(false);
});

it('waits no longer than the doubt lasts, so that a dead receiver becomes a dead letter', () => {
  const { blames } = health();
  blames('a:443', BAD_GATEWAY);
  now += DOUBT_MS - 1;
  expect(blames('a:443', BAD_GATEWAY)).toBe(false);
  now += 1;
  expect(blames('a:443', BAD_GATEWAY)).toBe(true);
});

it('begins anew when a target was reached', () => {
  const { blames, through } = health();
  blames('a:443', BAD_GATEWAY);
  now += DOUBT_MS;
  through('a:443');
  now += 1;
  expect(blames('a:443', BAD_GATEWAY)).toBe(false);
});

it('keeps what it remembers bounded', () => {
  const { blames } = health();
  blames('first:443', BAD_GATEWAY);
  for (let n = 0; n < 1_000; n += 1) blames(`${n}:443`, BAD_GATEWAY);
  now += DOUBT_MS;
  expect(blames('first:443', BAD_GATEWAY)).toBe(false);
  expect(blames('999:443', BAD_GATEWAY)).toBe(true);
});
