import fc from 'fast-check';

import { cancelRequest, dlqRequest, logRequest, urlMatches } from './filters';
import { QstashError } from './error';

describe('filters', () => {
  it('reads every one of a cancellation', () => {
    const query = new URLSearchParams([
      ['topicName', 't1,t2'],
      ['queueName', 'q'],
      ['scheduleId', 's'],
      ['url', 'https://a.example/?x=1,2'],
      ['host', 'a.example'],
      ['path', '/a,b'],
      ['label', 'l1'],
      ['label', 'l2'],
      ['flowControlKey', 'k,1'],
      ['callerIP', '1.2.3.4'],
      ['fromDate', '1'],
      ['toDate', '2'],
    ]);
    expect(cancelRequest(`?${query.toString()}`, undefined)).toEqual({
      filter: {
        topicName: ['t1', 't2'],
        queueName: ['q'],
        scheduleId: ['s'],
        url: ['https://a.example/?x=1,2'],
        host: ['a.example'],
        path: ['/a,b'],
        label: ['l1', 'l2'],
        flowControlKey: ['k,1'],
        callerIp: ['1.2.3.4'],
        from: 1,
        to: 2,
      },
    });
  });

  it.each([
    ['?count=100', undefined],
    ['?count=5000', undefined],
    ['', undefined],
    ['?count=99', 99],
    ['?count=1', 1],
  ])('of a cancellation, a count %s means %s', (query, count) => {
    expect(cancelRequest(query, undefined).count).toBe(count);
  });

  it('reads ids from a body, as from a query', () => {
    expect(cancelRequest('', { messageIds: ['a', 'b'] }).ids).toEqual(['a', 'b']);
    expect(cancelRequest('?messageIds=a&messageIds=b', undefined).ids).toEqual(['a', 'b']);
    expect(dlqRequest('', { dlqIds: 'a' }).ids).toEqual(['a']);
  });

  it('reads pages of dead letters', () => {
    expect(dlqRequest('?responseStatus=500,0&messageId=m&cursor=1-2&count=1000')).toEqual({
      filter: { responseStatus: [500, 0], messageId: ['m'] },
      cursor: '1-2',
      count: 100,
    });
  });

  it.each([
    ['?state=IN_PROGRESS', ['ACTIVE', 'RETRY', 'ERROR']],
    ['?state=CANCELLED', ['CANCELED']],
    ['?state=CREATED,FAILED', ['CREATED', 'FAILED']],
    ['', undefined],
  ])('reads states of the log: %s', (query, states) => {
    expect(logRequest(query).states).toEqual(states);
  });

  it('lists a hundred entries of the log unless asked for more', () => {
    expect([logRequest('').count, logRequest('?count=9999').count]).toEqual([100, 1_000]);
  });

  it.each<[string, () => unknown]>([
    ['a name that is not known', () => dlqRequest('?labeel=a')],
    ['a name of another list', () => dlqRequest('?host=a')],
    ['a name in the body', () => cancelRequest('', { label: 'a', oops: 1 })],
    ['an empty value', () => cancelRequest('?label=', undefined)],
    ['an empty value among others', () => cancelRequest('?label=a,,b', undefined)],
    ['an empty list', () => cancelRequest('', { messageIds: [] })],
    ['a nested value', () => cancelRequest('', { label: { $ne: 1 } })],
    ['a list as body', () => cancelRequest('', ['a'])],
    ['two cursors', () => dlqRequest('?cursor=1-1&cursor=2-2')],
    ['a count of none', () => dlqRequest('?count=0')],
    ['a date in words', () => cancelRequest('?fromDate=today', undefined)],
    ['a status in words', () => dlqRequest('?responseStatus=ok')],
    ['another order', () => logRequest('?order=earliestFirst')],
    ['another state', () => logRequest('?state=GONE')],
    ['more values than anybody means', () => dlqRequest(`?label=${'a,'.repeat(1_001)}a`)],
  ])('refuses %s', (_what, run) => expect(run).toThrow(QstashError));

  it('reads any query and any body, or refuses them', () => {
    const query = fc.oneof(
      fc.string().map((text) => `?${text}`),
      fc
        .array(fc.tuple(fc.constantFrom('label', 'count', 'url', 'x', '__proto__'), fc.string()))
        .map((pairs) => `?${new URLSearchParams(pairs).toString()}`)
    );
    fc.assert(
      fc.property(query, fc.option(fc.jsonValue()), (text, body) => {
        for (const read of [cancelRequest, dlqRequest, logRequest]) {
          try {
            expect(read(text, body)).toHaveProperty('filter');
          } catch (error) {
            expect(error).toBeInstanceOf(QstashError);
          }
        }
      })
    );
  });
});

describe('urlMatches', () => {
  const URL_A = 'https://a.example:8443/x/y?z';
  it.each([
    [{}, URL_A, true],
    [{ host: ['a.example:8443'] }, URL_A, true],
    [{ host: ['A.example'] }, URL_A, true],
    [{ host: ['b.example'] }, URL_A, false],
    [{ path: ['/x/y'] }, URL_A, true],
    [{ path: ['/y'] }, URL_A, false],
    [{ path: ['/'] }, 'https://a.example', true],
    [{ host: ['a.example'], path: ['/x'] }, URL_A, false],
    [{ host: ['a.example'] }, 'strapi:save', false],
  ])('%j %s: %s', (filter, url, expected) => expect(urlMatches(filter, url)).toBe(expected));
});
