/** Checks the shape that an endpoint is given, and completes it. */
import { checkFormat, isPlain, PLAIN_SHAPE, type Shape } from '../core/shape/shape';
import type { Runtime } from '../runtime/runtime';
import type { ShapeInput } from './types';

/**
 * @returns the column's value: null for a shape that changes nothing.
 * @throws CoreError INVALID_VALUE, naming the field.
 */
export function shapeOf({ formats }: Runtime, input: ShapeInput | null): Shape | null {
  const shape = { ...PLAIN_SHAPE, ...input };
  if (isPlain(shape)) return null;
  if (shape.format === null) return shape;
  return { ...shape, format: checkFormat(shape.format, formats.names(), 'shape.format') };
}
