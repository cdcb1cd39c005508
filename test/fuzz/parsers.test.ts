/**
 * Every parser of what strangers write, against anything: it answers, or refuses with one of our own
 * errors, soon. `FUZZ_RUNS` sets the number of cases for each; a failure prints the seed to repeat it.
 */
import * as fc from 'fast-check';

import { parseDelayExpression } from '../../server/src/core/retry/delay-expression';
import { parseDuration, parseGoDuration } from '../../server/src/core/retry/duration';
import { validateHeaders } from '../../server/src/core/safety/headers';
import { redactHeaders, redactUrl } from '../../server/src/core/safety/redact';
import { retryAfterMs, qstashRetryAfterMs } from '../../server/src/core/retry/retry-after';
import { validateRetryPolicy } from '../../server/src/core/retry/retry-policy';
import {
  compileRoutes,
  matchesEvent,
  validateEventPattern,
} from '../../server/src/core/routing/subscription';
import {
  checkAddress,
  createUrlPolicy,
  parseTarget,
} from '../../server/src/core/safety/url-safety';
import { callbacksOf } from '../../server/src/qstash/format/callback-options';
import { cancelRequest, dlqRequest, logRequest } from '../../server/src/qstash/format/filters';
import { parseCursor, parseRowCursor } from '../../server/src/qstash/format/log-cursor';
import * as values from '../../server/src/qstash/format/option-values';
import { publishOptions } from '../../server/src/qstash/format/publish-options';
import {
  parseQuery,
  parseRequestTarget,
  takeToken,
} from '../../server/src/qstash/format/request-target';

const RUNS = Number(process.env.FUZZ_RUNS ?? 1_000);
/** Of one case. A regular expression that backtracks takes minutes, not milliseconds. */
const SOON_MS = 250;
const NOW = Date.UTC(2026, 0, 2);

const STRICT = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });

/** What people who mean harm write, and what parsers stumble over. */
const nasty = fc.constantFrom(
  '__proto__',
  'constructor',
  "'; DROP TABLE gw_messages; --",
  '${jndi:ldap://x}',
  '../../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  '\u0000',
  '\r\nX-Injected: 1',
  '\ud800',
  '1e309',
  '-0',
  'NaN',
  '9'.repeat(400),
  '('.repeat(600),
  '1h'.repeat(5_000),
  'a.'.repeat(5_000),
  `${'a'.repeat(20_000)}!`,
  ' '.repeat(20_000),
  `${'pow('.repeat(300)}retried`,
  `http://${'a.'.repeat(5_000)}com`,
  'http://[::ffff:127.0.0.1%25lo]/',
  '*/0 * * * *',
  '0 0 31 2 *',
  'CRON_TZ=Nowhere/City * * * * *'
);
/** Close to what is meant: the parts of valid input, in any order. */
const almost = fc
  .array(
    fc.constantFrom(
      ...[
        '1',
        '0.5',
        's',
        'm',
        'h',
        'd',
        'retried',
        'pow',
        'exp',
        '(',
        ')',
        ',',
        '+',
        '-',
        '*',
        '/',
      ],
      ...[
        'http://',
        'https://',
        '@',
        ':',
        '[',
        ']',
        '.',
        'localhost',
        '127.1',
        '%2f',
        '?',
        '#',
        '=',
        '&',
      ],
      ...[
        'entry',
        'publish',
        'rate',
        'parallelism',
        'period',
        'body',
        'header[',
        ' ',
        ';',
        '"',
        'GMT',
      ]
    ),
    { maxLength: 30 }
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(
  { weight: 3, arbitrary: almost },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: nasty }
);
const headers = fc.dictionary(text, text, { maxKeys: 8 });
const upstashHeaders = fc.dictionary(
  fc.constantFrom(
    ...['upstash-retries', 'upstash-delay', 'upstash-method', 'upstash-timeout', 'upstash-cron'],
    ...[
      'upstash-callback',
      'upstash-callback-retries',
      'upstash-failure-callback',
      'upstash-label',
    ],
    ...['upstash-forward-x', 'upstash-flow-control-key', 'upstash-flow-control-value'],
    ...['upstash-redact-fields', 'upstash-not-before', 'upstash-retry-delay']
  ),
  text
);

