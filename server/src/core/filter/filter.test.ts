import fc from 'fast-check';

import { changedAttributes } from './changed';
import { rootFields, type Attribute, type Schemas } from './fields';
import {
  assertFilter,
  compileFilter,
  FILTER_LIMITS,
  UNKNOWN,
  type Filter,
  type Subject,
} from './filter';
import { assumedBy, keptSubject } from './kept';
import { needsOf } from './needs';

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';

const SCHEMAS: Record<string, Record<string, Attribute>> = {
  [ARTICLE]: {
    title: { type: 'string' },
    rating: { type: 'integer' },
    views: { type: 'biginteger' },
    featured: { type: 'boolean' },
    eventAt: { type: 'datetime' },
    meta: { type: 'json' },
    author: { type: 'relation', target: AUTHOR },
    tags: { type: 'relation', target: AUTHOR },
    cover: { type: 'media' },
    seo: { type: 'component', component: 'shared.seo' },
    blocks: { type: 'dynamiczone' },
    documentId: { type: 'string' },
    updatedAt: { type: 'datetime' },
  },
  [AUTHOR]: { name: { type: 'string' }, rank: { type: 'integer' }, articles: { type: 'relation' } },
  'plugin::upload.file': { name: { type: 'string' }, mime: { type: 'string' } },
  'shared.seo': { metaTitle: { type: 'string' }, image: { type: 'media' } },
};
const schemas: Schemas = (uid) => SCHEMAS[uid];
const FIELDS = rootFields(ARTICLE, schemas);

const subject = (entry: Record<string, unknown>, more: Partial<Subject> = {}): Subject => ({
  event: 'entry.update',
  locale: 'en',
  status: 'draft',
  actor: { kind: 'admin', id: 1, label: 'Ada' },
  entry,
  previous: null,
  changed: [],
  ...more,
});

const passes = (filter: Filter, entry: Record<string, unknown>, more?: Partial<Subject>): boolean =>
  compileFilter(filter, FIELDS).miss(subject(entry, more)) === null;

