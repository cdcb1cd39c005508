/**
 * The ids people and receivers see: `msg_…` of a message, `<ms>-<n>` of a dead letter.
 *
 * A message id is what a receiver deduplicates by and part of what is signed, so it never contains
 * the `.` that separates the parts of the signed content (Standard Webhooks 1.0.0).
 * Pure: randomness, time and sequence are arguments.
 */
const PREFIX = 'msg_';

/** Bitcoin's base58: nothing that is mistaken for something else when read aloud or copied by hand. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Below this, two messages of a busy installation could meet. */
const MIN_RANDOM_BYTES = 16;

/**
 * @param random at least 16 bytes from a cryptographic source; all of them are used.
 * @returns `msg_` and a text of a length that depends on the number of bytes alone.
 */
export function messageIdFrom(random: Uint8Array): string {
  if (random.length < MIN_RANDOM_BYTES) {
    throw new RangeError(
      `a message id needs ${MIN_RANDOM_BYTES} random bytes, got ${random.length}`
    );
  }
  return PREFIX + base58(random);
}

/**
 * @param now when the message died, epoch ms.
 * @param sequence tells apart the dead letters of one millisecond: the message's row id will do.
 */
export function dlqIdFrom(now: number, sequence: number): string {
  return `${now}-${sequence}`;
}

function base58(bytes: Uint8Array): string {
  const length = Math.ceil((bytes.length * 8) / Math.log2(BASE58.length));
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text = BASE58.charAt(Number(rest % 58n)) + text;
    rest /= 58n;
  }
  return text;
}
