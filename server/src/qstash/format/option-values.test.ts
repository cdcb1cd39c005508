import fc from 'fast-check';

import {
  MAX_DELAY_MS,
  parseBoolean,
  parseCron,
  parseDeduplicationId,
  parseDelayMs,
  parseFlowControlValue,
  parseHttpUrl,
  parseLabels,
  parseMethod,
  parseName,
  parseNotBefore,
  parseRedact,
  parseRetries,
  parseTimeoutMs,
} from './option-values';
import { QstashError } from './error';

const NOW = Date.UTC(2026, 0, 2);
const H = 'upstash-x';

describe('the values of options', () => {
  it.each([
    ['true', true],
    ['True', true],
    ['false', false],
    ['FALSE', false],
  ])('boolean %s', (text, value) => expect(parseBoolean(text, H)).toBe(value));

  it.each([
    ['0', 0],
    ['5', 5],
    ['100', 100],
  ])('retries %s', (text, value) => expect(parseRetries(text, H)).toBe(value));

  it.each([
    ['50s', 50_000],
    ['1d10h30m', 124_200_000],
    ['7', 7_000],
  ])('delay %s', (text, value) => expect(parseDelayMs(text, H)).toBe(value));

  it('takes a fraction of a second for a timeout', () => {
    expect(parseTimeoutMs('1.5s', H)).toBe(1_500);
  });

  it('reads Not-Before as seconds', () => {
    expect(parseNotBefore(String(NOW / 1_000 + 60), H, NOW)).toBe(NOW + 60_000);
  });

  it.each([
    ['a,b , c,', ['a', 'b', 'c']],
    ['a,a', ['a']],
  ])('labels %s', (text, value) => expect(parseLabels(text)).toEqual(value));

  it.each([
    ['parallelism=3', { parallelism: 3, periodMs: 1_000 }],
    ['rate=10,period=1m', { rate: 10, periodMs: 60_000 }],
    ['period=86400s, parallelism=10, rate=5', { parallelism: 10, rate: 5, periodMs: 86_400_000 }],
  ])('flow control %s', (text, value) => expect(parseFlowControlValue(text, H)).toEqual(value));

  it.each([
    ['body', { body: true, headers: false }],
    ['body,header', { body: true, headers: true }],
    ['headers', { body: false, headers: true }],
    ['header[Authorization],headers[X-Key]', { body: false, headers: ['Authorization', 'X-Key'] }],
    ['header[A],header', { body: false, headers: true }],
    ['header,header[A]', { body: false, headers: true }],
  ])('redaction %s', (text, value) => expect(parseRedact(text, H)).toEqual(value));

  it.each([
    [' */5 * * * * ', { cron: '*/5 * * * *' }],
    ['CRON_TZ=Europe/Istanbul 0 9 * * *', { cron: '0 9 * * *', timezone: 'Europe/Istanbul' }],
  ])('cron %s', (text, value) => expect(parseCron(text)).toEqual(value));

  it('knows methods in any case', () => expect(parseMethod('patch', H)).toBe('PATCH'));

  it('lets a callback lead into our own code', () => {
    expect(parseHttpUrl('strapi:save', 'callback')).toBe('strapi:save');
  });
});

describe('what is refused', () => {
  const refusal = (run: () => unknown): QstashError => {
    try {
      run();
    } catch (error) {
      if (error instanceof QstashError) return error;
      throw error;
    }
    throw new Error('it was accepted');
  };

  it.each<[string, () => unknown, number, RegExp]>([
    ['a boolean', () => parseBoolean('yes', H), 400, /invalid upstash-x: must be true or false/],
    ['negative retries', () => parseRetries('-1', H), 400, /whole number/],
    ['fractional retries', () => parseRetries('1.5', H), 400, /whole number/],
    ['retries', () => parseRetries('101', H), 412, /^quota maxRetries exceeded/],
    ['a delay', () => parseDelayMs('soon', H), 400, /invalid upstash-x: "soon" is not a duration/],
    [
      'a long delay',
      () => parseDelayMs('367d', H),
      412,
      /^quota maxDelay exceeded, current limit: 31622400$/,
    ],
    ['a far date', () => parseNotBefore('99999999999', H, NOW), 412, /maxDelay/],
    ['a date in words', () => parseNotBefore('tomorrow', H, NOW), 400, /Unix timestamp/],
    ['no timeout', () => parseTimeoutMs('0', H), 400, /at least 100 ms/],
    [
      'a deduplication id',
      () => parseDeduplicationId('a:b'),
      400,
      /^DeduplicationId cannot contain ':'$/,
    ],
    ['a queue name', () => parseName('a b', 'queue name'), 400, /^invalid queue name "a b"/],
    ['no queue name', () => parseName('', 'queue name'), 400, /invalid queue name/],
    ['a method', () => parseMethod('TRACE', H), 400, /GET, POST/],
    ['an empty limit', () => parseFlowControlValue('', H), 400, /at least one/],
    ['a period alone', () => parseFlowControlValue('period=1s', H), 400, /at least one/],
    ['no parallelism', () => parseFlowControlValue('parallelism=0', H), 400, /from 1 to/],
    ['two rates', () => parseFlowControlValue('rate=1,rate=2', H), 400, /twice/],
    ['a long period', () => parseFlowControlValue('rate=1,period=8d', H), 400, /1 week/],
    ['an unknown limit', () => parseFlowControlValue('speed=1', H), 400, /"speed=1"/],
    ['a redaction', () => parseRedact('url', H), 400, /"url" is not/],
    ['a callback', () => parseHttpUrl('ftp://x', 'callback'), 400, /^invalid callback url/],
  ])('%s', (_what, run, status, text) => {
    expect(refusal(run)).toMatchObject({ status, message: expect.stringMatching(text) as string });
  });
});

describe('any text', () => {
  const parsers: Record<string, (text: string) => unknown> = {
    boolean: (text) => parseBoolean(text, H),
    retries: (text) => parseRetries(text, H),
    delay: (text) => parseDelayMs(text, H),
    notBefore: (text) => parseNotBefore(text, H, NOW),
    timeout: (text) => parseTimeoutMs(text, H),
    flowControl: (text) => parseFlowControlValue(text, H),
    redact: (text) => parseRedact(text, H),
    name: (text) => parseName(text, 'name'),
    method: (text) => parseMethod(text, H),
    labels: parseLabels,
    cron: parseCron,
  };
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(
      /^[a-z]{1,11}=?\d{0,9}[smhd]?(, ?(rate|period|parallelism)=\d{0,3}[smhd]?){0,3}$/
    ),
    fc.stringMatching(/^(headers?\[?[A-Za-z-]{0,9}\]?,?){0,4}$/)
  );

  it.each(Object.keys(parsers))('is a %s or is refused', (name) => {
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parsers[name]?.(text);
        } catch (error) {
          expect(error).toBeInstanceOf(QstashError);
        }
      })
    );
  });

  it('is never a delay beyond the limit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(\d{1,6}[smhd]){1,3}$/), (text) => {
        try {
          expect(parseDelayMs(text, H)).toBeLessThanOrEqual(MAX_DELAY_MS);
        } catch (error) {
          expect(error).toBeInstanceOf(QstashError);
        }
      })
    );
  });
});
