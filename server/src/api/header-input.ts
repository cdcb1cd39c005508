/**
 * Headers as a person wrote them → as they are stored. The value of a secret header is never shown, so
 * the form gives it back as null: keep what is stored.
 */
import type { HeaderInput } from '../store/views';
import { CoreError } from '../core/errors';
import { validateHeaders } from '../core/safety/headers';

/** A header as it is stored: its value is always there. */
export type StoredHeader = HeaderInput & { value: string };

/**
 * @param unreadable why `known` is empty although headers are stored.
 * @throws CoreError `INVALID_HEADER`, naming the field.
 */
export function storedHeaders(
  input: readonly HeaderInput[],
  known: readonly StoredHeader[],
  field: string,
  unreadable: string | null = null
): StoredHeader[] {
  const names = new Set<string>();
  const complete = input.map((header, index): StoredHeader => {
    const key = header.name.toLowerCase();
    if (names.has(key)) {
      throw invalid(`header "${header.name}" is given twice`, `${field}.${index}.name`);
    }
    names.add(key);
    if (header.value !== null) return { ...header, value: header.value };
    const kept = known.find(({ name }) => name.toLowerCase() === key);
    if (kept === undefined) {
      throw invalid(
        `header "${header.name}" has no value` +
          (unreadable === null ? '' : `, and none can be kept: ${unreadable}`),
        `${field}.${index}.value`
      );
    }
    // Otherwise an editor could reveal a value that its creator hid.
    if (kept.secret && !header.secret) {
      throw invalid(
        `header "${header.name}" is secret: to show it from now on, enter its value again`,
        `${field}.${index}.value`
      );
    }
    return { ...header, value: kept.value };
  });
  validateHeaders(Object.fromEntries(complete.map(({ name, value }) => [name, value])), field);
  return complete;
}

const invalid = (message: string, field: string): CoreError =>
  new CoreError('INVALID_HEADER', message, field);
