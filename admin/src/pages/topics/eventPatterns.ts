/** Event patterns of a topic, as the picker ticks and clears them. Pure. */

/** `entry.publish` → `entry.*`. */
export const wildcardOf = (name: string): string => `${name.slice(0, name.lastIndexOf('.'))}.*`;

/** Is this event taken in by something wider than its own name? */
export const isCovered = (patterns: readonly string[], name: string): boolean =>
  patterns.includes('*') || (name !== wildcardOf(name) && patterns.includes(wildcardOf(name)));

export const toggled = (patterns: readonly string[], pattern: string): string[] =>
  patterns.includes(pattern) ? patterns.filter((one) => one !== pattern) : [...patterns, pattern];

/** Patterns that stand for no event of the catalog: names of the host's own. */
export const customPatterns = (patterns: readonly string[], known: readonly string[]): string[] => {
  const listed = new Set(['*', ...known, ...known.map(wildcardOf)]);
  return patterns.filter((pattern) => !listed.has(pattern));
};
