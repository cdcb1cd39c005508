import { parseDuration, parseGoDuration } from './duration';

describe('parseDuration', () => {
  it.each([
    ['50s', 50_000],
    ['3m', 180_000],
    ['1h30m3s', 5_403_000],
    ['1d10h30m', 124_200_000],
    ['1d1h30m', 91_800_000],
    ['0s', 0],
    ['30', 30_000],
    ['1.5s', 1_500],
    ['0.0004s', 0],
    [' 10s ', 10_000],
  ])('%s is %i ms', (text, durationMs) => expect(parseDuration(text)).toBe(durationMs));

  it.each(['', '-5s', '5x', '5ms', 's', '1 h', '1h ago', '1,5s', '1e3', 'NaN', '9'.repeat(63)])(
    'refuses "%s"',
    (text) =>
      expect(() => parseDuration(text, 'timeout')).toThrow(
        expect.objectContaining({ code: 'INVALID_DURATION', field: 'timeout' }) as Error
      )
  );
});

describe('parseGoDuration', () => {
  // https://pkg.go.dev/time#ParseDuration
  it.each([
    ['6m5s', 365_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['300us', 0.3],
    ['2µs', 0.002],
    ['2μs', 0.002],
    ['1s500ms', 1_500],
    ['.5s', 500],
  ])('%s is %d ms', (text, durationMs) => expect(parseGoDuration(text)).toBeCloseTo(durationMs, 9));

  it.each(['', '5', '-1s', '1d', '1s!', 'soon', '1 s'])('"%s" is none', (text) =>
    expect(parseGoDuration(text)).toBeUndefined()
  );
});
