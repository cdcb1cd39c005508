/** Nests error texts by path, as Strapi's `Form` expects. Pure. */
export interface ErrorTree {
  [part: string]: ErrorTree | string;
}

const plant = (tree: ErrorTree, path: readonly string[], message: string): void => {
  const [part, ...rest] = path;
  if (part === undefined) return;
  const next = tree[part];
  if (rest.length === 0) tree[part] ??= message;
  else if (typeof next !== 'string') plant((tree[part] = next ?? {}), rest, message);
};

const HEADERS = 'headers';

const valueAt = (values: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[part]
        : undefined,
    values
  );

/** Errors name a header, `callbacks.success.headers.Host`; the form numbers its rows. */
const rowOf = (path: readonly string[], values: unknown): string[] => {
  const at = path.indexOf(HEADERS) + 1;
  if (at === 0) return [...path];
  const rows = valueAt(values, path.slice(0, at));
  const row = Array.isArray(rows)
    ? (rows as { name: string }[]).findIndex(({ name }) => name === path[at])
    : -1;
  if (row === -1) return [...path];
  return [...path.slice(0, at), String(row), 'name', ...path.slice(at + 1)];
};

/**
 * @param texts by field path.
 * @param values of the form, which tell the row of a header.
 */
export const formErrors = (texts: Record<string, string>, values?: unknown): ErrorTree => {
  const tree: ErrorTree = {};
  for (const [path, message] of Object.entries(texts)) {
    plant(tree, rowOf(path.split('.'), values), message);
  }
  return tree;
};

/** An error found by the form itself. @param field its path. */
export const errorAt = (field: string, message: string): ErrorTree => {
  const tree: ErrorTree = {};
  plant(tree, field.split('.'), message);
  return tree;
};

/** The first message at or below a field, which also shows the errors of its parts. */
export const firstMessage = (error: unknown): string | undefined => {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return undefined;
  for (const part of Object.values(error)) {
    const message = firstMessage(part);
    if (message !== undefined) return message;
  }
  return undefined;
};
