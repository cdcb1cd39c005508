/**
 * The JWT in QStash's `Upstash-Signature` (https://upstash.com/docs/qstash/howto/signature):
 * claims about the exact URL and bytes, signed anew for each attempt.
 *
 * `HS256` is keyed with the text of the signing key, as in QStash. `EdDSA` (Ed25519) is our
 * extension: the receiver needs no secret and reads the public keys from the JWKS endpoint by
 * `kid`.
 *
 * Pure: keys, time and ids are arguments. Of `node:crypto`, only a hash function is used.
 */
import { createHash } from 'node:crypto';

import { SignJWT, type CryptoKey } from 'jose';

import type { EndpointSignatureKind, SignatureKind } from '../message/message';

/** Lifetime of a JWT from its signing, as in QStash. */
export const JWT_LIFETIME_S = 300;

export const JWT_ALGORITHMS = ['HS256', 'EdDSA'] as const;
export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

export type JwtKey =
  /** The signing key as text (`sig_…`). Its UTF-8 bytes are the key; it is not decoded. */
  { alg: 'HS256'; text: string } | { alg: 'EdDSA'; kid: string; privateKey: CryptoKey };

export interface JwtInput {
  key: JwtKey;
  url: string;
  body: Buffer;
  /** Epoch ms. */
  now: number;
  /** Unique per attempt. */
  jti: string;
}

const KINDS: Record<JwtAlgorithm, SignatureKind> = { HS256: 'jwt', EdDSA: 'jwt-eddsa' };

export const jwtKind = (algorithm: JwtAlgorithm): SignatureKind => KINDS[algorithm];

/**
 * @returns null when no JWT is requested. A message has at most one, because there is one header
 *   for it.
 */
export function jwtAlgorithmOf(kinds: readonly EndpointSignatureKind[]): JwtAlgorithm | null {
  return JWT_ALGORITHMS.find((algorithm) => kinds.includes(KINDS[algorithm])) ?? null;
}

export const TWO_JWTS =
  'has "jwt" or "jwt-eddsa", not both: they share the Upstash-Signature header';

export const hasTwoJwts = (kinds: readonly EndpointSignatureKind[]): boolean =>
  JWT_ALGORITHMS.every((algorithm) => kinds.includes(KINDS[algorithm]));

/** The value of `Upstash-Signature`. Without `aud`: verifiers that expect none refuse it. */
export function signJwt({ key, url, body, now, jti }: JwtInput): Promise<string> {
  const issuedAtS = Math.floor(now / 1_000);
  return (
    new SignJWT({ body: base64UrlPadded(createHash('sha256').update(body).digest()) })
      .setProtectedHeader({
        alg: key.alg,
        typ: 'JWT',
        ...(key.alg === 'EdDSA' && { kid: key.kid }),
      })
      .setIssuer('Upstash')
      .setSubject(url)
      .setIssuedAt(issuedAtS)
      // 0 rather than now, as in QStash: receivers with a slow clock would refuse the token.
      .setNotBefore(0)
      .setExpirationTime(issuedAtS + JWT_LIFETIME_S)
      .setJti(jti)
      .sign(key.alg === 'EdDSA' ? key.privateKey : Buffer.from(key.text, 'utf8'))
  );
}

function base64UrlPadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
