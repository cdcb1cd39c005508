import { randomBytes } from 'node:crypto';

import { dlqIdFrom, messageIdFrom } from './message-id';

describe('messageIdFrom', () => {
  it('is msg_ and base58, without the dot that separates what is signed', () => {
    expect(messageIdFrom(randomBytes(16))).toMatch(/^msg_[1-9A-HJ-NP-Za-km-z]{22}$/);
  });

  it.each([
    [new Uint8Array(16), `msg_${'1'.repeat(22)}`],
    // 2^128 - 1 in base58
    [new Uint8Array(16).fill(0xff), 'msg_YcVfxkQb6JRzqk5kF2tNLv'],
  ])('keeps its length whatever the dice', (random, id) => expect(messageIdFrom(random)).toBe(id));

  it('uses every byte', () => {
    const random = new Uint8Array(20);
    const ids = Array.from(random, (_, index) => messageIdFrom(random.with(index, 1)));
    expect(new Set(ids).size).toBe(20);
  });

  it('refuses to be guessable', () => {
    expect(() => messageIdFrom(new Uint8Array(15))).toThrow(RangeError);
  });
});

it('names a dead letter by its instant and a sequence', () => {
  // the form in https://upstash.com/docs/qstash/api-reference/dlq
  expect(dlqIdFrom(1_725_323_658_779, 0)).toBe('1725323658779-0');
});
