/** Facts that a filter needs in addition to the event's body. */
import type { Filter } from './filter';

/** Names of attributes, or all of them. */
export type Attributes = 'all' | ReadonlySet<string>;

export interface Needs {
  /** Attributes of the version before; null when it is not asked for. */
  previous: Attributes | null;
  /** Attributes of a row that is about to go, which Strapi's own event lacks. */
  gone: Attributes | null;
}

/** @param filter may be broken: what is not there is not needed. */
export function needsOf(filter: Filter): Needs {
  const previous = new Set<string>();
  const gone = new Set<string>();
  let asksForPrevious = false;

  function walk(value: unknown): void {
    for (const [key, inner] of entriesOf(value)) {
      if (key === 'entry') namesIn(inner, gone);
      else if (key === 'previous') {
        asksForPrevious = true;
        namesIn(inner, previous);
      } else if (key === 'changed') {
        asksForPrevious = true;
        textsIn(inner, previous);
        textsIn(inner, gone);
      } else if (key.startsWith('$')) walk(inner);
    }
  }

  walk(filter);
  return {
    previous: asksForPrevious ? previous : null,
    gone: gone.size > 0 ? gone : null,
  };
}

/** @param needs null: nothing. */
export const allNeeds = (needs: readonly (Needs | null)[]): Needs | null => {
  const some = needs.filter((one) => one !== null);
  return some.length === 0 ? null : combined(some);
};

export const combined = (needs: readonly Needs[]): Needs => ({
  previous: union(needs.map(({ previous }) => previous)),
  gone: union(needs.map(({ gone }) => gone)),
});

function union(all: readonly (Attributes | null)[]): Attributes | null {
  const asked = all.filter((one) => one !== null);
  if (asked.length === 0) return null;
  if (asked.includes('all')) return 'all';
  return new Set(asked.flatMap((one) => [...one]));
}

/** Entries of objects, also of those in a list. */
function entriesOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap(entriesOf);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function namesIn(value: unknown, into: Set<string>): void {
  for (const [key, inner] of entriesOf(value)) {
    if (key.startsWith('$')) namesIn(inner, into);
    else into.add(key);
  }
}

function textsIn(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') into.add(value);
  else if (Array.isArray(value)) value.forEach((one) => textsIn(one, into));
  else for (const [, inner] of entriesOf(value)) textsIn(inner, into);
}
