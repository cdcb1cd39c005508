import type { Schemas } from '../filter/fields';
import { project } from './project';

const SCHEMAS: Record<string, ReturnType<Schemas>> = {
  article: {
    title: { type: 'string' },
    slug: { type: 'string' },
    author: { type: 'relation', target: 'author' },
    tags: { type: 'relation', target: 'tag' },
    cover: { type: 'media' },
    seo: { type: 'component', component: 'seo' },
    blocks: { type: 'dynamiczone', components: ['quote', 'seo'] },
  },
  author: { name: { type: 'string' }, articles: { type: 'relation', target: 'article' } },
  tag: { name: { type: 'string' } },
  seo: { metaTitle: { type: 'string' }, image: { type: 'media' } },
  quote: { text: { type: 'string' } },
  'plugin::upload.file': { url: { type: 'string' }, name: { type: 'string' } },
};
const schemas: Schemas = (uid) => SCHEMAS[uid];

const ENTRY = {
  id: 1,
  documentId: 'a1',
  title: 'One',
  slug: 'one',
  author: { id: 2, documentId: 'u1', name: 'Ada' },
  tags: { count: 2 },
  cover: { id: 3, url: '/c.png', name: 'c' },
  seo: { id: 4, metaTitle: 'M', image: { id: 5, url: '/i.png', name: 'i' } },
  blocks: [
    { __component: 'quote', id: 6, text: 'Q' },
    { __component: 'seo', id: 7, metaTitle: 'N', image: null },
  ],
};

const of = (query: Parameters<typeof project>[2]) => project('article', ENTRY, query, schemas);

it('takes all columns without fields, and nothing else without populate', () => {
  expect(of({})).toEqual({
    entry: { id: 1, documentId: 'a1', title: 'One', slug: 'one' },
    missing: [],
  });
});

it('takes the fields that are named, with the ids', () => {
  expect(of({ select: ['title'] }).entry).toEqual({ id: 1, documentId: 'a1', title: 'One' });
});

it('takes relations, media and components with their own fields', () => {
  const { entry, missing } = of({
    select: 'title',
    populate: {
      author: { select: ['name'] },
      cover: { select: ['url'] },
      seo: true,
      blocks: { on: { seo: { populate: { image: true } } } },
    },
  });
  expect(entry).toEqual({
    id: 1,
    documentId: 'a1',
    title: 'One',
    author: { id: 2, documentId: 'u1', name: 'Ada' },
    cover: { id: 3, url: '/c.png' },
    seo: { id: 4, metaTitle: 'M' },
    blocks: [
      { __component: 'quote', id: 6, text: 'Q' },
      { __component: 'seo', id: 7, metaTitle: 'N', image: null },
    ],
  });
  expect(missing).toEqual([]);
});

it.each<[string, Parameters<typeof project>[2], string[]]>([
  [
    'a relation of a relation',
    { populate: { author: { populate: { articles: true } } } },
    ['author.articles'],
  ],
  ['a relation of which the number is known', { populate: { tags: true } }, ['tags']],
  ['a column that is newer', { select: ['title', 'teaser'] }, ['teaser']],
  [
    'a populate that filters',
    { populate: { author: { where: { name: 'Ada' } } as never } },
    ['author'],
  ],
])('says that %s was not recorded', (_, query, missing) => {
  expect(of(query).missing).toEqual(missing);
});
