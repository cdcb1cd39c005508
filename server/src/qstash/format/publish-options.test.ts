import fc from 'fast-check';

import { publishOptions, type OptionLayers } from './publish-options';
import { QstashError } from './error';

const NOW = Date.UTC(2026, 0, 2);
const options = (headers: Record<string, string>, layers: Partial<OptionLayers> = {}) =>
  publishOptions({ headers, ...layers }, NOW);

describe('publishOptions', () => {
  it('of nothing is nothing', () => expect(options({})).toEqual({ headers: {} }));

  it('reads every option of a publish', () => {
    expect(
      options({
        'content-type': 'text/plain',
        'upstash-method': 'PUT',
        'upstash-retries': '2',
        'upstash-delay': '1m',
        'upstash-not-before': String(NOW / 1_000 + 9),
        'upstash-timeout': '5s',
        'upstash-deduplication-id': 'id-1',
        'upstash-content-based-deduplication': 'True',
        'upstash-label': 'a,b',
        'upstash-flow-control-key': 'k',
        'upstash-flow-control-value': 'rate=2',
        'upstash-redact-fields': 'body',
        'upstash-forward-x-request-id': '7',
        'upstash-telemetry-sdk': 'ignored',
        'x-strapi-event': 'entry.create',
      })
    ).toEqual({
      contentType: 'text/plain',
      method: 'PUT',
      retryPolicy: { kind: 'preset', preset: 'qstash', maxRetries: 2 },
      delayMs: 60_000,
      notBefore: NOW + 9_000,
      timeoutMs: 5_000,
      deduplicationId: 'id-1',
      contentBasedDeduplication: true,
      labels: ['a', 'b'],
      flowControl: { key: 'k', rate: 2, periodMs: 1_000 },
      redact: { body: true, headers: false },
      headers: { 'X-Request-Id': '7' },
      event: 'entry.create',
    });
  });

  it('takes zero retries at its word', () => {
    expect(options({ 'upstash-retries': '0' }).retryPolicy).toMatchObject({ maxRetries: 0 });
  });

  it.each([
    [{ 'upstash-retry-delay': '1000 * retried' }, 3],
    [{ 'upstash-retry-delay': '1000 * retried', 'upstash-retries': '5' }, 5],
  ])('keeps a delay expression as it was written: %j', (headers, maxRetries) => {
    expect(options(headers).retryPolicy).toEqual({
      kind: 'expression',
      expression: '1000 * retried',
      maxRetries,
    });
  });

  it('prefers headers to the query, and the query to the defaults of the group', () => {
    const layers = {
      query: [
        ['upstash-delay', '2s'],
        ['upstash-timeout', '2s'],
      ] as const,
      defaults: { 'upstash-delay': '3s', 'upstash-timeout': '3s', 'upstash-method': 'PUT' },
    };
    expect(options({ 'upstash-delay': '1s' }, layers)).toMatchObject({
      delayMs: 1_000,
      timeoutMs: 2_000,
      method: 'PUT',
    });
  });

  it('lets a plain content type win over a forwarded one', () => {
    const both = { 'content-type': 'text/plain', 'upstash-forward-content-type': 'text/html' };
    expect(options(both)).toEqual({ contentType: 'text/plain', headers: {} });
    expect(options({ 'upstash-forward-content-type': 'text/html' }).contentType).toBe('text/html');
  });

  it('forwards everything but what was meant for us, when asked to', () => {
    const headers = {
      'upstash-header-forward': 'true',
      'upstash-forward-x-a': 'explicit',
      'x-a': 'implicit',
      'x-github-event': 'push',
      authorization: 'Bearer secret',
      cookie: 'session',
      host: 'cms.example.com',
      connection: 'keep-alive',
      'webhook-id': 'of somebody else',
      'upstash-retries': '1',
    };
    expect(options(headers).headers).toEqual({ 'X-A': 'explicit', 'X-Github-Event': 'push' });
    expect(options(headers, { tokenInQuery: true }).headers).toMatchObject({
      Authorization: 'Bearer secret',
    });
  });

  it('gives callbacks their own options, and one nested failure callback', () => {
    const { callbacks } = options({
      'upstash-retries': '7',
      'upstash-callback': 'https://a.example/cb?x=1',
      'upstash-callback-method': 'PUT',
      'upstash-callback-timeout': '9s',
      'upstash-callback-retry-delay': '500',
      'upstash-callback-forward-x-key': 'v',
      'upstash-callback-forward-content-type': 'text/plain',
      'upstash-callback-flow-control-key': 'k',
      'upstash-callback-flow-control-value': 'parallelism=1',
      'upstash-callback-workflow-runid': 'ignored',
      'upstash-callback-failure-callback': 'https://a.example/nested',
      'upstash-callback-failure-callback-retries': '0',
      'upstash-failure-callback': 'strapi:failed',
      'upstash-failure-callback-forward-x-other': 'w',
    });
    expect(callbacks).toEqual({
      success: {
        url: 'https://a.example/cb?x=1',
        method: 'PUT',
        timeoutMs: 9_000,
        retryPolicy: { kind: 'expression', expression: '500', maxRetries: 7 },
        headers: { 'X-Key': 'v', 'Content-Type': 'text/plain' },
        flowControl: { key: 'k', parallelism: 1, periodMs: 1_000 },
        failure: {
          url: 'https://a.example/nested',
          retryPolicy: { kind: 'preset', preset: 'qstash', maxRetries: 0 },
        },
      },
      failure: { url: 'strapi:failed', headers: { 'X-Other': 'w' } },
    });
  });

  it.each([
    [{ 'upstash-callback': 'example.com' }, /^invalid callback url/],
    [{ 'upstash-failure-callback': '/path' }, /^invalid failure callback url/],
    [
      { 'upstash-callback': 'https://a.example', 'upstash-callback-delay': '1s' },
      /cannot be delayed/,
    ],
    [{ 'upstash-flow-control-value': 'rate=1' }, /needs upstash-flow-control-key/],
    [{ 'upstash-header-forward': 'maybe' }, /upstash-header-forward/],
  ])('refuses %j', (headers, text) => {
    expect(() => options(headers)).toThrow(QstashError);
    expect(() => options(headers)).toThrow(text);
  });

  it('reads any headers, or refuses them', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'upstash-forward-__proto__'),
      fc.stringMatching(
        /^upstash-(failure-)?(callback)?(-failure-callback)?-?(delay|retries|label)?$/
      )
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (headers) => {
        try {
          expect(options(headers)).toHaveProperty('headers');
        } catch (error) {
          expect(error).toBeInstanceOf(QstashError);
        }
      })
    );
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });
});
