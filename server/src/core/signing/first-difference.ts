/** Finds where a request that a receiver got begins to differ from the one that was sent. Pure. */

/** Characters that are quoted from there on. */
const MAX_QUOTED = 24;
const MAX_BYTES_OF_CHARACTER = 4;

export interface BodyDifference {
  /** Bytes before it. */
  at: number;
  sentBytes: number;
  givenBytes: number;
  /** The text that was sent, from there on. Empty: it ended there. */
  sent: string;
  given: string;
}

/** @returns null when they are the same. */
export function bodyDifference(sent: Buffer, given: Buffer): BodyDifference | null {
  const shorter = Math.min(sent.length, given.length);
  let at = 0;
  while (at < shorter && sent[at] === given[at]) at += 1;
  if (at === sent.length && at === given.length) return null;
  while (at > 0 && (isInside(sent[at]) || isInside(given[at]))) at -= 1;
  return {
    at,
    sentBytes: sent.length,
    givenBytes: given.length,
    sent: quoted(sent, at),
    given: quoted(given, at),
  };
}

/** Whether a byte continues a character of UTF-8. */
const isInside = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x80 && byte < 0xc0;

const quoted = (text: Buffer, from: number): string =>
  [...text.subarray(from, from + MAX_QUOTED * MAX_BYTES_OF_CHARACTER).toString('utf8')]
    .slice(0, MAX_QUOTED)
    .join('');

const parts = (signatures: string): string[] => signatures.split(/\s+/).filter(Boolean);

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/**
 * @param sent signatures that were sent, and `given` one that the receiver got, separated by spaces.
 * @returns how many characters agree with the most similar one. Null: one is the same, or there is none.
 */
export function signatureDifference(sent: string, given: string): number | null {
  const [ours, theirs] = [parts(sent), parts(given)];
  if (ours.length === 0 || theirs.some((one) => ours.includes(one))) return null;
  return Math.max(0, ...theirs.flatMap((one) => ours.map((other) => commonLength(one, other))));
}
