import { generateKeyPairSync } from 'node:crypto';

import { jwtVerify } from 'jose';

import { createGoogleTokens } from './google-tokens';

const NOW = 1_700_000_000_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });

const fileOf = (email: string): string =>
  Buffer.from(
    JSON.stringify({
      client_email: email,
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    })
  ).toString('base64');

it('uses a token until five minutes before its end, for its key file only', async () => {
  let now = NOW;
  const tokenOf = createGoogleTokens(() => now);
  const first = await tokenOf(fileOf('a@shop'));
  expect(await tokenOf(fileOf('b@shop'))).not.toBe(first);
  now = NOW + 3_299_999;
  expect(await tokenOf(fileOf('a@shop'))).toBe(first);
  now = NOW + 3_300_000;
  const second = await tokenOf(fileOf('a@shop'));
  expect(second).not.toBe(first);
  const { payload } = await jwtVerify(second, publicKey, { currentDate: new Date(now) });
  expect(payload).toMatchObject({ iss: 'a@shop', aud: 'https://pubsub.googleapis.com/' });
});
