/** The token by which the receiver of an endpoint reads its manifest. It knows it without being told. */
import { createHmac, timingSafeEqual } from 'node:crypto';

import { secretKey } from '../signing/signature';

const PURPOSE = 'manifest';

/** @returns HMAC-SHA256 of `manifest`, keyed as signatures are, in base64url. */
export const manifestToken = (secret: string): string =>
  createHmac('sha256', secretKey(secret, 'secret')).update(PURPOSE).digest('base64url');

/** @param secrets of the endpoint: the current one, and the previous one while it still signs. */
export function isManifestToken(given: string, secrets: readonly string[]): boolean {
  const bytes = Buffer.from(given);
  return secrets.map(manifestToken).some((token) => {
    const expected = Buffer.from(token);
    return expected.length === bytes.length && timingSafeEqual(expected, bytes);
  });
}
