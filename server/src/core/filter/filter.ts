/**
 * Filters: the `filters` of Strapi's REST API, as data, over an event.
 *
 * A filter is checked against the schema of a content type and compiled. It has no loops, no names of
 * functions and no regular expressions, and its size is bounded: it always ends.
 *
 * Equals `strapi.db.query(uid).findMany({ where })` for the operators that both have, with one
 * difference: under `$not`, a list of relations or components matches when none of its items does.
 */
import { CoreError } from '../errors';
import type { Field, Fields } from './fields';
import { isOperator, testOf, type Verdict } from './operators';

/** A filter as it is written and stored. */
export type Filter = Record<string, unknown>;

/** The value of a fact that an event did not keep. Conditions on it are taken to hold. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** Facts that a filter judges. */
export interface Subject {
  event: string;
  locale: string | null;
  status: 'draft' | 'published';
  /** Who made the change. */
  actor: { kind: string; id?: number; label?: string };
  /** Sanitized, as it is sent. */
  entry: Readonly<Record<string, unknown>>;
  /** The version before, sanitized; null when there is none. */
  previous: Readonly<Record<string, unknown>> | null | typeof UNKNOWN;
  /** Attributes that differ from the version before. */
  changed: readonly string[] | typeof UNKNOWN;
}

export const FILTER_LIMITS = { depth: 8, nodes: 200, list: 100, text: 1_000 } as const;

/** A problem of a filter, and its place: `entry.slug.$eq`. */
export interface FilterProblem {
  path: string;
  message: string;
}

export interface CompiledFilter {
  problems: readonly FilterProblem[];
  /** @returns the condition that does not hold, as a path; null when the event passes. */
  miss(subject: Subject): string | null;
}

interface Node {
  path: string;
  test(value: unknown): Verdict;
  /** The first part that does not hold, for the reason. */
  blame(value: unknown): string;
}

type Scope = { kind: 'fields'; of: string; fields: Fields } | Field;

