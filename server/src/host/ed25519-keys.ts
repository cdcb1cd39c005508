/**
 * Creates, rotates and publishes the Ed25519 key pairs of EdDSA signatures. The next key is published before
 * it signs, so receivers may cache the JWK Set.
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

import type { JwtKey } from '../core/signing/signature-jwt';
import { HOUR_MS } from '../core/time';

const CURVE = 'Ed25519';

/** Longer than a token is valid, for clock skew and slow receivers. */
const RETIRED_FOR_MS = HOUR_MS;

/** RFC 8037, with the private part. Stored encrypted. */
export interface Ed25519Key {
  kid: string;
  x: string;
  d: string;
}

export interface Ed25519Keys {
  current: Ed25519Key;
  /** Published before it signs. */
  next: Ed25519Key;
  /** Published until `until` (epoch ms). Their private parts are deleted. */
  retired: { kid: string; x: string; until: number }[];
}

/** RFC 7517. */
export interface JwkSet {
  keys: JWK[];
}

async function newKey(): Promise<Ed25519Key> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: CURVE, extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  return { kid: await calculateJwkThumbprint({ kty: 'OKP', crv: CURVE, x }), x, d };
}

export const newEd25519Keys = async (): Promise<Ed25519Keys> => ({
  current: await newKey(),
  next: await newKey(),
  retired: [],
});

export async function rotated(keys: Ed25519Keys, now: number): Promise<Ed25519Keys> {
  const { kid, x } = keys.current;
  return {
    current: keys.next,
    next: await newKey(),
    retired: [{ kid, x, until: now + RETIRED_FOR_MS }, ...stillPublished(keys, now)],
  };
}

export async function signingKey({ kid, x, d }: Ed25519Key): Promise<JwtKey> {
  const privateKey = await importJWK({ kty: 'OKP', crv: CURVE, x, d }, 'EdDSA');
  return { alg: 'EdDSA', kid, privateKey: privateKey };
}

export function publicKeys(keys: Ed25519Keys, now: number): JwkSet {
  const published = [keys.current, keys.next, ...stillPublished(keys, now)];
  return {
    keys: published.map(({ kid, x }) => ({
      kty: 'OKP',
      crv: CURVE,
      x,
      kid,
      alg: 'EdDSA',
      use: 'sig',
    })),
  };
}

const stillPublished = ({ retired }: Ed25519Keys, now: number): Ed25519Keys['retired'] =>
  retired.filter(({ until }) => until > now);
