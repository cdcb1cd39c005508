/**
 * Service accounts of Google Cloud: the key file, and the token that a key signs for itself
 * (https://google.aip.dev/auth/4111). No request for a token is made.
 *
 * Pure: key and time are arguments.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';

import { SignJWT } from 'jose';

import { invalidUrl } from '../safety/url-safety';

/** Google refuses tokens that are valid for longer. */
export const TOKEN_LIFETIME_S = 3_600;

export interface ServiceAccount {
  email: string;
  keyId: string;
  privateKey: KeyObject;
}

/**
 * @param text the JSON of the key file, in base64.
 * @throws CoreError `INVALID_URL`. Its message does not quote the file.
 */
export function readServiceAccount(text: string, field: string): ServiceAccount {
  const invalid = (problem: string) => invalidUrl(field, problem);
  const file = jsonOf(Buffer.from(text, 'base64').toString());
  const { client_email: email, private_key_id: keyId, private_key: pem } = file ?? {};
  if (typeof email !== 'string' || typeof keyId !== 'string' || typeof pem !== 'string') {
    throw invalid(
      'has no key file of a service account before the host: the JSON file of the key, in base64'
    );
  }
  const privateKey = keyOf(pem);
  if (privateKey?.asymmetricKeyType !== 'rsa') {
    throw invalid('has a key file whose private_key is no RSA key in PEM');
  }
  return { email, keyId, privateKey };
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function keyOf(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

/**
 * @param audience the service, `https://pubsub.googleapis.com/`.
 * @param now epoch ms.
 */
export function signServiceToken(
  { email, keyId, privateKey }: ServiceAccount,
  audience: string,
  now: number
): Promise<string> {
  const issuedAtS = Math.floor(now / 1_000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: keyId })
    .setIssuer(email)
    .setSubject(email)
    .setAudience(audience)
    .setIssuedAt(issuedAtS)
    .setExpirationTime(issuedAtS + TOKEN_LIFETIME_S)
    .sign(privateKey);
}
