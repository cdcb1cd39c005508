import { retryAfterMs, qstashRetryAfterMs } from './retry-after';

/** RFC 9110's example date, minus one minute. */
const NOW = Date.UTC(1994, 10, 6, 8, 48, 37);

const limited = (headers: Record<string, string | string[]>) =>
  retryAfterMs({ status: 429, headers }, NOW);
const retryAfter = (value: string) => limited({ 'retry-after': value });

describe('notations', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['1.5', 1_500],
    [' 30 ', 30_000],
    ['86400', 86_400_000],
    ['6m5s', 365_000],
    ['250ms', 250],
    // RFC 9110 §5.6.7: the three forms of an HTTP date
    ['Sun, 06 Nov 1994 08:49:37 GMT', 60_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 60_000],
    ['Sun Nov  6 08:49:37 1994', 60_000],
  ])('"%s" waits %i ms', (value, waitMs) => expect(retryAfter(value)).toBe(waitMs));

  it.each([
    '',
    'soon',
    '-1',
    '86401',
    '25h',
    '1e3',
    '1994-11-06',
    'Sun, 06 Nov 1994 08:48:36 GMT', // a second ago
    'Mon, 07 Nov 1994 08:48:38 GMT', // a day and a second ahead
    'Sun, 99 Nov 1994 08:49:37 GMT',
    '1725323658', // an epoch, as many rate limiters write it
  ])('ignores "%s"', (value) => expect(retryAfter(value)).toBeUndefined());
});

describe('precedence', () => {
  const all = {
    'X-RateLimit-Reset-Tokens': '4',
    'X-RateLimit-Reset-Requests': '3',
    'X-RateLimit-Reset': '2',
    'Retry-After': '1',
  };

  it('is Retry-After, reset, reset of requests, reset of tokens', () => {
    const headers: Record<string, string> = { ...all };
    const waits = ['Retry-After', 'X-RateLimit-Reset', 'X-RateLimit-Reset-Requests', 'none'].map(
      (name) => {
        const waitMs = limited(headers);
        delete headers[name];
        return waitMs;
      }
    );
    expect(waits).toEqual([1_000, 2_000, 3_000, 4_000]);
  });

  it('passes over what it cannot use', () => {
    const unusable = { 'Retry-After': 'later', 'X-RateLimit-Reset': '1725323658' };
    expect(limited({ ...all, ...unusable })).toBe(3_000);
  });
});

it('takes names in any case, and the first of several values', () => {
  expect(limited({ 'RETRY-AFTER': ['7', '8'] })).toBe(7_000);
  expect(limited({ 'retry-after': [] })).toBeUndefined();
  expect(limited({})).toBeUndefined();
});

describe('the status', () => {
  const headers = { 'retry-after': '7', 'x-ratelimit-reset': '9' };
  const resetOnly = { 'x-ratelimit-reset': '9' };

  it.each([
    [429, 7_000, 9_000],
    [503, 7_000, undefined],
    [500, undefined, undefined],
    [502, undefined, undefined],
    [404, undefined, undefined],
    [302, undefined, undefined],
  ])('%i: Retry-After gives %s ms, a rate-limit header %s ms', (status, both, reset) => {
    expect(retryAfterMs({ status, headers }, NOW)).toBe(both);
    expect(retryAfterMs({ status, headers: resetOnly }, NOW)).toBe(reset);
  });

  it.each([429, 503, 500, 404])('%i: QStash reads every header', (status) => {
    expect(qstashRetryAfterMs({ status, headers }, NOW)).toBe(7_000);
    expect(qstashRetryAfterMs({ status, headers: resetOnly }, NOW)).toBe(9_000);
  });
});
