/**
 * Completes header input. The value of a secret header is never shown, so forms return null for it, and the
 * stored value is kept.
 */
import type { HeaderInput } from '../store/views';
import { CoreError } from '../core/errors';
import { validateHeaders } from '../core/safety/headers';

/** A stored header always has a value. */
export type StoredHeader = HeaderInput & { value: string };

/** Leaves out the values of secret headers. */
export const shownHeaders = <H extends HeaderInput>(headers: readonly H[]): (H | Shown<H>)[] =>
  headers.map((header) => (header.secret ? { ...header, value: null } : header));

type Shown<H> = Omit<H, 'value'> & { value: null };

/**
 * @param unreadable why the stored headers cannot be decrypted.
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
    // Otherwise an editor could reveal the value.
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
