import type { Attribute } from '../filter/fields';
import type { Shape } from '../shape/shape';
import { schemaChanges, sentFields, withNewFields, type SentFields } from './sent-fields';

type Types = Record<string, Record<string, Attribute>>;

const TYPES: Types = {
  article: {
    title: { type: 'string' },
    views: { type: 'integer' },
    author: { type: 'relation', relation: 'manyToOne', target: 'author' },
    tags: { type: 'relation', relation: 'manyToMany', target: 'tag' },
    cover: { type: 'media' },
    seo: { type: 'component', component: 'shared.seo' },
    blocks: { type: 'dynamiczone', components: ['shared.quote'] },
    kind: { type: 'enumeration', enum: ['news', 'v1.0'] },
  },
  author: {
    name: { type: 'string' },
    articles: { type: 'relation', relation: 'oneToMany', target: 'article' },
  },
  tag: { label: { type: 'string' } },
  'plugin::upload.file': { url: { type: 'text' }, related: { type: 'relation' } },
  'shared.seo': {
    metaTitle: { type: 'string' },
    more: { type: 'component', component: 'shared.seo', repeatable: true },
  },
  'shared.quote': { text: { type: 'richtext' } },
};

const EVENTS = [{ name: 'entry.publish', uid: 'article' }];

const sent = (shape: Partial<Shape> = {}, types: Types = TYPES): SentFields =>
  sentFields(EVENTS, { payload: 'full', format: null, ...shape }, (uid) => types[uid]);

/** Without content types and components themselves. */
const fieldsOf = (fields: SentFields): SentFields =>
  Object.fromEntries(Object.entries(fields).filter(([path]) => !(path in TYPES)));

const withArticle = (attributes: Record<string, Attribute | undefined>): Types => ({
  ...TYPES,
  article: Object.fromEntries(
    Object.entries({ ...TYPES.article, ...attributes }).filter(
      (entry): entry is [string, Attribute] => entry[1] !== undefined
    )
  ),
});

describe('sentFields', () => {
  it('has the entry, its components, and the own values of what it is related to', () => {
    expect(fieldsOf(sent())).toEqual({
      'article entry.publish': 'event',
      'article.title': 'text',
      'article.views': 'integer',
      'article.author': 'author',
      'article.tags': 'list of tag',
      'article.cover': 'plugin::upload.file',
      'article.seo': 'shared.seo',
      'article.blocks': 'dynamiczone',
      'article.blocks "shared.quote"': 'component',
      'article.kind': 'text',
      'article.kind "news"': 'value',
      'article.kind "v1.0"': 'value',
      'author.name': 'text',
      'tag.label': 'text',
      'plugin::upload.file.url': 'text',
      'shared.seo.metaTitle': 'text',
      'shared.seo.more': 'list of shared.seo',
      'shared.quote.text': 'text',
    });
  });

  const KIND = ['article.kind', 'article.kind "news"', 'article.kind "v1.0"'];
  const ENTRY = ['article.title', 'article.views', ...KIND];
  it.each<[string, Partial<Shape>, string[]]>([
    ['thin', { payload: 'thin' }, []],
    ['a format', { format: { kind: 'preset', name: 'slack' } }, []],
    ['fields', { fields: ['title'] }, ['article.title']],
    ['a relation', { populate: ['tags'] }, [...ENTRY, 'article.tags', 'tag.label']],
    [
      'a relation in a text',
      { fields: ['*'], populate: 'author, tags' },
      [...ENTRY, 'article.author', 'author.name', 'article.tags', 'tag.label'],
    ],
    [
      'fields of a relation',
      { fields: [], populate: { author: { fields: ['id'] }, tags: true, cover: false } },
      ['article.author', 'article.tags', 'tag.label'],
    ],
    [
      'a path',
      { fields: ['title'], populate: ['author.articles'] },
      [...ENTRY, 'article.author', 'author.name', 'author.articles'],
    ],
    [
      'parts of a dynamic zone',
      { fields: [], populate: { blocks: { on: { 'shared.quote': { fields: ['text'] } } } } },
      ['article.blocks', 'article.blocks "shared.quote"', 'shared.quote.text'],
    ],
  ])('has of %s what it asks for', (_, shape, paths) => {
    expect(Object.keys(fieldsOf(sent(shape))).sort()).toEqual(
      ['article entry.publish', ...paths].sort()
    );
  });
});

