import { withTriggers, type Ask } from './triggers';

const attempt = (number: number, startedAt: number) => ({ number, startedAt });
const ask = (at: number, label = 'Ana'): Ask => ({
  at,
  kind: 'replay',
  actor: { kind: 'admin', label },
});
const askedFor = (asks: Ask[]) =>
  withTriggers([attempt(1, 10), attempt(2, 20), attempt(3, 30)], asks).map(
    ({ trigger }) => trigger?.actor.label ?? null
  );

it('takes attempts for automatic that nobody asked for', () => {
  expect(askedFor([])).toEqual([null, null, null]);
});

it('gives a request to the first attempt after it', () => {
  expect(askedFor([ask(15)])).toEqual([null, 'Ana', null]);
  expect(askedFor([ask(20), ask(21, 'Ben')])).toEqual([null, 'Ana', 'Ben']);
});

it('names the last of those who asked for the same attempt', () => {
  expect(askedFor([ask(11), ask(12, 'Ben')])).toEqual([null, 'Ben', null]);
});

it('knows no attempt of a request that was not carried out yet', () => {
  expect(askedFor([ask(31)])).toEqual([null, null, null]);
});
