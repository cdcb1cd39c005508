/**
 * CloudEvents 1.0 in binary content mode: the body stays as it is, and headers describe the event.
 *
 * Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md,
 * §3.1. `datacontenttype` is the `Content-Type`, which has no `ce-` header.
 */
import type { ClaimedMessage } from './message';

export const CE_PREFIX = 'ce-';
const SPEC_VERSION = '1.0';
/** `type` must not be empty. */
const NAMELESS = 'message';

/** Characters that stand for themselves: printable ASCII without space, `"` and `%`. */
const PLAIN = /^[\x21\x23\x24\x26-\x7e]$/;

/** §3.1.3.2: percent-encoded as UTF-8, upper case. */
export function ceValue(text: string): string {
  return [...text]
    .map((character) =>
      PLAIN.test(character)
        ? character
        : [...Buffer.from(character, 'utf8')]
            .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
            .join('')
    )
    .join('');
}

/**
 * @param source URL of this Strapi. With it, `id` is unique: the message's id, the same for each attempt.
 */
export function cloudEventHeaders(
  { messageId, event }: Pick<ClaimedMessage, 'messageId' | 'event'>,
  source: string
): Record<string, string> {
  const subject = [event.uid, event.entryDocumentId].filter(Boolean).join('/');
  return {
    'ce-specversion': SPEC_VERSION,
    'ce-id': ceValue(messageId),
    'ce-source': ceValue(source),
    'ce-type': ceValue(event.name === '' ? NAMELESS : event.name),
    'ce-time': new Date(event.occurredAt).toISOString(),
    ...(subject !== '' && { 'ce-subject': ceValue(subject) }),
  };
}
