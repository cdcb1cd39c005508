import fc from 'fast-check';

import { parseQuery, parseRequestTarget, takeOptions, takeToken } from './request-target';
import { QstashError } from './error';

describe('parseRequestTarget', () => {
  it.each([
    ['/v2/publish/https://x.com/a?b=c', '/v2/publish/-', 'https://x.com/a', '?b=c'],
    ['/v2/publish/https:/x.com/a', '/v2/publish/-', 'https://x.com/a', ''],
    ['/v2/publish/http:/x.com', '/v2/publish/-', 'http://x.com', ''],
    ['/v2/publish/strapi.create', '/v2/publish/-', 'strapi.create', ''],
    ['/v1/publish/strapi.create', '/v2/publish/-', 'strapi.create', ''],
    ['/v2/publish/https%3A%2F%2Fx.com', '/v2/publish/-', 'https%3A%2F%2Fx.com', ''],
    ['/v2/enqueue/q/https://x.com/?a', '/v2/enqueue/q/-', 'https://x.com/', '?a'],
    ['/v2/schedules/https://x.com/pause', '/v2/schedules/-', 'https://x.com/pause', ''],
    ['/v2/schedules/scd_1/pause', '/v2/schedules/scd_1/pause', undefined, ''],
    ['/v2/schedules/a-group', '/v2/schedules/-', 'a-group', ''],
    ['/v2/flowControl/a/b/resetRate', '/v2/flowControl/-/resetRate', 'a/b', ''],
    ['/v2/flowControl/k/pin?rate=3', '/v2/flowControl/-/pin', 'k', '?rate=3'],
    ['/v2/queues/', '/v2/queues', undefined, ''],
    ['/v2/batch', '/v2/batch', undefined, ''],
  ])('POST %s', (target, path, subject, query) => {
    expect(parseRequestTarget('POST', target)).toEqual({
      path,
      query,
      ...(subject !== undefined && { subject }),
    });
  });

  it.each([
    ['GET', '/v2/flowControl/k', '/v2/flowControl/-', 'k'],
    ['GET', '/v2/flowControl', '/v2/flowControl', undefined],
    ['PATCH', '/v2/schedules/scd_1/pause', '/v2/schedules/scd_1/pause', undefined],
    ['DELETE', '/v2/schedules/scd_1', '/v2/schedules/scd_1', undefined],
  ])('%s %s', (method, target, path, subject) => {
    expect(parseRequestTarget(method, target)).toMatchObject({ path, ...(subject && { subject }) });
  });

  it.each(['/v2x/publish/a', '/v1/messages/a', '/topics', '/', ''])(
    'is not asked for %s',
    (target) => {
      expect(parseRequestTarget('POST', target)).toBeNull();
    }
  );

  it('gives back any destination whose slashes arrive whole', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (url) => {
        const target = parseRequestTarget('POST', `/v2/publish/${url}`);
        const { rest } = takeOptions(target?.query ?? '');
        expect(`${target?.subject}${rest}`).toBe(url);
      })
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST', 'DELETE'), fc.string(), (method, text) => {
        parseRequestTarget(method, `/v2/${text}`);
      })
    );
  });
});

describe('takeOptions', () => {
  it('leaves the destination its own query, as it was written', () => {
    const { options, rest } = takeOptions(
      '?b=%20c&upstash-retries=3&qstash_token=t&upstash-delay=1%20m+1s&Upstash-X=kept&&d'
    );
    expect(options).toEqual([
      ['upstash-retries', '3'],
      ['upstash-delay', '1 m 1s'],
    ]);
    expect(rest).toBe('?b=%20c&qstash_token=t&Upstash-X=kept&d');
  });

  it('refuses an option that cannot be decoded', () => {
    expect(() => takeOptions('?upstash-label=%E0%A4%A')).toThrow(QstashError);
  });

  it('does not decode what is not its own', () => {
    expect(takeOptions('?a=%E0%A4%A&&').rest).toBe('?a=%E0%A4%A&&');
  });
});

describe('takeToken', () => {
  it.each([
    ['?qstash_token=abc&a=1', 'abc', '?a=1'],
    ['?a=1', null, '?a=1'],
    ['?qstash_token', '', ''],
    ['', null, ''],
  ])('%s', (query, token, left) => {
    expect(takeToken(query)).toEqual({ token, rest: left });
  });
});

describe('parseQuery', () => {
  it('keeps repeated keys, in order', () => {
    expect(parseQuery('?a=1&b=x%2Cy&a=2')).toEqual([
      ['a', '1'],
      ['b', 'x,y'],
      ['a', '2'],
    ]);
  });

  it('reads back what a client writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())), (pairs) => {
        expect(parseQuery(`?${new URLSearchParams(pairs).toString()}`)).toEqual(pairs);
      })
    );
  });
});
