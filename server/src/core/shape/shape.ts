/**
 * Shapes: how much of an event an endpoint is sent, and in which format.
 *
 * A shape is applied once, in the transaction that records the event. The bytes it makes never change
 * (docs/decisions/0021).
 */
import { CoreError } from '../errors';
import { PRESETS } from '../presets/presets';
import { viewOf, type Included, type PopulateInput } from './view';

export const PAYLOADS = ['full', 'thin'] as const;
/** `full`: the entry. `thin`: only which document changed; the receiver reads the rest. */
export type PayloadKind = (typeof PAYLOADS)[number];

/** Turns an event into another request. */
export type FormatChoice =
  /** One of `core/presets`. Its options are checked by the preset. */
  | { kind: 'preset'; name: string; options?: Record<string, unknown> }
  /** A transformation that the app's own code registered. */
  | { kind: 'code'; name: string };

export interface Shape {
  payload: PayloadKind;
  /** As in REST; absent or null: all of the entry's own. */
  fields?: string[] | null;
  /** As in REST. Absent or null: as Strapi's webhooks have it, and nothing beside `fields`. */
  populate?: PopulateInput | null;
  /** Added to the body of entries. Absent or null: nothing. */
  include?: Included[] | null;
  /** Null: the request as the endpoint describes it. */
  format: FormatChoice | null;
}

export const PLAIN_SHAPE: Shape = { payload: 'full', format: null };

/** Sends what an endpoint without a shape is sent. */
export const isPlain = (shape: Shape): boolean =>
  shape.payload === 'full' && shape.format === null && viewOf(shape) === null;

/** The same for shapes that make the same bytes. */
export const shapeKey = (shape: Shape): string =>
  JSON.stringify([shape.payload, shape.format, viewOf(shape)?.key]);

/**
 * Checks the choice of a format, and completes the options of a preset.
 *
 * @param codeNames transformations that are registered now.
 * @throws CoreError INVALID_VALUE, its field below `field`.
 */
export function checkFormat(
  choice: FormatChoice,
  codeNames: readonly string[],
  field: string
): FormatChoice {
  if (choice.kind === 'code') {
    if (codeNames.includes(choice.name)) return choice;
    throw unknownName(choice.name, codeNames, field);
  }
  const preset = PRESETS.get(choice.name);
  if (preset === undefined) throw unknownName(choice.name, [...PRESETS.keys()], field);
  return { ...choice, options: preset.parse(choice.options ?? {}, `${field}.options`) };
}

function unknownName(name: string, known: readonly string[], field: string): CoreError {
  const there = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`;
  return new CoreError('INVALID_VALUE', `there is no format "${name}"; ${there}`, `${field}.name`);
}
