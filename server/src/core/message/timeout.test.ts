import { assertTimeout, longestTimeoutMs } from './timeout';

it('leaves a second of the lease for claim and settlement', () =>
  expect(longestTimeoutMs(60_000)).toBe(59_000));

it.each([null, undefined, 100, 59_000])('accepts %s', (timeoutMs) =>
  expect(() => assertTimeout(timeoutMs, 60_000, 'timeoutMs')).not.toThrow()
);

it.each([59_001, 59_999, 60_000])('refuses %i, naming field and limit', (timeoutMs) =>
  expect(() => assertTimeout(timeoutMs, 60_000, 'timeoutMs')).toThrow(
    expect.objectContaining({
      code: 'INVALID_VALUE',
      field: 'timeoutMs',
      message: expect.stringMatching(/at most 59000.*leaseMs/) as string,
    }) as Error
  )
);
