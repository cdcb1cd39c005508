/**
 * The payload of an event, rendered once when it happens, then stored, signed and sent unchanged.
 *
 * Source: `@strapi/core`, `services/webhook-runner` (`JSON.stringify({ event, createdAt, ...info
 * })`) and `services/document-service/events` (`info` of an entry: `{ model, uid, entry }`). The
 * order of keys is part of the contract: payloads equal those of Strapi's own webhooks.
 */
import { CoreError } from '../errors';
import type { StoredBody } from './message';

/** Of a message whose body is not the whole event. */
export const REDUCED_HEADER = 'x-payload-reduced';

/** Valid in UTF-8, but PostgreSQL cannot store it in a text column. */
const NUL = '\u0000';

export interface EntryPayload {
  event: string;
  createdAt: Date;
  model: string;
  uid: string;
  /** Already sanitized. Null when Strapi cannot find the entry. */
  entry: unknown;
  /** Sanitized; null when there was none. Absent: not asked for. */
  previous?: unknown;
  /** Absent: not asked for. */
  changed?: readonly string[];
}

export function renderEntryPayload(payload: EntryPayload): string {
  const { event, createdAt, model, uid, entry, previous, changed } = payload;
  return JSON.stringify({ event, createdAt, model, uid, entry, previous, changed });
}

/** Any other event of Strapi's event hub. Keys of `info` override ours, as in Strapi. */
export function renderHubPayload(event: string, createdAt: Date, info: unknown): string {
  return JSON.stringify({ event, createdAt, ...(info as object | null | undefined) });
}

/** Stores bytes as text if that preserves them exactly, else as base64. */
export function storeBody(bytes: Uint8Array): StoredBody {
  const buffer = asBuffer(bytes);
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer) && !text.includes(NUL)
    ? { text, encoding: 'utf8' }
    : { text: buffer.toString('base64'), encoding: 'base64' };
}

export function bodyBytes(body: StoredBody): Buffer {
  return Buffer.from(body.text, body.encoding);
}

/**
 * @param body rendered text, bytes, or a stored body.
 * @throws CoreError `PAYLOAD_TOO_LARGE`.
 */
export function assertPayloadSize(
  body: StoredBody | string | Uint8Array,
  maxBytes: number,
  field: string
): void {
  const bytes = sizeOf(body);
  if (bytes <= maxBytes) return;
  throw new CoreError(
    'PAYLOAD_TOO_LARGE',
    `${field} is ${bytes} bytes; the limit is ${maxBytes} (payload.maxBytes of the plugin's config)`,
    field
  );
}

function sizeOf(body: StoredBody | string | Uint8Array): number {
  if (typeof body === 'string') return Buffer.byteLength(body, 'utf8');
  if (body instanceof Uint8Array) return body.byteLength;
  return Buffer.byteLength(body.text, body.encoding);
}

/** Shares the memory instead of copying it: a body may be large. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
