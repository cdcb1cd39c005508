import { closedUntil, roomOf, type FlowWindow } from './flow-window';

const START = 1_000_000;

const window = (overrides: Partial<FlowWindow> = {}): FlowWindow => ({
  parallelism: null,
  rate: null,
  periodMs: 1_000,
  rateCount: 0,
  periodStart: START,
  ...overrides,
});

describe('the room of a flow-control key', () => {
  it('is endless without limits', () => {
    expect(roomOf(window(), 1_000, START).messages).toBe(Infinity);
  });

  it('is what parallelism leaves beside the unanswered, never less than none', () => {
    expect(roomOf(window({ parallelism: 3 }), 1, START).messages).toBe(2);
    expect(roomOf(window({ parallelism: 3 }), 5, START).messages).toBe(0);
  });

  it('is what the rate leaves of this period, and whole again in the next', () => {
    const used = window({ rate: 10, rateCount: 8 });
    expect(roomOf(used, 0, START + 999)).toEqual({
      messages: 2,
      periodStart: START,
      rateCount: 8,
    });
    expect(roomOf(used, 0, START + 1_000)).toEqual({
      messages: 10,
      periodStart: START + 1_000,
      rateCount: 0,
    });
  });

  it('is the smaller of both', () => {
    expect(roomOf(window({ parallelism: 2, rate: 10 }), 0, START).messages).toBe(2);
    expect(roomOf(window({ parallelism: 9, rate: 10, rateCount: 7 }), 0, START).messages).toBe(3);
  });

  it('keeps periods on the grid of the first, however late one looks', () => {
    expect(roomOf(window({ rate: 1 }), 0, START + 5_300).periodStart).toBe(START + 5_000);
  });

  it('begins the first period with the first message', () => {
    expect(roomOf(window({ periodStart: 0, rate: 1 }), 0, START).periodStart).toBe(START);
  });

  it('stays in the period for a node whose clock is a little behind', () => {
    const used = window({ rate: 1, rateCount: 1 });
    expect(roomOf(used, 0, START - 30).messages).toBe(0);
  });

  it('begins anew when the clock was set far back', () => {
    const used = window({ rate: 1, rateCount: 1 });
    expect(roomOf(used, 0, START - 3_600_000)).toMatchObject({
      messages: 1,
      periodStart: START - 3_600_000,
    });
  });
});

describe('a flow-control key is closed', () => {
  it('until its window ends, when the rate is used up', () => {
    const used = window({ rate: 2, rateCount: 2 });
    expect(closedUntil(used, START + 400)).toBe(START + 1_000);
    expect(closedUntil(used, START + 1_000)).toBeNull();
  });

  it('not by what has room, and not by what only parallelism limits', () => {
    expect(closedUntil(window({ rate: 2, rateCount: 1 }), START)).toBeNull();
    expect(closedUntil(window({ parallelism: 1 }), START)).toBeNull();
  });
});
