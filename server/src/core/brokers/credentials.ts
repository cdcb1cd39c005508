/**
 * Credentials in the URL of a broker, `nats://user:password@host/subject`, or a cloud service. They are stored
 * apart; in the URL, `***@` stands for them, and keeps them when it is saved again.
 */
import { invalidUrl } from '../safety/url-safety';
import { cloudOf, readBrokerUrl, type Login } from './broker-url';

const MASK = '***';
const USERINFO = /^([a-z]+:\/\/)([^/?#]*)@/i;
/** Secrets of AWS often have a slash. No path of a cloud service has an "@". */
const CLOUD_USERINFO = /^([a-z]+:\/\/)(.*)@/is;

/** `kept`: the stored ones. */
export interface SplitUrl {
  url: string;
  login: Login | 'kept' | null;
}

/** @throws CoreError `INVALID_URL`. */
export function splitCredentials(raw: string, field: string): SplitUrl {
  const userinfoIn = cloudOf(raw) === null ? USERINFO : CLOUD_USERINFO;
  const [whole, scheme, userinfo] = userinfoIn.exec(raw) ?? [];
  if (whole === undefined || scheme === undefined) return { url: raw, login: null };
  const rest = raw.slice(whole.length);
  if (userinfo === undefined || userinfo === '') return { url: scheme + rest, login: null };
  const url = `${scheme}${MASK}@${rest}`;
  return { url, login: userinfo === MASK ? 'kept' : loginOf(userinfo, field) };
}

function loginOf(userinfo: string, field: string): Login {
  const colon = userinfo.indexOf(':');
  const [username, password] =
    colon === -1 ? [userinfo, ''] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)];
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw invalidUrl(field, 'has a "%" in its credentials that encodes no character: write it %25');
  }
}

/** Whether credentials for one may be sent to the other. */
export function isSameServer(one: string, other: string): boolean {
  const [a, b] = [readBrokerUrl(one), readBrokerUrl(other)];
  return a.broker === b.broker && a.isTls === b.isTls && a.host === b.host && a.port === b.port;
}
