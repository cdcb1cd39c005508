/** Changes the event patterns of a topic. Pure. */

/** `entry.publish` → `entry.*`. */
export const wildcardOf = (name: string): string => `${name.slice(0, name.lastIndexOf('.'))}.*`;

/** Whether a wildcard covers this event. */
export const isCovered = (patterns: readonly string[], name: string): boolean =>
  patterns.includes('*') || (name !== wildcardOf(name) && patterns.includes(wildcardOf(name)));

export const toggled = (patterns: readonly string[], pattern: string): string[] =>
  patterns.includes(pattern) ? patterns.filter((one) => one !== pattern) : [...patterns, pattern];

/** Patterns of events that are not in the catalog. */
export const customPatterns = (patterns: readonly string[], known: readonly string[]): string[] => {
  const listed = new Set(['*', ...known, ...known.map(wildcardOf)]);
  return patterns.filter((pattern) => !listed.has(pattern));
};
