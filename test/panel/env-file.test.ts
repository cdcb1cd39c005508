/** The file of environment variables that has the signing secret, as Node reads it. */
import { parseEnv } from 'node:util';

import { envFile } from '../../admin/src/pages/endpoints/envFile';
import { newSecret } from '../../server/src/core/signing/signature';

it.each([
  newSecret(Buffer.alloc(32, 251)),
  'a secret of # our own',
  "it's $HOME \\n and more",
  'with "quotes" and \'quotes\'',
])('%s', (secret) => {
  const variables = { WEBHOOK_SECRET: secret, WEBHOOK_TOKEN: 'a.b-c' };
  expect(parseEnv(envFile(variables))).toEqual(variables);
});

it('quotes only what needs it', () => {
  expect(envFile({ WEBHOOK_SECRET: 'whsec_Ab+/9=' })).toBe('WEBHOOK_SECRET=whsec_Ab+/9=\n');
});