/** Whose errors a caller is shown as a refusal. Anything else would be a 500. */
const isOurs = (error: unknown): boolean =>
  error instanceof Error && ['CoreError', 'QstashError'].includes(error.name);

function survives<T>(arbitrary: fc.Arbitrary<T>, parse: (input: T) => unknown): void {
  fc.assert(
    fc.property(arbitrary, (input) => {
      const startedAt = performance.now();
      try {
        parse(input);
      } catch (error) {
        if (!isOurs(error)) throw error;
      }
      expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    }),
    { numRuns: RUNS }
  );
}

const PARSERS: Record<string, (input: string) => unknown> = {
  URL: (input) => parseTarget(input, STRICT, 'url'),
  address: (input) => checkAddress(input, input, STRICT),
  duration: (input) => parseDuration(input),
  'Go duration': (input) => parseGoDuration(input),
  'event pattern': (input) => validateEventPattern(input, 'events'),
  'event match': (input) => matchesEvent(input, input),
  'redacted URL': (input) => redactUrl(input),
  'Retry-After': (input) => retryAfterMs({ status: 429, headers: { 'retry-after': input } }, NOW),
  'rate-limit reset': (input) =>
    qstashRetryAfterMs(
      { status: 500, headers: { 'x-ratelimit-reset': input, 'ratelimit-reset': [input, input] } },
      NOW
    ),
  'request target': (input) => parseRequestTarget('POST', `/v2/publish/${input}`),
  'query string': (input) => [parseQuery(input), takeToken(input)],
  'log filter': logRequest,
  'dead-letter filter': (input) => dlqRequest(input, undefined),
  'cancel filter': (input) => cancelRequest(input, undefined),
  cursor: parseCursor,
  'row cursor': parseRowCursor,
  method: (input) => values.parseMethod(input, 'h'),
  retries: (input) => values.parseRetries(input, 'h'),
  delay: (input) => values.parseDelayMs(input, 'h'),
  'not before': (input) => values.parseNotBefore(input, 'h', NOW),
  timeout: (input) => values.parseTimeoutMs(input, 'h'),
  labels: values.parseLabels,
  name: (input) => values.parseName(input, 'queue'),
  'flow control': (input) => values.parseFlowControlValue(input, 'h'),
  period: (input) => values.parsePeriodMs(input, 'h'),
  redaction: (input) => values.parseRedact(input, 'h'),
  cron: values.parseCron,
};

describe('a parser returns or refuses quickly, whatever its input', () => {
  it.each(Object.keys(PARSERS))('%s', (name) => {
    survives(text, PARSERS[name] ?? (() => undefined));
  });

  it('delay expression, and its value is a delay', () => {
    survives(text, (source) => {
      const expression = parseDelayExpression(source);
      for (const retried of [0, 1, 5, 100]) {
        expect(typeof expression(retried)).toBe('number');
      }
    });
  });

  it('headers', () => survives(headers, (input) => validateHeaders(input, 'headers')));
  it('redacted headers', () => survives(headers, (input) => redactHeaders(input)));
  it('retry policy', () =>
    survives(fc.anything(), (input) => validateRetryPolicy(input, 'retryPolicy')));
  it('bulk bodies', () => {
    survives(fc.anything(), (input) => cancelRequest('', input));
    survives(fc.anything(), (input) => dlqRequest('', input));
  });
  it('callback options', () => survives(upstashHeaders, (input) => callbacksOf(input as never, 3)));
  it('publish options', () =>
    survives(upstashHeaders, (input) => publishOptions({ headers: input }, NOW)));
});

it('no input changes the prototype of objects', () => {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const polluting = JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
  ) as object;
  survives(fc.constant(polluting), (input) => validateRetryPolicy(input, 'retryPolicy'));
  survives(fc.constant(polluting), (input) => cancelRequest('', input));
  parseQuery('__proto__[polluted]=1&__proto__=2&constructor.prototype.polluted=3');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
});

it('an event is routed by name alone, whatever its name', () => {
  const topic = {
    id: 1,
    name: 't',
    enabled: true,
    events: ['entry.*'],
    contentTypes: null,
    endpointIds: [1],
  };
  const routes = compileRoutes([topic], [{ id: 1 }]);
  survives(text, (name) => {
    expect(routes.wants(name, null)).toBe(name.startsWith('entry.'));
  });
});
