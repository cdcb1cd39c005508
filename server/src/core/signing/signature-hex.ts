/**
 * Signatures that receivers written for other senders know: HMAC-SHA256 of the body in hex, in one
 * header. Keyed with the text of the secret, prefix included, as GitHub does
 * (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
 *
 * There is one value per header, so during a rotation only the current secret signs. Neither the time
 * nor the message id is covered.
 */
import { createHmac } from 'node:crypto';

import type { EndpointSignatureKind } from '../message/message';

export const GITHUB_HEADER = 'X-Hub-Signature-256';

/** Which headers an endpoint asks for, each with the text before the hex. */
export type HexSignatures = readonly { header: string; prefix: string }[];

const NONE: HexSignatures = [];

/** @param header the name that kind `hmac` uses. */
export function hexSignaturesOf(
  kinds: readonly EndpointSignatureKind[],
  header: string | null
): HexSignatures {
  const github = kinds.includes('github') ? [{ header: GITHUB_HEADER, prefix: 'sha256=' }] : NONE;
  const own = kinds.includes('hmac') && header !== null ? [{ header, prefix: '' }] : NONE;
  return [...github, ...own];
}

export function signHex(
  wanted: HexSignatures,
  secret: string,
  body: Buffer
): Record<string, string> {
  if (wanted.length === 0) return {};
  const hex = createHmac('sha256', secret).update(body).digest('hex');
  return Object.fromEntries(wanted.map(({ header, prefix }) => [header, prefix + hex]));
}
