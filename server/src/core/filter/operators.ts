/**
 * Comparisons of a filter, with the meaning that they have in Strapi's queries: a missing value makes
 * every comparison unknown, except for the ones that ask for it.
 */
import type { Field } from './fields';

/** True, false, or unknown (null). */
export type Verdict = boolean | null;

/** Compares a value that is there with the operand. Both are cast. */
type Compare = (value: Comparable, operand: Comparable) => boolean;
type Comparable = string | number | bigint | boolean;

const lower = (text: unknown): string => String(text).toLowerCase();

const equals: Compare = (a, b) => a === b;
const contains: Compare = (a, b) => String(a).includes(String(b));
const starts: Compare = (a, b) => String(a).startsWith(String(b));
const ends: Compare = (a, b) => String(a).endsWith(String(b));
const insensitive =
  (compare: Compare): Compare =>
  (a, b) =>
    compare(lower(a), lower(b));
const not =
  (compare: Compare): Compare =>
  (a, b) =>
    !compare(a, b);

/** A list means that one of its items has to match. */
const COMPARISONS: ReadonlyMap<string, Compare> = new Map([
  ['$eq', equals],
  ['$ne', not(equals)],
  ['$lt', (a, b) => a < b],
  ['$lte', (a, b) => a <= b],
  ['$gt', (a, b) => a > b],
  ['$gte', (a, b) => a >= b],
]);

const TEXT_COMPARISONS: ReadonlyMap<string, Compare> = new Map([
  ['$eqi', insensitive(equals)],
  ['$nei', not(insensitive(equals))],
  ['$contains', contains],
  ['$containsi', insensitive(contains)],
  ['$notContains', not(contains)],
  ['$notContainsi', not(insensitive(contains))],
  ['$startsWith', starts],
  ['$startsWithi', insensitive(starts)],
  ['$endsWith', ends],
  ['$endsWithi', insensitive(ends)],
]);

const PRESENCE = new Set(['$null', '$notNull']);
const LISTS = new Set(['$in', '$notIn', '$between']);
/** Compared with null, they ask whether there is a value. */
const NULL_TESTS = new Set(['$eq', '$ne']);

type ScalarField = Exclude<Field, { kind: 'nested' }>;
type Test = (value: unknown) => Verdict;

export const isOperator = (name: string): boolean => name.startsWith('$');

/** Operators that a field of this kind has, for messages and forms. `$not` holds others. */
export function operatorsOf(kind: Field['kind']): string[] {
  if (kind === 'nested' || kind === 'opaque') return [...PRESENCE];
  if (kind === 'names') return ['$contains', '$notContains'];
  const comparisons = [...COMPARISONS.keys(), ...LISTS, ...PRESENCE];
  return kind === 'text' ? [...comparisons, ...TEXT_COMPARISONS.keys()] : comparisons;
}

/** @returns the test, or why there is none. */
export function testOf(field: ScalarField, operator: string, operand: unknown): Test | string {
  if (PRESENCE.has(operator)) return presenceTest(operator === '$null', operand);
  if (field.kind === 'opaque') return `has no operators but ${[...PRESENCE].join(' and ')}`;
  if (field.kind === 'names') return namesTest(field.names, operator, operand);
  return comparisonTest(field.kind, operator, operand);
}

function presenceTest(wantsNull: boolean, operand: unknown): Test | string {
  const wanted = castTo('boolean', operand);
  if (wanted === undefined) return 'must be true or false';
  return (value) => (value === null || value === undefined) === (wantsNull === wanted);
}

function namesTest(known: readonly string[], operator: string, operand: unknown): Test | string {
  if (operator !== '$contains' && operator !== '$notContains') {
    return 'has only the operators $contains and $notContains';
  }
  const names: unknown[] = Array.isArray(operand) ? operand : [operand];
  const unknown = names.find((name) => !known.includes(name as string));
  if (unknown !== undefined || names.length === 0) {
    return `"${String(unknown)}" is not an attribute whose changes are known`;
  }
  return (value) =>
    names.some((name) => (value as unknown[]).includes(name)) === (operator === '$contains');
}

type ScalarKind = 'text' | 'number' | 'bigint' | 'boolean' | 'instant';

function comparisonTest(kind: ScalarKind, operator: string, operand: unknown): Test | string {
  const compare =
    COMPARISONS.get(operator) ?? (kind === 'text' ? TEXT_COMPARISONS.get(operator) : undefined);
  if (compare === undefined && !LISTS.has(operator)) {
    return `is not an operator of this attribute; there are ${operatorsOf(kind).join(', ')}`;
  }
  if (operand === null && NULL_TESTS.has(operator)) return presenceTest(operator === '$eq', true);
  const casts = castAll(kind, Array.isArray(operand) ? operand : [operand]);
  if (casts === undefined) return `must be ${EXPECTED[kind]}`;
  if (operator === '$between' && casts.length !== 2) return 'must be a list of two values';
  const test = compare === undefined ? listCompare(operator, casts) : anyOf(compare, casts);
  return (value) => {
    const cast = castTo(kind, value);
    return cast === undefined ? null : test(cast);
  };
}

const anyOf =
  (compare: Compare, operands: readonly Comparable[]) =>
  (value: Comparable): boolean =>
    operands.some((operand) => compare(value, operand));

function listCompare(operator: string, operands: readonly Comparable[]) {
  if (operator === '$between') {
    const [from, to] = operands as [Comparable, Comparable];
    return (value: Comparable): boolean => value >= from && value <= to;
  }
  return (value: Comparable): boolean => operands.includes(value) === (operator === '$in');
}

const EXPECTED: Readonly<Record<ScalarKind, string>> = {
  text: 'text',
  number: 'a number',
  bigint: 'a whole number',
  boolean: 'true or false',
  instant: 'a date and time, such as 2026-01-02T03:04:05.000Z',
};

/** @returns undefined when one of them is of another type, or there is none. */
function castAll(kind: ScalarKind, operands: readonly unknown[]): Comparable[] | undefined {
  const casts = operands
    .map((one) => castTo(kind, one))
    .filter((one): one is Comparable => one !== undefined);
  return casts.length === operands.length && casts.length > 0 ? casts : undefined;
}

const INTEGER = /^-?\d{1,30}$/;

/** @returns undefined for no value, and for one of another type. */
function castTo(kind: ScalarKind, value: unknown): Comparable | undefined {
  if (value === null || value === undefined) return undefined;
  switch (kind) {
    case 'text':
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    case 'number':
      return numberOf(value);
    case 'bigint':
      return bigintOf(value);
    case 'boolean':
      return BOOLEANS.get(value);
    case 'instant':
      return instantOf(value);
  }
}

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['true', true],
  ['false', false],
]);

function bigintOf(value: unknown): bigint | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return INTEGER.test(text) ? BigInt(text) : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) {
    return undefined;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof Date)) {
    return undefined;
  }
  const ms = new Date(value).getTime();
  return Number.isNaN(ms) ? undefined : ms;
}
