/** Checks the options of presets: a few short texts, all of them optional. */
import { CoreError } from '../errors';

/** Names of the options, each with the largest number of characters. */
export type OptionLimits = Readonly<Record<string, number>>;

/** An empty text is none. @throws CoreError INVALID_VALUE, its field below `field`. */
export function parseOptions(
  limits: OptionLimits,
  given: Record<string, unknown>,
  field: string
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
  return parsed;
}

const invalid = (message: string, field: string): CoreError =>
  new CoreError('INVALID_VALUE', `${field} ${message}`, field);
