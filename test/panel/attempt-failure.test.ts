/** The line that sums up a failed attempt: its cause, and what the receiver said. */
import {
  attemptFailure,
  plannedAttempts,
} from '../../admin/src/components/messages/attemptFailure';

const responded = (text: string, headers: Record<string, string> = {}, status = 500) => ({
  outcome: 'responded' as const,
  status,
  error: null,
  response: { headers, body: { encoding: 'utf8' as const, text }, bodyTruncated: false },
});

it.each([
  ['the index is rebuilding', 'the index is rebuilding'],
  ['{"error":"the index is rebuilding"}', 'the index is rebuilding'],
  ['{"error":{"code":7,"message":"no such tenant"}}', 'no such tenant'],
  ['{"errors":[]}', '{"errors":[]}'],
  [
    '<html><head><style>p { color: red }</style></head>\n <h1>502</h1> Bad Gateway</html>',
    '502 Bad Gateway',
  ],
  ['', ''],
  ['x'.repeat(200), `${'x'.repeat(160)}…`],
])('of the response %j it quotes %j', (text, quote) => {
  expect(attemptFailure(responded(text))).toEqual({ cause: 'receiver', quote, retryAfter: null });
});

it('quotes the error where there is no response', () => {
  const error = 'connect ECONNREFUSED 127.0.0.1:14199';
  expect(attemptFailure({ outcome: 'unreachable', status: null, error, response: null })).toEqual({
    cause: 'refused',
    quote: error,
    retryAfter: null,
  });
});

it('names the time that the receiver asked for, and nothing of a success', () => {
  expect(attemptFailure(responded('', { 'Retry-After': '5' }, 503))?.retryAfter).toBe('5');
  expect(attemptFailure(responded('{"message":"fine"}', {}, 202))).toBeNull();
});

it('counts the next attempt and the retries after it', () => {
  expect(plannedAttempts(2, { left: 6 })).toBe(9);
  expect(plannedAttempts(3, null)).toBe(3);
});
