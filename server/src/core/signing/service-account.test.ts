import { generateKeyPairSync } from 'node:crypto';

import { decodeProtectedHeader, jwtVerify } from 'jose';

import { readServiceAccount, signServiceToken } from './service-account';

const NOW = 1_700_000_000_999;
const EMAIL = 'strapi@shop.iam.gserviceaccount.com';
const encoding = { type: 'pkcs8', format: 'pem' } as const;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const FILE = {
  type: 'service_account',
  client_email: EMAIL,
  private_key_id: 'key-1',
  private_key: privateKey.export(encoding),
};

const inBase64 = (file: unknown): string => Buffer.from(JSON.stringify(file)).toString('base64');
const read = (text: string) => readServiceAccount(text, 'url');

it('signs a token for the service that its public key verifies', async () => {
  const token = await signServiceToken(read(inBase64(FILE)), 'https://pubsub.googleapis.com/', NOW);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  const { payload } = await jwtVerify(token, publicKey, { currentDate: new Date(NOW) });
  expect(payload).toEqual({
    iss: EMAIL,
    sub: EMAIL,
    aud: 'https://pubsub.googleapis.com/',
    iat: 1_700_000_000,
    exp: 1_700_003_600,
  });
});

it.each([
  ['no base64 of JSON', 'secret-text', 'no key file'],
  ['other JSON', inBase64(['secret-text']), 'no key file'],
  ['a file without an address', inBase64({ ...FILE, client_email: undefined }), 'no key file'],
  ['a broken key', inBase64({ ...FILE, private_key: 'secret-text' }), 'no RSA key'],
  [
    'a key of another kind',
    inBase64({
      ...FILE,
      private_key: generateKeyPairSync('ed25519').privateKey.export(encoding),
    }),
    'no RSA key',
  ],
])('refuses %s, without quoting it', (_what, text, problem) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_URL', field: 'url' }) as Error
  );
  expect(() => read(text)).toThrow(problem);
  expect(() => read(text)).not.toThrow('secret-text');
});
