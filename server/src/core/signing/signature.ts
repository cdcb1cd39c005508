/**
 * Standard Webhooks 1.0.0 signatures, `v1`: HMAC-SHA256 over `{id}.{timestamp}.{body}`, keyed with
 * the decoded secret. During a rotation both secrets sign, separated by a space. The signature
 * covers the exact bytes and is made anew for each attempt. `signature-jwt.ts` has the optional
 * JWT.
 *
 * Pure: randomness and time are arguments. Of `node:crypto`, only hash functions are used.
 */
import { createHmac } from 'node:crypto';

import { CoreError } from '../errors';
import { memoize } from '../memo';

const SECRET_PREFIX = 'whsec_';
/** Standard Webhooks: "between 24 bytes (192 bits) and 64 bytes (512 bits)". */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/** Standard base64, with or without padding. Verifiers refuse the URL-safe alphabet. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** @param random 24 to 64 bytes from a cryptographic source. */
export function newSecret(random: Uint8Array): string {
  if (random.length < MIN_SECRET_BYTES || random.length > MAX_SECRET_BYTES) {
    throw new RangeError(
      `a secret has ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes, got ${random.length}`
    );
  }
  return SECRET_PREFIX + Buffer.from(random).toString('base64');
}

/**
 * @returns the HMAC key.
 * @throws CoreError `INVALID_SECRET`; its message never shows the secret.
 */
export function parseSecret(secret: string, field: string): Buffer {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : '';
  const key = Buffer.from(BASE64.test(encoded) ? encoded : '', 'base64');
  // A secret that was cut or mistyped does not survive the round trip; its last bits would be
  // dropped silently.
  const exact = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  if (exact && key.length >= MIN_SECRET_BYTES && key.length <= MAX_SECRET_BYTES) return key;
  throw new CoreError(
    'INVALID_SECRET',
    `${field} must be ${SECRET_PREFIX} followed by the base64 of ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`,
    field
  );
}

/** Of a secret that is not `whsec_…`: long enough not to be guessed, and sendable in a header. */
const OWN_SECRET = /^[\x21-\x7e](?:[\x20-\x7e]{14,253}[\x21-\x7e])$/;

/**
 * The HMAC key of an endpoint's secret: `whsec_…` decoded, or the bytes of a text that the endpoint's
 * owner chose, as `new Webhook(secret, { format: 'raw' })` reads it.
 *
 * @throws CoreError `INVALID_SECRET`; its message never shows the secret.
 */
export function secretKey(secret: string, field: string): Buffer {
  if (secret.startsWith(SECRET_PREFIX)) return parseSecret(secret, field);
  if (secret.startsWith('whsk_')) {
    throw new CoreError(
      'INVALID_SECRET',
      `${field} is a private key, which receivers must not have`,
      field
    );
  }
  if (OWN_SECRET.test(secret)) return Buffer.from(secret, 'utf8');
  throw new CoreError(
    'INVALID_SECRET',
    `${field} must have 16 to 255 ASCII characters, without spaces at its ends, or be ${SECRET_PREFIX} followed by base64`,
    field
  );
}

/**
 * The value of `webhook-signature`.
 *
 * @param secrets current first; also the previous one during a rotation.
 * @param timestampS time of this attempt, Unix seconds.
 */
export function signStandard(
  secrets: readonly string[],
  id: string,
  timestampS: number,
  body: Buffer
): string {
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestampS}.`).update(body);
    return `v1,${hmac.digest('base64')}`;
  });
  return signatures.join(' ');
}

/** An installation has about as many as endpoints. */
const keyOf = memoize((secret) => secretKey(secret, 'secret'));