describe('a filter', () => {
  it.each<[Filter, boolean]>([
    [{ entry: { title: { $eq: 'Ada' } } }, true],
    [{ entry: { title: 'Ada' } }, true],
    [{ entry: { title: ['Bob', 'Ada'] } }, true],
    [{ entry: { title: { $eqi: 'ADA' } } }, true],
    [{ entry: { title: { $ne: 'Ada' } } }, false],
    [{ entry: { title: { $nei: 'ADA' } } }, false],
    [{ entry: { title: { $contains: ['x', 'd'] } } }, true],
    [{ entry: { title: { $notContainsi: 'D' } } }, false],
    [{ entry: { title: { $startsWithi: 'aD', $endsWith: 'a' } } }, true],
    [{ entry: { rating: { $between: [3, 5] } } }, true],
    [{ entry: { rating: { $gt: '3' } } }, true],
    [{ entry: { rating: { $notIn: [1, 2] } } }, true],
    [{ entry: { views: { $gt: '9007199254740993' } } }, true],
    [{ entry: { featured: 'false' } }, true],
    [{ entry: { eventAt: { $lt: '2026-01-02T01:00:00+01:00' } } }, true],
    [{ entry: { author: { name: 'Bob', rank: { $null: true } } } }, true],
    [{ entry: { author: { $notNull: true } } }, true],
    [{ entry: { cover: { $null: true } } }, true],
    [{ entry: { tags: { name: 'b' } } }, true],
    [{ entry: { tags: { name: 'a', rank: 2 } } }, false],
    [{ entry: { seo: { image: { mime: { $startsWith: 'image/' } } } } }, true],
    [{ entry: { meta: { $notNull: true } } }, true],
    [{ locale: { $ne: 'de' }, status: 'draft', actor: { kind: { $ne: 'api-token' } } }, true],
    [{ event: ['entry.update', 'entry.publish'] }, true],
    [{ $or: [{ locale: 'de' }, { entry: { rating: 4 } }] }, true],
    [{ $not: { $and: [{ locale: 'en' }, { entry: { rating: 4 } }] } }, false],
    [{ entry: { title: { $not: { $contains: 'x' } } } }, true],
    [{ entry: { title: { $or: [{ $eq: 'x' }, { $eq: 'Ada' }] } } }, true],
  ])('%j: %s', (filter, expected) => {
    expect(compileFilter(filter, FIELDS).problems).toEqual([]);
    const entry = {
      title: 'Ada',
      rating: 4,
      views: '9007199254740994',
      featured: false,
      eventAt: '2026-01-01T12:00:00.000Z',
      meta: { a: 1 },
      author: { id: 1, name: 'Bob', rank: null },
      tags: [
        { id: 1, name: 'a', rank: 1 },
        { id: 2, name: 'b', rank: 2 },
      ],
      cover: null,
      seo: { metaTitle: 'x', image: { mime: 'image/png' } },
    };
    expect(passes(filter, entry)).toBe(expected);
  });

  it('takes a missing value for unknown, as SQL does', () => {
    for (const filter of [{ $eq: 'x' }, { $ne: 'x' }, { $notIn: ['x'] }, { $not: { $eq: 'x' } }]) {
      expect(passes({ entry: { title: filter } }, {})).toBe(false);
      expect(passes({ entry: { author: { name: filter } } }, { author: null })).toBe(false);
    }
    expect(passes({ entry: { title: { $null: true } } }, {})).toBe(true);
    expect(passes({ entry: { title: null } }, {})).toBe(true);
  });

  it.each<[unknown, string]>([
    [{ entry: { title: { $eq: {} } } }, 'entry.title.$eq'],
    [{ entry: { title: { $regex: 'x' } } }, 'entry.title.$regex'],
    [{ entry: { __proto__x: 'x' } }, 'entry.__proto__x'],
    [{ entry: { constructor: 'x' } }, 'entry.constructor'],
    [{ entry: { rating: { $contains: '1' } } }, 'entry.rating.$contains'],
    [{ entry: { rating: { $between: [1] } } }, 'entry.rating.$between'],
    [{ entry: { featured: 1 } }, 'entry.featured'],
    [{ entry: { author: 5 } }, 'entry.author'],
    [{ entry: { author: { $eq: 5 } } }, 'entry.author.$eq'],
    [{ entry: { author: { articles: { $null: true } } } }, 'entry.author.articles'],
    [{ entry: { meta: { a: 1 } } }, 'entry.meta.a'],
    [{ entry: { title: {} } }, 'entry.title'],
    [{ $or: [] }, '$or'],
    [{ $and: { locale: 'en' } }, '$and'],
    [{ changed: { $contains: 'updatedAt' } }, 'changed.$contains'],
    [{ actor: { secret: 'x' } }, 'actor.secret'],
    [{ entry: { title: { $in: Array.from({ length: 101 }, () => 'x') } } }, 'entry.title.$in'],
    [{ entry: { title: 'x'.repeat(1_001) } }, 'entry.title'],
    [
      deep(FILTER_LIMITS.depth),
      Array.from({ length: FILTER_LIMITS.depth }, () => '$not.').join('') + 'locale',
    ],
    [{ $and: Array.from({ length: 99 }, () => ({ locale: { $eq: 'x', $ne: 'y' } })) }, ''],
  ])('%#: says where it is wrong', (filter, path) => {
    const field = path === '' ? 'filter' : `filter.${path}`;
    expect(() => assertFilter(filter as Filter, FIELDS, 'filter')).toThrow(
      expect.objectContaining({ code: 'INVALID_FILTER', field }) as Error
    );
    expect(passes(filter as Filter, {})).toBe(true);
  });

  it('names the condition that does not hold', () => {
    const miss = (filter: Filter): string | null =>
      compileFilter(filter, FIELDS).miss(subject({ author: { name: 'x' }, title: 'y' }));
    expect(miss({ locale: 'en', entry: { author: { name: { $eq: 'z' } } } })).toBe(
      'entry.author.name.$eq'
    );
    expect(miss({ $and: [{ locale: 'en' }, { entry: { title: 'z' } }] })).toBe(
      '$and.1.entry.title'
    );
    expect(miss({ $or: [{ locale: 'de' }, { locale: 'fr' }] })).toBe('$or');
  });

  it('knows what it needs of the version before, and of a row that goes', () => {
    expect(needsOf({ locale: 'en' })).toEqual({ previous: null, gone: null });
    expect(
      needsOf({
        $or: [{ changed: { $contains: ['slug'] } }, { previous: { author: { name: 'x' } } }],
        entry: { $not: { cover: { $null: true } } },
      })
    ).toEqual({ previous: new Set(['slug', 'author']), gone: new Set(['slug', 'cover']) });
  });
});

