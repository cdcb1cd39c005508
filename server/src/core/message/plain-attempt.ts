/**
 * Forms of an attempt for a database that refuses the first one: its character set may not have what a
 * receiver answered, or the answer may be too large for one statement.
 */
import type { NewCallback, Outcome, Settled, StoredBody } from './message';

const NOT_ASCII = /[^\t\n\r\x20-\x7e]/gu;

/** `\u{1f389}` for each character that is not printable ASCII. */
const escaped = (text: string): string =>
  text.replace(NOT_ASCII, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

const base64 = (body: StoredBody): StoredBody =>
  body.encoding === 'base64'
    ? body
    : { text: Buffer.from(body.text, 'utf8').toString('base64'), encoding: 'base64' };

/** The same in ASCII: bodies as base64, other text escaped. */
export function plainSettled(settled: Settled): Settled {
  const { attempt } = settled;
  const { url, method, headers } = attempt.request;
  const request = { url: escaped(url), method, headers: escapedHeaders(headers) };
  return withAttempt(settled, { ...attempt, request, outcome: plainOutcome(attempt.outcome) });
}

/** Without headers and response, and with a note in their place. */
export function bareSettled(settled: Settled, note: string): Settled {
  const { attempt } = settled;
  const { url, method } = attempt.request;
  const request = { url: escaped(url), method, headers: {} };
  return withAttempt(settled, {
    ...attempt,
    request,
    outcome: bareOutcome(attempt.outcome, escaped(note)),
  });
}

function plainOutcome(outcome: Outcome): Outcome {
  if (outcome.kind !== 'responded') return { ...outcome, error: escaped(outcome.error) };
  return {
    ...outcome,
    headers: escapedHeaders(outcome.headers),
    body: base64(outcome.body),
    ...(outcome.error !== undefined && { error: escaped(outcome.error) }),
  };
}

function bareOutcome(outcome: Outcome, note: string): Outcome {
  if (outcome.kind !== 'responded') return { ...outcome, error: note };
  const { kind, status } = outcome;
  return { kind, status, headers: {}, body: { text: note, encoding: 'utf8' }, bodyTruncated: true };
}

function escapedHeaders<T extends string | string[]>(
  headers: Record<string, T>
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      escaped(name),
      (typeof value === 'string' ? escaped(value) : value.map(escaped)) as T,
    ])
  );
}

function withAttempt(settled: Settled, attempt: Settled['attempt']): Settled {
  const { callbacks } = settled;
  return { ...settled, attempt, ...(callbacks && { callbacks: callbacks.map(plainCallback) }) };
}

const plainCallback = ({ event, message }: NewCallback): NewCallback => ({
  event: { ...event, body: base64(event.body) },
  message: message.body === null ? message : { ...message, body: base64(message.body) },
});
