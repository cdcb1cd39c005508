/**
 * Values that are shown only as `REDACTED:<64 hex digits>`: equal values look equal, and a short one
 * cannot be guessed from it, because the hash has a key of the installation's.
 */
import { createHmac, randomBytes } from 'node:crypto';

import type { Redaction, StoredBody } from '../core/message/message';
import { createFieldRedactor, type FieldRedactor } from '../core/safety/redact-fields';
import type { Keys } from './keys';

const MARK = 'REDACTED:';
const FALLBACK_KEY_BYTES = 32;

export interface Redactor {
  /** Hides the configured fields of a body. */
  fields: FieldRedactor;
  /** @returns 64 hex digits. */
  digest(value: string): string;
  body(body: StoredBody, redact: Redaction | null | undefined): StoredBody;
  /** @param own the message's own headers, the only ones that are redacted. */
  headers(
    headers: Record<string, string>,
    redact: Redaction | null | undefined,
    own: Record<string, string>
  ): Record<string, string>;
}

export function createRedactor(
  keys: Pick<Keys, 'digestKey' | 'problem'>,
  hiddenFields: readonly string[]
): Redactor {
  const fields = createFieldRedactor(hiddenFields);
  // Used while the keys cannot be read: hashes then change with each restart.
  const fallback = randomBytes(FALLBACK_KEY_BYTES);

  function digest(value: string): string {
    const key = keys.problem() === null ? keys.digestKey() : fallback;
    return createHmac('sha256', key).update(`redacted:${value}`).digest('hex');
  }

  return {
    fields,
    digest,

    body: (body, redact) =>
      redact?.body === true && body.text !== ''
        ? { text: MARK + digest(body.text), encoding: 'utf8' }
        : fields(body),

    headers(headers, redact, own) {
      if (!redact || redact.headers === false) return headers;
      const named = redact.headers === true ? Object.keys(own) : redact.headers;
      const hidden = new Set(named.map((name) => name.toLowerCase()));
      const values = new Map(
        Object.entries(own).map(([name, value]) => [name.toLowerCase(), value])
      );
      return Object.fromEntries(
        Object.entries(headers).map(([name, shown]) => {
          const value = values.get(name.toLowerCase());
          const hide = value !== undefined && hidden.has(name.toLowerCase());
          return [name, hide ? MARK + digest(value) : shown];
        })
      );
    },
  };
}