function deep(levels: number): Filter {
  return levels === 0 ? { locale: 'en' } : { $not: deep(levels - 1) };
}

// --- a second implementation, without a schema or bounds -----------------------

type Truth = boolean | null;

/** Straight from the table of operators in Strapi's documentation. */
function reference(filter: unknown, value: unknown): Truth {
  const verdicts = Object.entries(filter as Filter).map(([key, operand]): Truth => {
    if (key === '$and') return every((operand as unknown[]).map((one) => reference(one, value)));
    if (key === '$or') {
      const some = every((operand as unknown[]).map((one) => negate(reference(one, value))));
      return negate(some);
    }
    if (key === '$not') return negate(reference(operand, value));
    if (key.startsWith('$')) return compare(key, value as string | number | null, operand);
    const inner = (value as Record<string, unknown> | null)?.[key] ?? null;
    return reference(operand, inner);
  });
  return every(verdicts);
}

const negate = (truth: Truth): Truth => (truth === null ? null : !truth);
const every = (all: Truth[]): Truth =>
  all.reduce((a, b) => (a === false || b === false ? false : a && b), true);

function compare(operator: string, value: string | number | null, operand: unknown): Truth {
  if (operator === '$null') return (value === null) === operand;
  if (operator === '$notNull') return (value !== null) === operand;
  if (value === null) return null;
  const [list, text, it] = [operand as unknown[], String(value), String(operand)];
  const lower = [text.toLowerCase(), it.toLowerCase()] as const;
  return {
    $eq: value === operand,
    $ne: value !== operand,
    $lt: value < (operand as string),
    $lte: value <= (operand as string),
    $gt: value > (operand as string),
    $gte: value >= (operand as string),
    $in: Array.isArray(list) && list.includes(value),
    $notIn: Array.isArray(list) && !list.includes(value),
    $between: Array.isArray(list) && value >= (list[0] as string) && value <= (list[1] as string),
    $eqi: lower[0] === lower[1],
    $nei: lower[0] !== lower[1],
    $contains: text.includes(it),
    $notContains: !text.includes(it),
    $containsi: lower[0].includes(lower[1]),
    $notContainsi: !lower[0].includes(lower[1]),
    $startsWith: text.startsWith(it),
    $startsWithi: lower[0].startsWith(lower[1]),
    $endsWith: text.endsWith(it),
    $endsWithi: lower[0].endsWith(lower[1]),
  }[operator]!;
}

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'ä', '%'), maxLength: 3 });
const number = fc.integer({ min: -2, max: 2 });
const ORDERED = ['$eq', '$ne', '$lt', '$lte', '$gt', '$gte'];
const TEXTUAL = [
  '$eqi',
  '$nei',
  '$contains',
  '$notContains',
  '$containsi',
  '$notContainsi',
  '$startsWith',
  '$startsWithi',
  '$endsWith',
  '$endsWithi',
];

const conditionOf = (operand: fc.Arbitrary<string | number>, more: string[]) =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...ORDERED, ...more), operand),
    fc.tuple(fc.constantFrom('$in', '$notIn'), fc.array(operand, { minLength: 1, maxLength: 3 })),
    fc.tuple(fc.constant('$between'), fc.tuple(operand, operand)),
    fc.tuple(fc.constantFrom('$null', '$notNull'), fc.boolean())
  );

const { filter: anyFilter } = fc.letrec<{ filter: Filter; leaf: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({ $and: all })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((all) => ({ $or: all })),
    tie('filter').map((one) => ({ $not: one }))
  ),
  leaf: fc.oneof(
    conditionOf(text, TEXTUAL).map(([key, value]) => ({ entry: { title: { [key]: value } } })),
    conditionOf(number, []).map(([key, value]) => ({ entry: { rating: { [key]: value } } })),
    conditionOf(text, TEXTUAL).map(([key, value]) => ({
      entry: { author: { name: { [key]: value } } },
    }))
  ),
}));
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const anyEntry = fc.record({
  title: optional(text),
  rating: optional(number),
  author: optional(fc.record({ name: optional(text) })),
});

