/** Makes one message of many, for an endpoint in mode `batch`. Pure. */
import { tagsOf } from '../cache-tags/tags';
import { PRESETS } from '../presets/presets';
import type { Shape } from '../shape/shape';
import type { StoredBody } from './message';
import { bodyBytes, REDUCED_HEADER, storeBody } from './payload';

/**
 * How the bodies of a batch become one.
 *
 * - `list`: `{ events, tags, count }`, with the body of each event.
 * - `newest`: that of the newest event. For receivers to which one event is as good as many.
 * - `tags-of-<preset>`: that of the newest event, with the tags of all.
 */
export type BatchKind = 'list' | 'newest' | `${typeof TAGS_OF}${string}`;

/** Before the name of a preset. */
const TAGS_OF = 'tags-of-';

/** @returns null when its format cannot take a batch. */
export function batchKindOf(shape: Shape | null): BatchKind | null {
  const format = shape?.format ?? null;
  if (format === null) return 'list';
  const batch = format.kind === 'preset' ? (PRESETS.get(format.name)?.batch ?? null) : null;
  return batch === 'tags' ? `${TAGS_OF}${format.name}` : batch;
}

/** Of a preset that is not there any more. */
const UNLIMITED = { field: 'tags', most: Number.POSITIVE_INFINITY };

const tagsIn = (kind: BatchKind): { field: string; most: number } =>
  PRESETS.get(kind.slice(TAGS_OF.length))?.tags ?? UNLIMITED;

/** Characters of the bodies of a batch. A single body may have more. */
export const MAX_BATCH_LENGTH = 1_048_576;

/** Labels the message that replaces the others. */
export const BATCH_LABEL = 'batch';

export interface Batched {
  body: StoredBody;
  uid: string | null;
  documentId: string | null;
  locale: string | null;
}

/**
 * @param batched oldest first, at least one.
 * @param count of the events, when not all of them are given.
 * @returns JSON.
 */
export function batchBody(
  kind: BatchKind,
  batched: readonly Batched[],
  count = batched.length
): StoredBody {
  const texts = batched.map(({ body }) => bodyBytes(body).toString('utf8'));
  const newest = texts.at(-1) ?? '';
  if (kind === 'newest') return stored(newest);
  if (kind === 'list') {
    const tags = JSON.stringify(distinct(batched.flatMap(tagsOf)));
    // Concatenated, so that each event has the bytes it would have alone.
    return stored(`{"events":[${texts.join(',')}],"tags":${tags},"count":${count}}`);
  }
  const { field } = tagsIn(kind);
  const tags = distinct(batched.flatMap(({ body }) => tagsOfBody(body, field)));
  return stored(JSON.stringify({ ...(JSON.parse(newest) as object), [field]: tags }));
}

/**
 * Headers of a batch: those that each of its events has, as the newest has them. That one of them was
 * reduced holds for the batch.
 */
export function batchHeaders(
  batched: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const all = batched.flatMap((headers) => Object.entries(headers));
  return Object.fromEntries(
    all.filter(([name]) => name === REDUCED_HEADER || batched.every((headers) => name in headers))
  );
}

/**
 * Counts how many of these fit into one message, by the receiver's limit on tags and the length of the
 * body. At least one; the others become the next message.
 */
export function fittingCount(
  kind: BatchKind,
  batched: readonly Batched[],
  maxLength: number
): number {
  const limit = kind.startsWith(TAGS_OF) ? tagsIn(kind) : null;
  const tags = new Set<string>();
  let length = 0;
  const full = batched.findIndex(({ body }) => {
    length += body.text.length;
    if (limit !== null) tagsOfBody(body, limit.field).forEach((tag) => tags.add(tag));
    return length > maxLength || (limit !== null && tags.size > limit.most);
  });
  return full === -1 ? batched.length : Math.max(1, full);
}

const tagsOfBody = (body: StoredBody, field: string): string[] =>
  (JSON.parse(bodyBytes(body).toString('utf8')) as Record<string, string[]>)[field] ?? [];

const stored = (text: string): StoredBody => storeBody(Buffer.from(text));

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