/** With problems, every event passes: a filter may send too much, never too little. */
export function compileFilter(filter: Filter, fields: Fields): CompiledFilter {
  const problems: FilterProblem[] = [];
  let nodes = 0;
  /** Verdict of a condition on an unknown fact, inside `$not` the opposite: the event passes. */
  let holds = true;

  function problem(path: string, message: string): Node {
    problems.push({ path, message });
    return { path, test: () => true, blame: () => path };
  }

  /** @param value what the path holds; `scope` says what may be written there. */
  function compile(value: unknown, scope: Scope, path: string, depth: number): Node {
    if (depth > FILTER_LIMITS.depth) {
      return problem(path, `is more than ${FILTER_LIMITS.depth} levels deep`);
    }
    if (!isObject(value)) return bare(value, scope, path);
    const parts = Object.entries(value).map(([key, inner]) =>
      part(key, inner, scope, { path: join(path, key), depth: depth + 1 })
    );
    return parts.length === 0 ? problem(path, 'is empty') : all(path, parts);
  }

  /** A value without an operator: equals it, or one of a list. */
  function bare(value: unknown, scope: Scope, path: string): Node {
    if (scope.kind === 'fields' || scope.kind === 'nested') {
      return problem(path, 'must be an object of conditions');
    }
    return condition(scope, Array.isArray(value) ? '$in' : '$eq', value, path);
  }

  function part(
    key: string,
    value: unknown,
    scope: Scope,
    { path, depth }: { path: string; depth: number }
  ): Node {
    nodes += 1;
    if (nodes > FILTER_LIMITS.nodes) {
      if (nodes > FILTER_LIMITS.nodes + 1) return UNREAD;
      return problem('', `has more than ${FILTER_LIMITS.nodes} names and operators`);
    }
    if (key === '$and' || key === '$or') {
      const parts = group(value, scope, { path, depth });
      if (!Array.isArray(parts)) return parts;
      return key === '$and' ? all(path, parts) : any(path, parts);
    }
    if (key === '$not') {
      holds = !holds;
      const inner = compile(value, scope, path, depth);
      holds = !holds;
      return negated(path, inner);
    }
    if (scope.kind === 'fields' || (scope.kind === 'nested' && !isOperator(key))) {
      return member(key, value, scope, { path, depth });
    }
    if (scope.kind === 'nested') return presence(key, value, path);
    return condition(scope, key, value, path);
  }

  function group(
    value: unknown,
    scope: Scope,
    { path, depth }: { path: string; depth: number }
  ): Node[] | Node {
    if (!Array.isArray(value) || value.length === 0) {
      return problem(path, 'must be a list with at least one item');
    }
    if (value.length > FILTER_LIMITS.list) return problem(path, tooLong);
    return value.map((one, at) => compile(one, scope, `${path}.${at}`, depth));
  }

  function member(
    key: string,
    value: unknown,
    scope: { of: string; fields: Fields },
    { path, depth }: { path: string; depth: number }
  ): Node {
    const field = scope.fields(key);
    if (field === undefined) {
      const what = isOperator(key)
        ? 'an operator here'
        : `an attribute of ${scope.of} that is sent`;
      return problem(path, `"${key}" is not ${what}`);
    }
    const inner = compile(value, field, path, depth);
    const read = (row: unknown): unknown => (row as Record<string, unknown> | null)?.[key];
    const whenUnknown = holds;
    const known = (row: unknown, test: () => Verdict): Verdict =>
      read(row) === UNKNOWN ? whenUnknown : test();
    if (field.kind !== 'nested') {
      return {
        path,
        test: (row) => known(row, () => inner.test(read(row))),
        blame: (row) => inner.blame(read(row)),
      };
    }
    // No item is an item without values, as in a left join.
    const rows = (row: unknown): unknown[] => {
      const value = read(row);
      const list: unknown[] = Array.isArray(value) ? value : [value];
      return list.length === 0 ? [null] : list;
    };
    return {
      path,
      test: (row) => known(row, () => or(rows(row).map((one) => inner.test(one)))),
      blame(row) {
        const list = rows(row);
        return list.length === 1 ? inner.blame(list[0]) : path;
      },
    };
  }

  function presence(key: string, value: unknown, path: string): Node {
    if (key !== '$null' && key !== '$notNull') {
      return problem(path, 'a relation, media or component is compared by its attributes');
    }
    return condition({ kind: 'opaque' }, key, value, path);
  }

  function condition(
    field: Exclude<Field, { kind: 'nested' }>,
    operator: string,
    operand: unknown,
    path: string
  ): Node {
    const size = sizeProblem(operand);
    if (size !== null) return problem(path, size);
    if (operator === '$not') return problem(path, 'must be an object of conditions');
    const test = testOf(field, operator, operand);
    return typeof test === 'string' ? problem(path, test) : { path, test, blame: () => path };
  }

  const root = compile(filter, { kind: 'fields', of: 'an event', fields }, '', 0);
  return {
    problems,
    miss: (subject) =>
      problems.length > 0 || root.test(subject) === true ? null : root.blame(subject),
  };
}

/** @throws CoreError INVALID_FILTER for the first problem, its field below `field`. */
export function assertFilter(filter: Filter, fields: Fields, field: string): void {
  const [problem] = compileFilter(filter, fields).problems;
  if (problem === undefined) return;
  const path = join(field, problem.path);
  throw new CoreError('INVALID_FILTER', `${path}: ${problem.message}`, path);
}

/** The rest of a filter that is too long. */
const UNREAD: Node = { path: '', test: () => true, blame: () => '' };

const tooLong = `has more than ${FILTER_LIMITS.list} items`;

function sizeProblem(operand: unknown): string | null {
  const operands: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (operands.length > FILTER_LIMITS.list) return tooLong;
  const isLong = operands.some((one) => typeof one === 'string' && one.length > FILTER_LIMITS.text);
  return isLong ? `has more than ${FILTER_LIMITS.text} characters` : null;
}

const isObject = (value: unknown): value is Filter =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, key: string): string =>
  path === '' || key === '' ? path + key : `${path}.${key}`;

const and = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes(false) ? false : verdicts.includes(null) ? null : true;
const or = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes(true) ? true : verdicts.includes(null) ? null : false;

function all(path: string, parts: readonly Node[]): Node {
  return {
    path,
    test: (value) => and(parts.map((part) => part.test(value))),
    blame: (value) => parts.find((part) => part.test(value) !== true)?.blame(value) ?? path,
  };
}

const any = (path: string, parts: readonly Node[]): Node => ({
  path,
  test: (value) => or(parts.map((part) => part.test(value))),
  blame: () => path,
});

const negated = (path: string, inner: Node): Node => ({
  path,
  test(value) {
    const verdict = inner.test(value);
    return verdict === null ? null : !verdict;
  },
  blame: () => path,
});
