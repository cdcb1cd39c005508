/**
 * The server's problems, laid out the way Strapi's `Form` looks them up: nested by path. Pure.
 */
import { fieldErrors, type RequestError } from './apiError';

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

/** Header problems name the header, `headers.Host`; rows of a form are numbered. */
const rowOf = (path: readonly string[], headerNames: readonly string[]): string[] => {
  const [root, name = '', ...rest] = path;
  const row = headerNames.indexOf(name);
  return root === 'headers' && row !== -1 ? [root, String(row), 'name', ...rest] : [...path];
};

/** @param headerNames names of the form's header rows, in order. */
export const formErrors = (error: RequestError, headerNames: readonly string[] = []): ErrorTree => {
  const tree: ErrorTree = {};
  for (const [path, message] of Object.entries(fieldErrors(error))) {
    plant(tree, rowOf(path.split('.'), headerNames), message);
  }
  return tree;
};

/** The first message at or below a place: a field shows the problems of its parts, too. */
export const firstMessage = (error: unknown): string | undefined => {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return undefined;
  for (const part of Object.values(error)) {
    const message = firstMessage(part);
    if (message !== undefined) return message;
  }
  return undefined;
};
