/** Filters that the plugin and a query of the database decide alike, and entries to decide about. */
import type { Core } from '@strapi/strapi';
import fc from 'fast-check';

import { rootFields, type Schemas } from '../../server/src/core/filter/fields';
import { compileFilter } from '../../server/src/core/filter/filter';

/**
 * Filters whose operators mean the same in every database: text in lower case, because databases compare the
 * case of letters differently, and whole numbers that SQLite's driver reads exactly.
 */
const slug = fc.constantFrom('a', 'b', 'ab', 'a%b', '%');
const rating = fc.integer({ min: 0, max: 3 });
const views = fc.bigInt(9_007_199_254_740_900n, 9_007_199_254_740_906n).map(String);
const instant = fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z');
const ORDERED = ['$eq', '$ne', '$lt', '$lte', '$gt', '$gte'];
const LIKE = ['$contains', '$notContains', '$startsWith', '$endsWith'];
const INSENSITIVE = ['$eqi', '$nei', '$containsi', '$notContainsi', '$startsWithi', '$endsWithi'];

function conditions(attribute: string, value: fc.Arbitrary<string | number>, more: string[] = []) {
  return fc
    .oneof(
      fc.tuple(fc.constantFrom(...ORDERED, ...more), value),
      fc.tuple(fc.constantFrom('$in', '$notIn'), fc.array(value, { minLength: 1, maxLength: 3 })),
      fc.tuple(fc.constant('$between'), fc.tuple(value, value)),
      fc.tuple(fc.constantFrom('$null', '$notNull'), fc.boolean())
    )
    .map(([operator, operand]) => ({ [attribute]: { [operator]: operand } }));
}

const upper = fc.tuple(fc.constantFrom(...INSENSITIVE), slug).map(([operator, operand]) => ({
  slug: { [operator]: operand.toUpperCase() },
}));

export const { filter: sharedFilter } = fc.letrec<{ filter: object }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    conditions('slug', slug, LIKE),
    upper,
    conditions('rating', rating),
    conditions('views', views),
    conditions('eventAt', instant),
    fc.boolean().map((featured) => ({ featured: { $eq: featured } })),
    conditions('name', fc.constantFrom('ada', 'bob', 'c'), LIKE).map((author) => ({ author })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({ $and: all })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({ $or: all })),
    tie('filter').map((one) => ({ $not: one }))
  ),
}));

/** Thirty drafts, with every kind of missing value. */
export async function createArticles(strapi: Core.Strapi): Promise<void> {
  const names = ['ada', 'bob', null];
  const authors = await Promise.all(
    ['ada', 'bob'].map((name) => strapi.documents('api::author.author').create({ data: { name } }))
  );
  const authorOf = (name: string | null): string | null =>
    authors.find((author) => author.name === name)?.documentId ?? null;
  const slugs = ['a', 'b', 'ab', 'a%b', null];
  const instants = ['2026-01-01T00:00:00.000Z', '2026-06-01T12:00:00.000Z', null];
  for (let n = 0; n < 30; n += 1) {
    await strapi.documents('api::article.article').create({
      data: {
        title: `t${n % 7}`,
        slug: slugs[n % 5],
        rating: n % 4 === 0 ? null : n % 3,
        views: n % 6 === 0 ? null : String(9_007_199_254_740_901n + BigInt(n % 5)),
        featured: n % 2 === 0,
        eventAt: instants[n % 3],
        author: authorOf(names[n % 3] ?? null),
      } as never,
    });
  }
}

/** Ids of the articles that the filter lets pass, in order. */
export function idsThatPass(
  rows: readonly (Record<string, unknown> & { id: number })[],
  filter: object,
  schemas: Schemas
): number[] {
  const compiled = compileFilter({ entry: filter }, rootFields('api::article.article', schemas));
  expect(compiled.problems).toEqual([]);
  const actor = { kind: 'none' };
  const rest = { event: 'entry.update', locale: 'en', status: 'draft' as const, actor };
  return rows
    .filter((entry) => compiled.miss({ ...rest, entry, previous: null, changed: [] }) === null)
    .map(({ id }) => id)
    .toSorted((a, b) => a - b);
}