it('equals the reference for any filter and entry', () => {
  fc.assert(
    fc.property(anyFilter, anyEntry, (filter, entry) => {
      const compiled = compileFilter(filter, FIELDS);
      if (compiled.problems.length > 0) return; // too deep
      expect(compiled.miss(subject(entry)) === null).toBe(reference(filter, { entry }) === true);
    }),
    { numRuns: 2_000 }
  );
});

it('ends, without a throw, for any JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), anyEntry, (filter, entry) => {
      compileFilter(filter, FIELDS).miss(subject(entry));
    }),
    { numRuns: 500 }
  );
});

describe('changedAttributes', () => {
  const changed = (entry: object, previous: object | null): string[] =>
    changedAttributes(ARTICLE, schemas, {
      entry: entry as Record<string, unknown>,
      previous: previous as Record<string, unknown> | null,
      of: 'all',
    });

  it('compares relations and media by documentId, and ignores ids of components', () => {
    const seo = (id: number, title: string) => ({
      id,
      metaTitle: title,
      image: { id, documentId: 'i' },
    });
    expect(
      changed(
        {
          author: { id: 1, documentId: 'a', name: 'x' },
          tags: [{ id: 1, documentId: 'b' }],
          seo: seo(1, 't'),
        },
        {
          author: { id: 2, documentId: 'a', name: 'y' },
          tags: [{ id: 2, documentId: 'b' }],
          seo: seo(2, 't'),
        }
      )
    ).toEqual([]);
    expect(
      changed(
        { author: { documentId: 'b' }, tags: [], seo: seo(1, 'new') },
        { author: { documentId: 'a' }, tags: [{ documentId: 'b' }], seo: seo(1, 'old') }
      )
    ).toEqual(['author', 'tags', 'seo']);
  });

  it('ignores ids of dynamic zones, the order of keys, and empty values', () => {
    const quote = (id: number) => ({ id, __component: 'shared.seo', metaTitle: 'x' });
    expect(
      changed(
        { blocks: [quote(1)], meta: { a: 1, b: [{ c: 1, d: 2 }] }, tags: [], title: null },
        { blocks: [quote(2)], meta: { b: [{ d: 2, c: 1 }], a: 1 } }
      )
    ).toEqual([]);
    expect(changed({ blocks: [quote(1), quote(1)] }, { blocks: [quote(1)] })).toEqual(['blocks']);
  });

  it('names everything that has a value when there was no version before', () => {
    expect(changed({ title: 'x', rating: 0, featured: false, updatedAt: 'now' }, null)).toEqual([
      'title',
      'rating',
      'featured',
    ]);
  });
});

describe('a filter of an event that was recorded earlier', () => {
  const kept = keptSubject(
    { name: 'entry.update', uid: ARTICLE, entryLocale: 'en', actor: { kind: 'none' } },
    { title: 'Ada', author: { count: 2 } },
    schemas
  );
  const missOf = (filter: Filter): string | null => compileFilter(filter, FIELDS).miss(kept);

  it.each<[Filter, string | null]>([
    [{ entry: { title: 'Bob' } }, 'entry.title'],
    [{ entry: { rating: 4 } }, null],
    [{ entry: { author: { name: 'Bob' } } }, null],
    [{ $not: { entry: { rating: 4 } } }, null],
    [{ $not: { $not: { previous: { title: 'x' } } } }, null],
    [{ $not: { previous: { title: 'x' }, entry: { title: 'Ada' } } }, null],
    [{ previous: { $null: true }, changed: { $contains: ['title'] } }, null],
    [{ changed: { $contains: ['title'] }, entry: { title: 'Bob' } }, 'entry.title'],
  ])('takes conditions on what is unknown to hold: %j', (filter, miss) => {
    expect(missOf(filter)).toBe(miss);
  });

  it('knows which facts it took for granted', () => {
    expect(kept.previous).toBe(UNKNOWN);
    const filter = { entry: { rating: 1, title: 'Ada' }, changed: { $contains: ['title'] } };
    expect(assumedBy(filter, kept)).toEqual(['previous', 'entry.rating']);
    expect(assumedBy({ locale: 'en' }, kept)).toEqual([]);
  });
});
