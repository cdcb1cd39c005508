/**
 * The title of an entry: the value of the attribute that names it. Pure.
 */

/** In order of preference. */
const NAMING = ['title', 'name', 'headline', 'heading', 'label', 'subject', 'slug'];
const TEXTS = new Set(['string', 'text', 'uid', 'email']);

type Attributes = Readonly<Record<string, { type: string }>>;

/**
 * @param attributes of its content type. Without one of the usual names, the first string names it.
 * @param hidden fields that are never shown, as in `payload.redactFields`.
 */
export function entryTitle(
  entry: unknown,
  attributes: Attributes,
  hidden: readonly string[] = []
): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const values = entry as Record<string, unknown>;
  const secret = new Set(hidden.map((field) => field.toLowerCase().split('.').at(-1)));
  const texts = Object.keys(attributes).filter(
    (name) => TEXTS.has(attributes[name]?.type ?? '') && !secret.has(name.toLowerCase())
  );
  const first = texts.find((name) => attributes[name]?.type === 'string');
  const candidates = [...NAMING.filter((name) => texts.includes(name)), ...(first ? [first] : [])];
  for (const name of candidates) {
    const value = values[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return null;
}
