import { brakeKey, brakesOf, isIgnored, type ActorRef } from './loop-guard';

const TOKEN: ActorRef = { kind: 'api-token', id: 3, label: 'Search' };

describe('isIgnored', () => {
  it.each([
    ['the same token', { kind: 'api-token' as const, id: 3 }, true],
    ['another token', { kind: 'api-token' as const, id: 4 }, false],
    ['a user with the same id', { kind: 'user' as const, id: 3 }, false],
    ['nobody', { kind: 'none' as const }, false],
  ])('of %s', (_, actor, expected) => expect(isIgnored(actor, [TOKEN])).toBe(expected));

  it('of anybody, with nobody named', () => {
    expect(isIgnored({ kind: 'api-token', id: 3 }, [])).toBe(false);
  });
});

it('has a key of its own for each document of each endpoint', () => {
  expect(brakeKey(12, 'doc1')).toBe('brake:12:doc1');
  expect('brake:12:doc1'.startsWith(brakesOf(1))).toBe(false);
});
