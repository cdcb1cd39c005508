import fc from 'fast-check';

import { parseBatchItem, parseDefaults, parseEndpoints, parseJson, parseQueue } from './bodies';
import { QstashError } from './error';

describe('an item of a batch', () => {
  it('has a destination, and perhaps headers, a body and a queue', () => {
    expect(
      parseBatchItem({
        destination: 'https://a.example',
        headers: { 'Upstash-Delay': '1s', list: ['a', 'b'] },
        body: 'text',
        queue: 'q',
      })
    ).toEqual({
      destination: 'https://a.example',
      headers: { 'upstash-delay': '1s', list: 'a, b' },
      body: 'text',
      queue: 'q',
    });
    expect(parseBatchItem({ destination: 'topic' })).toEqual({
      destination: 'topic',
      headers: {},
      body: '',
    });
  });

  it.each([
    null,
    [],
    'x',
    {},
    { destination: 1 },
    { destination: 'a', body: {} },
    { destination: 'a', headers: [] },
    { destination: 'a', headers: { a: 1 } },
    { destination: 'a', queue: 'a b' },
  ])('is not %j', (item) => expect(() => parseBatchItem(item)).toThrow(QstashError));
});

describe('a queue', () => {
  it('has a parallelism of 1 unless it says otherwise', () => {
    expect(parseQueue({ queueName: 'q' })).toEqual({ name: 'q', parallelism: 1, paused: false });
    expect(parseQueue({ queueName: 'q', parallelism: 2, paused: true })).toEqual({
      name: 'q',
      parallelism: 2,
      paused: true,
    });
  });

  it.each([
    {},
    { queueName: 'a/b' },
    { queueName: 'q', parallelism: 0 },
    { queueName: 'q', parallelism: 1.5 },
    { queueName: 'q', paused: 'no' },
  ])('is not %j', (body) => expect(() => parseQueue(body)).toThrow(QstashError));
});

describe('endpoints', () => {
  it('are added with a URL, removed by URL or name', () => {
    const both = [
      { url: 'https://a.example', name: 'a' },
      { url: 'https://b.example', name: '' },
    ];
    const read = [{ url: 'https://a.example', name: 'a' }, { url: 'https://b.example' }];
    expect(parseEndpoints({ endpoints: both }, 'add')).toEqual(read);
    expect(parseEndpoints({ endpoints: [{ name: 'a' }] }, 'remove')).toEqual([{ name: 'a' }]);
  });

  it('are not added by name alone', () => {
    expect(() => parseEndpoints({ endpoints: [{ name: 'a' }] }, 'add')).toThrow(QstashError);
  });
});

it('defaults of a group are read without case', () => {
  expect(parseDefaults({ headers: { 'Upstash-Retries': '3', A: ['1'] } })).toEqual({
    'upstash-retries': '3',
    a: '1',
  });
});

it('any JSON is read or refused', () => {
  const parsers = [
    parseBatchItem,
    parseQueue,
    parseDefaults,
    (value: unknown) => parseEndpoints(value, 'add'),
    (value: unknown) => parseEndpoints(value, 'remove'),
  ];
  const likely = fc.record(
    {
      destination: fc.jsonValue(),
      headers: fc.jsonValue(),
      body: fc.jsonValue(),
      queue: fc.jsonValue(),
      queueName: fc.jsonValue(),
      endpoints: fc.jsonValue(),
      ['__proto__']: fc.jsonValue(),
    },
    { requiredKeys: [] }
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), likely), (value) => {
      for (const parse of parsers) {
        try {
          parse(value);
        } catch (error) {
          expect(error).toBeInstanceOf(QstashError);
        }
      }
    })
  );
});

it('any bytes are JSON or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        parseJson(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(QstashError);
      }
    })
  );
});
