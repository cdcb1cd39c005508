/**
 * Targets of callbacks: a URL, or `strapi:<name>` for a handler in the app's own code.
 *
 * Only callbacks and the code API accept `strapi:` targets. `parseTarget` refuses them everywhere
 * else.
 */
import { CoreError } from '../errors';
import { memoize } from '../memo';
import { parseTarget, type UrlPolicy } from '../safety/url-safety';

const SCHEME = 'strapi:';
const NAME = /^[A-Za-z0-9_.-]{1,100}$/;

export const isHandlerUrl = (url: string): boolean => url.startsWith(SCHEME);

export const handlerUrl = (name: string): string => SCHEME + name;

/** @returns the handler's name, or null for an ordinary URL. */
export const handlerNameOf = (url: string): string | null =>
  isHandlerUrl(url) ? url.slice(SCHEME.length) : null;

/** @throws CoreError `INVALID_VALUE`. */
export function validateHandlerName(name: unknown, field: string): void {
  if (typeof name === 'string' && NAME.test(name)) return;
  throw new CoreError(
    'INVALID_VALUE',
    `${field}: a name has up to 100 letters, digits, ".", "_" and "-"`,
    field
  );
}

/** @throws CoreError as `parseTarget`, or for a name that no handler can have. */
export function validateCallbackTarget(url: string, policy: UrlPolicy, field: string): void {
  const name = handlerNameOf(url);
  if (name === null) parseTarget(url, policy, field);
  else validateHandlerName(name, field);
}

/** The lane of messages to this target; see `NewMessage.lane`. */
export function targetLane(url: string): string {
  return isHandlerUrl(url) ? `u:${url}` : `u:${URL.canParse(url) ? new URL(url).host : ''}`;
}

/** Scheme, host and port; null for a handler. */
export const targetOrigin = memoize((url): string | null => {
  if (isHandlerUrl(url) || !URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
});
