/** Converts a filter between its JSON and the rows of the builder. Pure. */
import type { FieldPath } from '../../../../server/src/panel/contract';

export type Kind = FieldPath['kind'];

export interface FilterRow {
  /** `entry.author.name` */
  path: string;
  /** `$eq` */
  operator: string;
  /** As written; items of a list are separated by commas. */
  value: string;
}

export interface FilterRows {
  /** Whether all conditions have to hold, or one of them. */
  match: 'all' | 'any';
  rows: FilterRow[];
}

type Json = Record<string, unknown>;

const GROUPS = ['$and', '$or', '$not'];
const LISTS = ['$in', '$notIn', '$between'];
export const PRESENCE = ['$null', '$notNull'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns null for text that is no JSON object. */
export const parseFilter = (text: string): Json | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

/** A stored filter as the form has it. */
export const filterText = (filter: Json | null | undefined): string =>
  filter ? JSON.stringify(filter, null, 2) : '';

/** @returns undefined for text that is no JSON object. */
export const filterInput = (text: string): Json | null | undefined =>
  text.trim() === '' ? null : (parseFilter(text) ?? undefined);

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') : String(value);

/** @returns null for a filter with groups inside. */
const conditionsOf = (value: unknown, path: string): FilterRow[] | null => {
  if (!isObject(value)) {
    const operator = Array.isArray(value) ? '$in' : '$eq';
    return path === '' ? null : [{ path, operator, value: shown(value) }];
  }
  const rows: FilterRow[] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (GROUPS.includes(key)) return null;
    if (key.startsWith('$')) {
      if (isObject(inner)) return null;
      rows.push({ path, operator: key, value: shown(inner) });
      continue;
    }
    const below = conditionsOf(inner, path === '' ? key : `${path}.${key}`);
    if (below === null) return null;
    rows.push(...below);
  }
  return rows;
};

/** @returns null for a filter that only its JSON can show. */
export const rowsOf = (filter: Json): FilterRows | null => {
  const [key, ...others] = Object.keys(filter);
  const group = key === '$or' || key === '$and' ? filter[key] : undefined;
  if (others.length > 0 || !Array.isArray(group)) {
    const rows = conditionsOf(filter, '');
    return rows === null ? null : { match: 'all', rows };
  }
  const parts = group.map((one) => conditionsOf(one, ''));
  // A part of `$or` with several conditions is a group of its own.
  if (parts.some((rows) => rows === null || (key === '$or' && rows.length !== 1))) return null;
  return {
    match: key === '$or' ? 'any' : 'all',
    rows: parts.flatMap((rows) => rows ?? []),
  };
};

const typed = (text: string, kind: Kind): unknown => {
  if (kind === 'boolean') return text === 'true';
  const number = Number(text);
  return kind === 'number' && text.trim() !== '' && String(number) === text ? number : text;
};

const operandOf = ({ operator, value }: FilterRow, kind: Kind): unknown => {
  if (PRESENCE.includes(operator)) return value !== 'false';
  if (kind !== 'names' && !LISTS.includes(operator)) return typed(value, kind);
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => typed(item, kind));
};

/** @returns null without rows. */
export const filterOf = (
  { match, rows }: FilterRows,
  kindOf: (path: string) => Kind
): Json | null => {
  const parts = rows.map((row) =>
    row.path.split('.').reduceRight<Json>((inner, name) => ({ [name]: inner }), {
      [row.operator]: operandOf(row, kindOf(row.path)),
    })
  );
  const [first] = parts;
  if (first === undefined) return null;
  if (parts.length === 1) return first;
  return match === 'any' ? { $or: parts } : { $and: parts };
};
