import { exportJWK, jwtVerify, createLocalJWKSet } from 'jose';

import { signJwt, type JwtKey } from '../core/signing/signature-jwt';
import { newEd25519Keys, publicKeys, rotated, signingKey } from './ed25519-keys';

const NOW = Date.UTC(2026, 0, 2);
const HOUR_MS = 3_600_000;

const kids = (set: { keys: { kid?: string }[] }) => set.keys.map(({ kid }) => kid);
const token = (key: JwtKey) =>
  signJwt({ key, url: 'https://example.com', body: Buffer.from('x'), now: NOW, jti: 'jwt_1' });

it('publishes what it signs with, and what it will sign with, and nothing private', async () => {
  const keys = await newEd25519Keys();
  const set = publicKeys(keys, NOW);
  expect(kids(set)).toEqual([keys.current.kid, keys.next.kid]);
  for (const key of set.keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  }
  await jwtVerify(await token(await signingKey(keys.current)), createLocalJWKSet(set), {
    currentDate: new Date(NOW),
  });
});

it('a set that was read before a rotation knows the key that signs after it', async () => {
  const keys = await newEd25519Keys();
  const before = createLocalJWKSet(publicKeys(keys, NOW));
  const after = await rotated(keys, NOW);
  expect(after.current).toEqual(keys.next);
  await jwtVerify(await token(await signingKey(after.current)), before, {
    currentDate: new Date(NOW),
  });
});

it('publishes retired keys for an hour, each its own, without their private part', async () => {
  const first = await newEd25519Keys();
  const second = await rotated(first, NOW);
  const third = await rotated(second, NOW + HOUR_MS / 2);
  expect(JSON.stringify(third.retired)).not.toContain(first.current.d);
  const published = (at: number) => kids(publicKeys(third, at)).slice(2);
  expect(published(NOW + HOUR_MS - 1)).toEqual([second.current.kid, first.current.kid]);
  expect(published(NOW + HOUR_MS)).toEqual([second.current.kid]);
  expect(published(NOW + 2 * HOUR_MS)).toEqual([]);
  expect((await rotated(third, NOW + 2 * HOUR_MS)).retired).toHaveLength(1);
});

it('its private key cannot be taken out of what signs', async () => {
  const key = await signingKey((await newEd25519Keys()).current);
  if (key.alg !== 'EdDSA') throw new Error('another algorithm');
  await expect(exportJWK(key.privateKey)).rejects.toThrow('extractable');
});