describe('schemaChanges', () => {
  const changes = (types: Types, shape?: Partial<Shape>) =>
    schemaChanges(sent(shape), sent(shape, types));

  it.each<[string, Types]>([
    ['a new field', withArticle({ slug: { type: 'uid' } })],
    ['another kind of text', withArticle({ title: { type: 'enumeration', enum: ['one'] } })],
    ['an enumeration that takes any text', withArticle({ kind: { type: 'string' } })],
    ['a new value', withArticle({ kind: { type: 'enumeration', enum: ['v1.0', 'news', 'b'] } })],
    [
      'a new component of a dynamic zone',
      withArticle({ blocks: { type: 'dynamiczone', components: ['shared.seo', 'shared.quote'] } }),
    ],
  ])('are none for %s', (_, types) => {
    expect(changes(types)).toEqual([]);
  });

  it.each<[string, Types, object[]]>([
    [
      'a removed field',
      withArticle({ title: undefined }),
      [{ path: 'article.title', from: 'text', to: null }],
    ],
    [
      'another type',
      withArticle({ views: { type: 'biginteger' } }),
      [{ path: 'article.views', from: 'integer', to: 'text' }],
    ],
    [
      'one where there were many',
      withArticle({ tags: { type: 'relation', relation: 'manyToOne', target: 'tag' } }),
      [{ path: 'article.tags', from: 'list of tag', to: 'tag' }],
    ],
    [
      'a removed component, without its fields',
      withArticle({ seo: undefined }),
      [{ path: 'article.seo', from: 'shared.seo', to: null }],
    ],
    [
      'a removed value of an enumeration',
      withArticle({ kind: { type: 'enumeration', enum: ['news'] } }),
      [{ path: 'article.kind "v1.0"', from: 'value', to: null }],
    ],
    [
      'a removed enumeration, without its values',
      withArticle({ kind: undefined }),
      [{ path: 'article.kind', from: 'text', to: null }],
    ],
    [
      'a removed component of a dynamic zone, without its fields',
      withArticle({ blocks: { type: 'dynamiczone', components: ['shared.seo'] } }),
      [{ path: 'article.blocks "shared.quote"', from: 'component', to: null }],
    ],
    [
      'a field of a component in a component',
      { ...TYPES, 'shared.seo': { metaTitle: { type: 'string' } } },
      [{ path: 'shared.seo.more', from: 'list of shared.seo', to: null }],
    ],
    [
      'a field of a component in a dynamic zone',
      { ...TYPES, 'shared.quote': { text: { type: 'integer' } } },
      [{ path: 'shared.quote.text', from: 'text', to: 'integer' }],
    ],
    [
      'a field of a related entry',
      { ...TYPES, author: { articles: TYPES.author!.articles! } },
      [{ path: 'author.name', from: 'text', to: null }],
    ],
  ])('name %s', (_, types, expected) => {
    expect(changes(types)).toEqual(expected);
  });

  it('name an event that is not sent any more, without the fields of its content type', () => {
    expect(schemaChanges(sent(), {})).toEqual([
      { path: 'article entry.publish', from: 'event', to: null },
    ]);
  });

  it('are none for what a shape leaves out', () => {
    expect(changes(withArticle({ title: undefined }), { fields: ['views'] })).toEqual([]);
  });

  it('stay when fields are added, and go when the field is back', () => {
    const later = withArticle({ title: undefined, slug: { type: 'uid' } });
    const known = withNewFields(sent(), sent({}, later));
    expect(schemaChanges(known, sent({}, later))).toHaveLength(1);
    expect(schemaChanges(known, sent({}, withArticle({ slug: { type: 'uid' } })))).toEqual([]);
    expect(schemaChanges(known, sent())).toEqual([
      { path: 'article.slug', from: 'text', to: null },
    ]);
  });
});
