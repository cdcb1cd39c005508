/**
 * Ids that people and receivers see: `msg_…` for a message, `<ms>-<n>` for a dead letter.
 *
 * Receivers deduplicate by the message id, and it is part of the signed content. It never contains
 * `.`, which separates the parts of the signed content (Standard Webhooks 1.0.0). Pure:
 * randomness, time and sequence are arguments.
 */
const PREFIX = 'msg_';

/** Bitcoin's base58 alphabet: no characters that look alike. */
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Fewer bytes would make collisions possible on a busy installation. */
const MIN_RANDOM_BYTES = 16;

/**
 * @param random at least 16 bytes from a cryptographic source; all of them are used.
 * @returns `msg_` and a text whose length depends only on the number of bytes.
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
 * @param now when the message failed, epoch ms.
 * @param sequence distinguishes dead letters of the same millisecond, for example the message's
 *   row id.
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
