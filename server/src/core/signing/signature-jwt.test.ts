import { createHash } from 'node:crypto';

import { decodeProtectedHeader, generateKeyPair, jwtVerify } from 'jose';

import type { SignatureKind } from '../message/message';
import {
  hasTwoJwts,
  JWT_ALGORITHMS,
  jwtAlgorithmOf,
  jwtKind,
  signJwt,
  type JwtAlgorithm,
} from './signature-jwt';

const NOW = 1_721_068_851_999;
const CLAIMS = {
  iss: 'Upstash',
  sub: 'https://example.com/hook?a=b',
  iat: 1_721_068_851,
  nbf: 0,
  exp: 1_721_069_151,
  jti: 'jwt_1',
  body: expect.any(String) as string,
};

describe('signJwt, HS256', () => {
  const KEY = 'sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r';
  const sign = (body: Buffer) =>
    signJwt({ key: { alg: 'HS256', text: KEY }, url: CLAIMS.sub, body, now: NOW, jti: CLAIMS.jti });

  it('carries the claims the official verifiers check, and no audience', async () => {
    const token = await sign(Buffer.from('{"a":1}'));
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const { payload } = await jwtVerify(token, Buffer.from(KEY), {
      issuer: 'Upstash',
      subject: 'https://example.com/hook?a=b',
      currentDate: new Date(NOW),
    });
    expect(payload).toEqual(CLAIMS);
  });

  it.each([['{"a":1}'], [''], ['~~~???>>>']])(
    'hashes the body %j, URL-safe with padding',
    async (body) => {
      const { payload } = await jwtVerify(await sign(Buffer.from(body)), Buffer.from(KEY), {
        currentDate: new Date(NOW),
      });
      const hash = createHash('sha256').update(body).digest('base64url');
      expect(payload.body).toBe(`${hash}=`);
    }
  );

  it('is refused with another key, and after five minutes', async () => {
    const token = await sign(Buffer.from('x'));
    const at = (now: number) => ({ currentDate: new Date(now) });
    await expect(jwtVerify(token, Buffer.from('sig_other'), at(NOW))).rejects.toThrow();
    await expect(jwtVerify(token, Buffer.from(KEY), at(NOW + 301_000))).rejects.toThrow('exp');
  });
});

describe('signJwt, EdDSA', () => {
  it('carries the same claims, names its key, and is verified with the public one', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const key = { alg: 'EdDSA' as const, kid: 'thumbprint', privateKey };
    const body = Buffer.from('{"a":1}');
    const token = await signJwt({ key, url: CLAIMS.sub, body, now: NOW, jti: CLAIMS.jti });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: 'thumbprint' });
    const at = { currentDate: new Date(NOW), issuer: 'Upstash' };
    expect((await jwtVerify(token, publicKey, at)).payload).toEqual(CLAIMS);
    const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    await expect(jwtVerify(token, stranger.publicKey, at)).rejects.toThrow('signature');
  });
});

describe('which JWT is asked for', () => {
  it.each<[SignatureKind[], JwtAlgorithm | null]>([
    [[], null],
    [['standard'], null],
    [['standard', 'jwt'], 'HS256'],
    [['jwt-eddsa', 'standard'], 'EdDSA'],
  ])('%j: %s', (kinds, algorithm) => {
    expect(jwtAlgorithmOf(kinds)).toBe(algorithm);
    expect(hasTwoJwts(kinds)).toBe(false);
  });

  it('never both: there is one header', () => {
    expect(hasTwoJwts(['standard', 'jwt', 'jwt-eddsa'])).toBe(true);
  });

  it.each(JWT_ALGORITHMS)('%s has a kind of its own', (algorithm) => {
    expect(jwtAlgorithmOf([jwtKind(algorithm)])).toBe(algorithm);
  });
});
