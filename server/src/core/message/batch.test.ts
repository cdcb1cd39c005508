import { PLAIN_SHAPE } from '../shape/shape';
import { batchBody, batchHeaders, batchKindOf, fittingCount, type Batched } from './batch';
import { REDUCED_HEADER, storeBody } from './payload';

const batched = (body: unknown, overrides: Partial<Batched> = {}): Batched => ({
  body: storeBody(Buffer.from(JSON.stringify(body))),
  uid: 'api::article.article',
  documentId: 'a',
  locale: 'en',
  ...overrides,
});

const read = (...args: Parameters<typeof batchBody>): unknown =>
  JSON.parse(batchBody(...args).text);

it('has the headers that all have, as the newest has them, and says when one was reduced', () => {
  const events: Record<string, string>[] = [
    { 'x-token': 'old', 'x-backfill': '1', [REDUCED_HEADER]: 'true' },
    { 'x-token': 'new' },
  ];
  expect(batchHeaders(events)).toEqual({ 'x-token': 'new', [REDUCED_HEADER]: 'true' });
});

describe('the body of a batch', () => {
  it('lists the events with the tags of all, each once', () => {
    const events = [
      batched({ n: 1 }),
      batched({ n: 2 }, { documentId: 'b', locale: null }),
      batched({ n: 3 }, { uid: null, documentId: null }),
    ];
    expect(read('list', events)).toEqual({
      events: [{ n: 1 }, { n: 2 }, { n: 3 }],
      tags: ['a', 'api::article.article', 'api::article.article:en', 'b'],
      count: 3,
    });
  });

  it('keeps the bytes of each event', () => {
    const body = { text: '{"a": 1.0}', encoding: 'utf8' } as const;
    expect(batchBody('list', [batched({}, { body })]).text).toContain('[{"a": 1.0}]');
  });

  it('is that of the newest event where one is enough, with all tags where tags count', () => {
    const events = [batched({ type: 'a', tags: ['x', 'y'] }), batched({ type: 'b', tags: ['y'] })];
    expect(read('newest', events)).toEqual({ type: 'b', tags: ['y'] });
    expect(read('tags-of-nextjs', events)).toEqual({ type: 'b', tags: ['x', 'y'] });
  });
});

describe('how many events fit into one message', () => {
  const purges = (count: number, most = 1): Batched[] =>
    Array.from({ length: count }, (_, n) =>
      batched({ tags: [...Array.from({ length: most }, (__, m) => `${n}.${m}`), 'type'] })
    );

  it.each<[string, number, number]>([
    ['tags-of-vercel-tags', 30, 15],
    ['tags-of-cloudflare-tags', 300, 99],
    ['tags-of-cloudflare-tags', 50, 50],
    ['tags-of-gone', 300, 300],
    ['list', 300, 300],
  ])('%s takes of %i events %i', (kind, given, fitting) => {
    expect(fittingCount(kind as 'list', purges(given), 1_000_000)).toBe(fitting);
  });

  it('is at least one, and limited by the length of the bodies', () => {
    expect(fittingCount('tags-of-vercel-tags', purges(2, 20), 1_000_000)).toBe(1);
    expect(fittingCount('list', purges(3), 1)).toBe(1);
    const length = purges(2).reduce((sum, { body }) => sum + body.text.length, 0);
    expect(fittingCount('list', purges(3), length)).toBe(2);
  });
});

describe('formats and batches', () => {
  const kindOf = (name: string) =>
    batchKindOf({ ...PLAIN_SHAPE, format: { kind: 'preset', name, options: {} } });

  it('lists events without a format, and knows which presets take a batch', () => {
    expect(batchKindOf(null)).toBe('list');
    expect(batchKindOf({ ...PLAIN_SHAPE, payload: 'thin' })).toBe('list');
    expect(['github', 'gitlab', 'vercel', 'netlify', 'cloudflare-pages'].map(kindOf)).toEqual(
      Array(5).fill('newest')
    );
    expect(kindOf('nextjs')).toBe('tags-of-nextjs');
    expect(['slack', 'discord', 'teams'].map(kindOf)).toEqual([null, null, null]);
    expect(batchKindOf({ ...PLAIN_SHAPE, format: { kind: 'code', name: 'crm' } })).toBeNull();
  });
});
