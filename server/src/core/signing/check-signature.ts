/**
 * Tells why a receiver refuses a signature: compares what it got with what the secrets would have signed.
 *
 * Pure. Standard Webhooks `v1` only.
 */
import { signStandard } from './signature';

/** The request that the receiver got. */
export interface SignedRequest {
  id: string;
  /** As in `webhook-timestamp`, Unix seconds. */
  timestamp: string;
  /** As in `webhook-signature`, separated by spaces. */
  signatures: string;
  body: string;
}

/**
 * `reformatted`: the signature is of the same JSON, written differently. `timestamp`: it is no whole number of
 * seconds.
 */
export type SignatureVerdict = 'current' | 'previous' | 'reformatted' | 'timestamp' | 'mismatch';

const WHOLE_SECONDS = /^\d{1,12}$/;
const INDENTS = [0, 2, 4];

/** @param secrets current first. */
export function checkSignature(
  { id, timestamp, signatures, body }: SignedRequest,
  secrets: readonly string[]
): SignatureVerdict {
  if (!WHOLE_SECONDS.test(timestamp)) return 'timestamp';
  const given = new Set(signatures.split(/\s+/).filter((part) => part !== ''));
  const signs = (secret: string, text: string): boolean =>
    given.has(signStandard([secret], id, Number(timestamp), Buffer.from(text, 'utf8')));

  const [current, ...others] = secrets;
  if (current !== undefined && signs(current, body)) return 'current';
  if (others.some((secret) => signs(secret, body))) return 'previous';
  const isOther = variantsOf(body).some((text) => secrets.some((secret) => signs(secret, text)));
  return isOther ? 'reformatted' : 'mismatch';
}

/** The same JSON as it may have been sent, and the text without the line that an editor adds at the end. */
function variantsOf(body: string): string[] {
  const variants = [body.trim()];
  try {
    const value = JSON.parse(body) as unknown;
    variants.push(...INDENTS.map((indent) => JSON.stringify(value, null, indent)));
  } catch {
    // no JSON
  }
  return variants.filter((text) => text !== body);
}
