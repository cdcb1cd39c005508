import { turnsOf, type InLine } from './queue-turn';

const NOW = 1_000_000;

const waiting = (id: number, overrides: Partial<InLine> = {}): InLine => ({
  id,
  place: id,
  readyAt: NOW,
  started: false,
  ...overrides,
});
const sending = (id: number): InLine => waiting(id, { started: true, readyAt: NOW + 60_000 });
const retrying = (id: number): InLine => waiting(id, { started: true, readyAt: NOW + 5_000 });
const callbackOf = (place: number, id: number): InLine => waiting(id, { place, started: true });

describe('whose turn it is', () => {
  it('is the first one', () => {
    expect(turnsOf([waiting(3), waiting(1), waiting(2)], 1, NOW)).toEqual([1]);
  });

  it('is nobody else while the first is being sent, or waits for its retry', () => {
    expect(turnsOf([sending(1), waiting(2)], 1, NOW)).toEqual([]);
    expect(turnsOf([retrying(1), waiting(2)], 1, NOW)).toEqual([]);
    expect(turnsOf([retrying(1), waiting(2)], 1, NOW + 5_000)).toEqual([1]);
  });

  it('is nobody else while the first is not due at all', () => {
    expect(turnsOf([waiting(1, { readyAt: NOW + 1 }), waiting(2)], 1, NOW)).toEqual([]);
  });

  it("is the callback's before the next message's, and beside the retry of its own", () => {
    expect(turnsOf([callbackOf(1, 9), waiting(2)], 1, NOW)).toEqual([9]);
    expect(turnsOf([retrying(1), callbackOf(1, 9), waiting(2)], 1, NOW)).toEqual([9]);
  });

  it('is that of as many places as the parallelism allows', () => {
    const line = [sending(1), waiting(2), waiting(3), waiting(4)];
    expect(turnsOf(line, 3, NOW)).toEqual([2, 3]);
    expect(turnsOf(line, 1, NOW)).toEqual([]);
  });

  it('stays with what has begun when an earlier place shows up late', () => {
    expect(turnsOf([waiting(4), retrying(5)], 1, NOW)).toEqual([]);
    expect(turnsOf([waiting(4), retrying(5)], 2, NOW)).toEqual([4]);
  });

  it('comes again when a lease has lapsed', () => {
    expect(turnsOf([sending(1), waiting(2)], 1, NOW + 60_000)).toEqual([1]);
  });

  it('is nobody’s in an empty line', () => {
    expect(turnsOf([], 3, NOW)).toEqual([]);
  });
});
