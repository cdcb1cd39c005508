/**
 * Prepares requests and sends none: the plugin's own code from headers to signatures, as the loop calls
 * it, many at a time. Its processor time, that of the threads which sign included, is what counts.
 */
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';

import { bodyOf } from '../lib/body.mjs';
import { serve } from '../lib/rpc.mjs';

const require = createRequire(import.meta.url);
const { renderRequest } = require('../../server/src/core/message/request.ts');
const { newSecret } = require('../../server/src/core/signing/signature.ts');
const { newEd25519Keys, signingKey } = require('../../server/src/host/ed25519-keys.ts');

const AT_ONCE = 100;
const INSTANT = 1_700_000_000_000;
const SETTINGS = {
  url: 'https://example.com/hooks/articles',
  method: 'POST',
  headers: {},
  timeoutMs: 30_000,
};

const SECRETS = [newSecret(randomBytes(32))];
const JWT_KEYS = {
  standard: {},
  'standard and HS256': { jwtKey: { alg: 'HS256', text: 'sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r' } },
  'standard and EdDSA': { jwtKey: await signingKey((await newEd25519Keys()).current) },
};
const SIGNATURES = {
  standard: ['standard'],
  'standard and HS256': ['standard', 'jwt'],
  'standard and EdDSA': ['standard', 'jwt-eddsa'],
};

const inputOf = (name, n) => ({
  message: {
    messageId: `msg_${n}`,
    topicName: 'articles',
    headers: {},
    signatures: SIGNATURES[name],
    retried: 0,
    event: { id: n, name: 'entry.publish', uid: 'api::article.article', occurredAt: INSTANT },
    body: { text: JSON.stringify(bodyOf(n)), encoding: 'utf8' },
    contentType: 'application/json',
  },
  settings: SETTINGS,
  secrets: SECRETS,
  jti: `jwt_${n}`,
  userAgent: 'bench',
  now: INSTANT,
  ...JWT_KEYS[name],
});

serve({
  names: () => Object.keys(SIGNATURES),

  /** @returns microseconds of processor time for each. */
  async prepare(name, count) {
    const before = process.cpuUsage();
    for (let n = 0; n < count; n += AT_ONCE) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, k) => renderRequest(inputOf(name, n + k)))
      );
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  },
});
