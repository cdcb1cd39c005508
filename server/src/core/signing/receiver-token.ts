/**
 * The token by which the receiver of an endpoint claims its messages and reads its manifest. It can make it
 * from its secret.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

import { secretKey } from './signature';

/** Receivers compute it, so it stays. */
const PURPOSE = 'manifest';

/** @returns HMAC-SHA256 of `manifest`, keyed as signatures are, in base64url. */
export const receiverToken = (secret: string): string =>
  createHmac('sha256', secretKey(secret, 'secret')).update(PURPOSE).digest('base64url');

/** @param secrets of the endpoint that sign now. */
export function isReceiverToken(given: string, secrets: readonly string[]): boolean {
  const bytes = Buffer.from(given);
  return secrets.map(receiverToken).some((token) => {
    const expected = Buffer.from(token);
    return expected.length === bytes.length && timingSafeEqual(expected, bytes);
  });
}
