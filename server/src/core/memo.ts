/**
 * Remembers the results of a pure function. Forgets all of them when there are too many, so callers
 * need not know how many different arguments there are.
 *
 * @param make what it throws is not remembered.
 */
export function memoize<T>(make: (text: string) => T, maxEntries = 1_000): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    if (known.size >= maxEntries) known.clear();
    known.set(text, made);
    return made;
  };
}
