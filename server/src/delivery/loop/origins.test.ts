import { createClock } from '../../../../test/support/clock';
import { createWorld, gate, message, quiet } from '../../../../test/support/dispatcher-world';
import type { Outcome } from '../../core/message/message';
import { createOrigins } from './origins';

const SLOTS = 100;
const PART = 75;

function createSubject() {
  const clock = createClock();
  const origins = createOrigins({ clock, slots: SLOTS });
  const answer = (name: string, startedAt = clock.now()): boolean =>
    origins.end(name, { startedAt, answered: true });
  const fail = (name: string, startedAt = clock.now()): boolean =>
    origins.end(name, { startedAt, answered: false });

  /** @returns how many may begin. */
  function fill(name: string, most = 1_000): number {
    let count = 0;
    for (; count < most && origins.mayBegin(name); count += 1) origins.begin(name);
    return count;
  }

  function createAnswering(name: string): void {
    origins.begin(name);
    answer(name);
  }

  function fallSilent(): void {
    clock.advance(1_001);
    origins.look();
  }

  return { clock, origins, answer, fail, fill, createAnswering, fallSilent };
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `http://${index}.example`);

it('gives origins that have not answered a tenth of what is left each, and their part together', () => {
  const { fill, origins } = createSubject();
  const given = numbered(100).map((name) => fill(name));
  expect(given.slice(0, 4)).toEqual([7, 7, 6, 5]);
  expect(given.reduce((a, b) => a + b)).toBe(PART);
  expect(given.filter((count) => count > 0).length).toBeGreaterThan(25);
  expect(origins.excess()).toBe(0);
});

it('does not limit an origin that answers, a host in the own code, or what others leave', () => {
  const { origins, createAnswering, fill } = createSubject();
  for (const name of numbered(100)) fill(name);
  expect(origins.mayBegin('http://new.example')).toBe(false);
  expect(origins.mayBegin(null)).toBe(true);
  createAnswering('http://a.example');
  expect(fill('http://a.example', SLOTS)).toBe(SLOTS);
});

it('counts no more than their part of what hangs at origins that have answered', () => {
  const { origins, createAnswering, fill, fallSilent, answer, clock } = createSubject();
  createAnswering('http://a.example');
  fill('http://a.example', SLOTS);
  clock.advance(1_000);
  origins.look();
  expect(origins.excess()).toBe(0);
  fallSilent();
  expect(origins.excess()).toBe(SLOTS - PART);
  expect(origins.mayBegin('http://a.example')).toBe(false);
  answer('http://a.example');
  expect(origins.excess()).toBe(0);
  expect(origins.mayBegin('http://a.example')).toBe(true);
});

it('lets a slow origin have as many as it leaves free', () => {
  const { createAnswering, fill, fallSilent } = createSubject();
  createAnswering('http://slow.example');
  fill('http://slow.example', 1);
  fallSilent();
  expect(1 + fill('http://slow.example')).toBe(Math.ceil(PART / 2));
});

it('takes a failure for silence only when nothing has answered meanwhile', () => {
  const { clock, createAnswering, fill, answer, fail } = createSubject();
  createAnswering('http://a.example');
  const startedAt = clock.now();
  fill('http://a.example', 3);
  clock.advance(10);
  answer('http://a.example', startedAt);
  fail('http://a.example', startedAt);
  expect(fill('http://a.example', SLOTS)).toBe(SLOTS);
  clock.advance(10);
  fail('http://a.example', clock.now());
  expect(fill('http://a.example')).toBe(0);
});

it('narrows what is claimed of a refused lane until its origin answers', () => {
  const { origins, fill, answer } = createSubject();
  const budget = { default: 25, lanes: new Map([['e:1', 2]]) };
  const [name = ''] = numbered(1);
  expect(origins.narrow(budget)).toBe(budget);
  const count = fill(name);
  for (const lane of ['e:1', 'u:0']) origins.refuse(lane, name);
  const full = origins.narrow(budget);
  expect(Object.fromEntries(full.lanes)).toEqual({ 'e:1': 0, 'u:0': 0 });
  expect(count).toBeGreaterThan(0);
  expect(answer(name)).toBe(true);
  expect(origins.narrow(budget).lanes).toEqual(budget.lanes);
  expect(origins.narrow(budget)).toBe(budget);
});

it('claims in vain only so often between two wake-ups, with more lanes than can be named', async () => {
  const { dispatcher, due, how, claims, sent, released } = createWorld({ slots: 10 });
  const answers = gate<Outcome>();
  how.send = () => answers.promise;
  how.origin = () => 'http://silent.example';
  for (let id = 1; id <= 3_000; id += 1) due.push(message({ id, lane: `e:${id}` }));
  dispatcher.wake();
  await quiet();
  expect(sent).toHaveLength(1);
  expect(released.length).toBeLessThanOrEqual(50);
  const before = claims.length;
  await quiet();
  expect(claims).toHaveLength(before);
  answers.open({ kind: 'unreachable', error: 'closed' });
  const stop = new AbortController();
  stop.abort();
  await dispatcher.stop(stop.signal);
});

it('costs no claim when an origin answers and nothing was refused', async () => {
  const claimsOf = async (origin: string | null): Promise<number> => {
    const { dispatcher, due, how, claims } = createWorld();
    how.origin = () => origin;
    due.push(message({ id: 1 }));
    await dispatcher.tick();
    return claims.length;
  };
  expect(await claimsOf('http://a.example')).toBe(await claimsOf(null));
});
