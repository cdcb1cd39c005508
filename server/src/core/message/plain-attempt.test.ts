import type { ClaimedMessage, Settled } from './message';
import { bareSettled, plainSettled } from './plain-attempt';

const settled = (outcome: Settled['attempt']['outcome']): Settled => ({
  message: { messageId: 'msg_1' } as ClaimedMessage,
  attempt: {
    number: 1,
    startedAt: 1,
    durationMs: 1,
    outcome,
    request: { url: 'https://example.com/ü', method: 'POST', headers: { 'x-name': 'Zoë' } },
  },
  settlement: { to: 'delivered' },
  settledAt: 1,
});

const answer = {
  kind: 'responded',
  status: 200,
  headers: { 'x-said': ['né', '🎉'] },
  body: { text: 'thanks 🎉', encoding: 'utf8' },
  bodyTruncated: false,
} as const;

it('is ASCII throughout in its plain form, and loses nothing', () => {
  const { attempt } = plainSettled(settled({ ...answer, headers: { 'x-said': ['né', '🎉'] } }));
  expect(JSON.stringify(attempt)).toMatch(/^[\x20-\x7e]*$/);
  expect(attempt.request).toMatchObject({
    url: 'https://example.com/\\u{fc}',
    headers: { 'x-name': 'Zo\\u{eb}' },
  });
  expect(attempt.outcome).toMatchObject({
    headers: { 'x-said': ['n\\u{e9}', '\\u{1f389}'] },
    body: { text: Buffer.from('thanks 🎉').toString('base64'), encoding: 'base64' },
  });
});

it('escapes the error of an attempt without an answer', () => {
  const { attempt } = plainSettled(settled({ kind: 'unreachable', error: 'reset by Zoë' }));
  expect(attempt.outcome).toEqual({ kind: 'unreachable', error: 'reset by Zo\\u{eb}' });
});

it('has the status and a note in its bare form', () => {
  const { attempt } = bareSettled(settled({ ...answer, headers: {} }), 'too large');
  expect(attempt.outcome).toEqual({
    kind: 'responded',
    status: 200,
    headers: {},
    body: { text: 'too large', encoding: 'utf8' },
    bodyTruncated: true,
  });
});
