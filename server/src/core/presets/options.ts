/** Checks the options of presets: a few short texts. */
import { CoreError } from '../errors';

/** Names of the options, each with the largest number of characters. */
export type OptionLimits = Readonly<Record<string, number>>;

/**
 * @param required names of options that a preset cannot do without. An empty text is none.
 * @throws CoreError INVALID_VALUE, its field below `field`.
 */
export function parseOptions(
  limits: OptionLimits,
  given: Record<string, unknown>,
  field: string,
  required: readonly string[] = []
): Record<string, string> {
  const parsed: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const at = `${field}.${name}`;
    const limit = limits[name];
    if (limit === undefined) throw invalid('is not a known field', at);
    if (typeof value !== 'string') throw invalid('must be a text', at);
    if (value.length > limit) throw invalid(`must have at most ${limit} characters`, at);
    if (value.trim() !== '') parsed[name] = value.trim();
  }
  const missing = required.find((name) => parsed[name] === undefined);
  if (missing !== undefined) throw invalid('is required', `${field}.${missing}`);
  return parsed;
}

const invalid = (message: string, field: string): CoreError =>
  new CoreError('INVALID_VALUE', `${field} ${message}`, field);
