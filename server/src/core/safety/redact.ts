/**
 * What may be shown of a request in logs and in the panel: enough to act on, nothing to sign in with.
 *
 * Values go, names stay: "was the token sent at all?" must be answerable. Signatures of this plugin
 * and message ids stay visible: they are what a receiver's author compares.
 */
const MASK = '***';

const SECRET_NAME =
  /auth(?!or(?!i))|cookie|token|secret|key|passw|passphrase|signature|credential|session|jwt/i;

/** Look secret by name and are not. A Standard Webhooks signature reveals nothing about its key. */
const VISIBLE_NAMES = new Set(['webhook-id', 'webhook-signature', 'idempotency-key']);

/** Query values and userinfo masked, query keys kept; a fragment is never sent, hence dropped. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, username, password, host, pathname, search } = new URL(url);
  if (host === '') return url; // `strapi:<name>`, a handler: nothing in it is secret
  const userinfo = username !== '' || password !== '' ? `${MASK}@` : '';
  return `${protocol}//${userinfo}${host}${pathname}${redactQuery(search)}`;
}

/**
 * @param secretNames names the operator marked as secret, in lower case.
 */
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

/** By its name in lower case. */
export const looksSecret = (name: string): boolean =>
  !VISIBLE_NAMES.has(name) && SECRET_NAME.test(name);

/** Without a `=` there is no telling a key from a value: `?a1b2c3` may be the whole secret. */
function redactQuery(search: string): string {
  if (search === '' || search === '?') return search;
  const parts = search
    .slice(1)
    .split('&')
    .map((part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=${MASK}` : MASK));
  return `?${parts.join('&')}`;
}
