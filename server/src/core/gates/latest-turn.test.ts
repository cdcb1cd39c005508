import { orderKeyOf } from './delivery-mode';
import { latestTurns, type Ordered } from './latest-turn';

const NOW = 1_000_000;

const key = (entryDocumentId: string, entryStatus?: 'draft' | 'published'): string =>
  orderKeyOf(1, { uid: 'api::a.a', entryDocumentId, entryLocale: 'en', entryStatus }) ?? '';

const message = (id: number, overrides: Partial<Ordered> = {}): Ordered => ({
  id,
  key: key('a'),
  dueAt: NOW,
  inFlight: false,
  ...overrides,
});

describe('the turns of mode latest', () => {
  it('sends the newest of a version, and replaces the older ones', () => {
    const { send, superseded } = latestTurns([message(1), message(3), message(2)], NOW);
    expect(send).toEqual([3]);
    expect([...superseded].sort()).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  it('sends nothing about a document of which a message is in flight, and does not replace that one', () => {
    const { send, superseded } = latestTurns([message(1, { inFlight: true }), message(2)], NOW);
    expect(send).toEqual([]);
    expect(superseded.size).toBe(0);
  });

  it('replaces an older one that was released while a newer one is in flight', () => {
    const { send, superseded } = latestTurns([message(1), message(2, { inFlight: true })], NOW);
    expect(send).toEqual([]);
    expect([...superseded]).toEqual([[1, 2]]);
  });

  it('replaces one that waits for its retry', () => {
    const { send, superseded } = latestTurns([message(1, { dueAt: NOW + 1 }), message(2)], NOW);
    expect(send).toEqual([2]);
    expect([...superseded]).toEqual([[1, 2]]);
  });

  it('sends nothing before it is due', () => {
    expect(latestTurns([message(1, { dueAt: NOW + 1 })], NOW).send).toEqual([]);
  });

  it('keeps draft and published versions apart, and sends one of them at a time', () => {
    const draft = message(1, { key: key('a', 'draft') });
    const published = message(2, { key: key('a', 'published') });
    expect(latestTurns([published, draft], NOW)).toEqual({ send: [1], superseded: new Map() });
    const waiting = { ...draft, dueAt: NOW + 1 };
    expect(latestTurns([published, waiting], NOW).send).toEqual([2]);
  });

  it('sends messages about different documents side by side', () => {
    expect(latestTurns([message(1), message(2, { key: key('b') })], NOW).send).toEqual([1, 2]);
  });
});

describe('the key of a version', () => {
  const version = { uid: 'api::a.a', entryDocumentId: 'd', entryLocale: 'en' } as const;

  it('differs by endpoint, content type, document, locale and status', () => {
    const keys = [
      orderKeyOf(1, version),
      orderKeyOf(2, version),
      orderKeyOf(1, { ...version, uid: 'api::b.b' }),
      orderKeyOf(1, { ...version, entryDocumentId: 'e' }),
      orderKeyOf(1, { ...version, entryLocale: null }),
      orderKeyOf(1, { ...version, entryStatus: 'draft' }),
      orderKeyOf(1, { ...version, entryStatus: 'published' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is null for an event that is not about a document', () => {
    expect(orderKeyOf(1, { ...version, uid: null })).toBeNull();
    expect(orderKeyOf(1, { ...version, entryDocumentId: null })).toBeNull();
  });
});
