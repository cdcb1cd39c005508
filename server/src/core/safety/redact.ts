/**
 * Masks secrets in requests that are shown in logs and in the panel.
 *
 * Values are masked, names are kept, so that one can see whether a token was sent. This plugin's
 * signatures and message ids stay visible: authors of receivers compare them.
 */
import { memoize } from '../memo';

const MASK = '***';

const SECRET_NAME =
  /auth(?!or(?!i))|cookie|token|secret|key|passw|passphrase|signature|credential|session|jwt/i;

/**
 * Names that look secret and are not. A Standard Webhooks signature reveals nothing about its key.
 */
const VISIBLE_NAMES = new Set(['webhook-id', 'webhook-signature', 'idempotency-key']);

/** Masks query values and user info, keeps query keys, drops the fragment, which is never sent. */
export const redactUrl = memoize((url) => {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, username, password, host, pathname, search } = new URL(url);
  if (host === '') return url; // `strapi:<name>`, a handler: nothing in it is secret
  const userinfo = username !== '' || password !== '' ? `${MASK}@` : '';
  return `${protocol}//${userinfo}${host}${pathname}${redactQuery(search)}`;
});

/** @param secretNames names of secret headers, lower case. */
export function redactHeaders(
  headers: Record<string, string>,
  secretNames: ReadonlySet<string> = new Set()
): Record<string, string> {
  const redacted: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const isSecret = secretNames.has(name.toLowerCase()) || looksSecret(name);
    redacted[name] = isSecret ? MASK : value;
  }
  return redacted;
}

export const looksSecret = memoize(
  (name) => !VISIBLE_NAMES.has(name.toLowerCase()) && SECRET_NAME.test(name)
);

/** Without `=`, a key cannot be told from a value: `?a1b2c3` may be the whole secret. */
function redactQuery(search: string): string {
  if (search === '' || search === '?') return search;
  const parts = search
    .slice(1)
    .split('&')
    .map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=${MASK}` : MASK));
  return `?${parts.join('&')}`;
}
