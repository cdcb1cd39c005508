import { rateShare, roomIn } from './send-rate';

const PER_SECOND = { per: 'second' } as const;
const NOW = 1_000_000;

describe('the rate of an endpoint', () => {
  it('allows its count in any span of its period', () => {
    expect(roomIn([], PER_SECOND, 3, NOW)).toEqual({ room: 3, nextAt: NOW });
    expect(roomIn([NOW - 999, NOW - 5], PER_SECOND, 3, NOW).room).toBe(1);
    expect(roomIn([NOW - 1_000, NOW - 999], PER_SECOND, 3, NOW).room).toBe(2);
    expect(roomIn([NOW - 59_999], { per: 'minute' }, 1, NOW).room).toBe(0);
  });

  it('says when there is room again', () => {
    const times = [NOW - 900, NOW - 100];
    expect(roomIn(times, PER_SECOND, 2, NOW)).toEqual({ room: 0, nextAt: NOW + 100 });
    expect(roomIn([NOW - 500, NOW - 400, NOW - 100], PER_SECOND, 2, NOW).nextAt).toBe(NOW + 600);
  });

  it('forgets the instants that no longer count', () => {
    const times = [NOW - 2_000, NOW - 1_500, NOW - 10];
    roomIn(times, PER_SECOND, 2, NOW);
    expect(times).toEqual([NOW - 10]);
  });

  it('is divided among nodes without being exceeded', () => {
    const shares = (count: number, nodes: number) =>
      Array.from({ length: nodes }, (_, index) =>
        rateShare({ count, per: 'second' }, { index, count: nodes })
      );
    expect(shares(10, 3)).toEqual([4, 3, 3]);
    expect(shares(1, 3)).toEqual([1, 0, 0]);
    expect(roomIn([], PER_SECOND, 0, NOW)).toEqual({ room: 0, nextAt: null });
  });
});
