/**
 * Text that every supported database can hold.
 *
 * PostgreSQL refuses NUL in a text, and half of a surrogate pair in JSON. Both are refused where a
 * request is read, so that they never become an error of the database.
 */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

export const UNSTORABLE_TEXT = 'must not contain NUL or half of a surrogate pair';

/** Holds bytes, which are stored in another way when they are no text. */
const BYTES_FIELD = 'payload';

export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);

/** Cuts a text to a length, and never in the middle of a character. */
export function cutText(text: string, maxLength: number): string {
  const cut = text.slice(0, maxLength);
  return cut.length < text.length ? cut.replace(/[\uD800-\uDBFF]$/, '') : cut;
}

/**
 * Looks through a JSON value, names included, but not into a `payload`.
 *
 * @returns the path of the first text that cannot be stored; null when there is none.
 */
export function unstorablePath(input: unknown): string[] | null {
  const pending: { path: string[]; value: unknown }[] = [{ path: [], value: input }];
  const seen = new Set<unknown>(); // code may pass an object that contains itself
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, value } = next;
    if (typeof value === 'string' && !isStorable(value)) return path;
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (seen.has(value)) continue;
    seen.add(value);
    for (const [name, field] of Object.entries(value)) {
      if (!isStorable(name)) return path;
      if (name !== BYTES_FIELD) pending.push({ path: [...path, name], value: field });
    }
  }
  return null;
}
