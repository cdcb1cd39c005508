/** Checks the shape that an endpoint is given, and completes it. */
import isEqual from 'lodash/isEqual';

import { CoreError } from '../core/errors';
import { checkFormat, isPlain, PLAIN_SHAPE, type Shape } from '../core/shape/shape';
import { viewOf } from '../core/shape/view';
import { typesOfTopics } from '../delivery/engine/broken-filters';
import type { Runtime } from '../runtime/runtime';
import type { TopicRecord } from '../store/types';
import type { ShapeInput } from './types';

/** Parts that a thin payload has not. */
const OF_ENTRIES = ['fields', 'populate', 'include'] as const;

/**
 * @returns the column's value: null for a shape that changes nothing.
 * @throws CoreError INVALID_VALUE, naming the field.
 */
export function shapeOf({ formats }: Runtime, input: ShapeInput | null): Shape | null {
  const shape = { ...PLAIN_SHAPE, ...input };
  const ofEntry = OF_ENTRIES.find((name) => shape[name] != null);
  if (shape.payload === 'thin' && ofEntry !== undefined) {
    throw new CoreError(
      'INVALID_VALUE',
      'belongs to a full payload; a thin one has no entry',
      `shape.${ofEntry}`
    );
  }
  if (isPlain(shape)) return null;
  if (shape.format === null) return shape;
  return { ...shape, format: checkFormat(shape.format, formats.names(), 'shape.format') };
}

interface Viewing {
  topicIds: readonly number[];
  shape: ShapeInput | null;
}

/**
 * Checks `fields` and `populate`: each has to fit a content type of the endpoint's topics. One that does not
 * have it is sent without it.
 *
 * @param stored what is kept is not checked again: a content type may have changed.
 * @throws CoreError INVALID_VALUE, naming the field.
 */
export async function checkView(
  { schema, viewCheck }: Runtime,
  { topicIds, shape }: Viewing,
  { stored, topics }: { stored?: Viewing | undefined; topics: readonly TopicRecord[] }
): Promise<void> {
  const view = shape && viewOf(shape)?.entry;
  if (
    !view ||
    isEqual([topicIds, view], stored?.shape && [stored.topicIds, viewOf(stored.shape)?.entry])
  ) {
    return;
  }
  const uids = typesOfTopics(topicIds, topics, schema).filter((uid) => schema.schemas(uid));
  const { fields, populate } = view;
  for (const [at, name] of (fields ?? []).entries()) {
    await assertSome(uids, (uid) => viewCheck.fields(uid, [name]), `shape.fields.${at}`);
  }
  if (populate !== null) {
    await assertSome(uids, (uid) => viewCheck.populate(uid, populate), 'shape.populate');
  }
}

async function assertSome(
  uids: readonly string[],
  refusalOf: (uid: string) => Promise<string | null>,
  field: string
): Promise<void> {
  let first = 'needs a topic whose content types it can be checked against';
  for (const [at, uid] of uids.entries()) {
    const refusal = await refusalOf(uid);
    if (refusal === null) return;
    if (at === 0) first = `${refusal} (${uid})`;
  }
  throw new CoreError('INVALID_VALUE', first, field);
}
