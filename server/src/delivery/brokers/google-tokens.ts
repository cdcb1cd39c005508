/** Bearer tokens for Pub/Sub, signed with the key of a service account and used until shortly before they end. */
import {
  readServiceAccount,
  signServiceToken,
  TOKEN_LIFETIME_S,
} from '../../core/signing/service-account';
import { MINUTE_MS, SECOND_MS } from '../../core/time';

/** The service, also where its host is a regional one. */
const AUDIENCE = 'https://pubsub.googleapis.com/';
const RENEWED_BEFORE_MS = 5 * MINUTE_MS;
/** Key files, of endpoints that are or were there. All are forgotten when there are more. */
const MAX_TOKENS = 200;

interface Known {
  token: Promise<string>;
  until: number;
}

export function createGoogleTokens(now: () => number) {
  const known = new Map<string, Known>();

  /** @throws CoreError when the key file cannot be read. */
  return (keyFile: string): Promise<string> => {
    const instant = now();
    const kept = known.get(keyFile);
    if (kept !== undefined && instant < kept.until) return kept.token;
    const token = signServiceToken(readServiceAccount(keyFile, 'url'), AUDIENCE, instant);
    const until = instant + TOKEN_LIFETIME_S * SECOND_MS - RENEWED_BEFORE_MS;
    if (known.size >= MAX_TOKENS) known.clear();
    known.set(keyFile, { token, until });
    return token;
  };
}
