/**
 * Masks secrets in requests that are shown in logs and in the panel.
 *
 * Values are masked, names are kept, so that one can see whether a token was sent. This plugin's
 * signatures and message ids stay visible: authors of receivers compare them.
 */
const MASK = '***';

const SECRET_NAME =
  /auth(?!or(?!i))|cookie|token|secret|key|passw|passphrase|signature|credential|session|jwt/i;

/**
 * Names that look secret and are not. A Standard Webhooks signature reveals nothing about its key.
 */
const VISIBLE_NAMES = new Set(['webhook-id', 'webhook-signature', 'idempotency-key']);

/** Masks query values and user info, keeps query keys, drops the fragment, which is never sent. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, username, password, host, pathname, search } = new URL(url);
  if (host === '') return url; // `strapi:<name>`, a handler: nothing in it is secret
  const userinfo = username !== '' || password !== '' ? `${MASK}@` : '';
  return `${protocol}//${userinfo}${host}${pathname}${redactQuery(search)}`;
}

/** @param secretNames names of secret headers, lower case. */
export function redactHeaders(
  headers: Record<string, string>,
  secretNames: ReadonlySet<string> = new Set()
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecret(name.toLowerCase(), secretNames) ? MASK : value,
    ])
  );
}

function isSecret(name: string, secretNames: ReadonlySet<string>): boolean {
  return secretNames.has(name) || looksSecret(name);
}

/** @param name lower case. */
export const looksSecret = (name: string): boolean =>
  !VISIBLE_NAMES.has(name) && SECRET_NAME.test(name);

/** Without `=`, a key cannot be told from a value: `?a1b2c3` may be the whole secret. */
function redactQuery(search: string): string {
  if (search === '' || search === '?') return search;
  const parts = search
    .slice(1)
    .split('&')
    .map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=${MASK}` : MASK));
  return `?${parts.join('&')}`;
}
