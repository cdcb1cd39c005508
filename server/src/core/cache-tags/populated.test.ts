import type { Attribute, Schemas } from '../filter/fields';
import { noteCompared, notePopulated } from './populated';

const TYPES: Record<string, Record<string, Attribute>> = {
  article: {
    title: { type: 'string' },
    author: { type: 'relation', relation: 'manyToOne', target: 'author' },
    tags: { type: 'relation', relation: 'manyToMany', target: 'tag' },
    localizations: { type: 'relation', relation: 'oneToMany', target: 'article' },
    createdBy: { type: 'relation', relation: 'oneToOne', target: 'admin::user' },
    cover: { type: 'media' },
    seo: { type: 'component', component: 'seo' },
    blocks: { type: 'dynamiczone', components: ['quote', 'hero'] },
  },
  tag: { author: { type: 'relation', relation: 'manyToOne', target: 'author' } },
  author: { articles: { type: 'relation', relation: 'oneToMany', target: 'article' } },
  seo: { image: { type: 'media' } },
  quote: { speaker: { type: 'relation', relation: 'oneToOne', target: 'author' } },
  hero: { anything: { type: 'relation', relation: 'morphToOne' } },
};
const schemas: Schemas = (uid) => TYPES[uid];

function noted(populate: unknown): string[] {
  const notes: string[] = [];
  notePopulated('article', populate, schemas, {
    list: (uid) => notes.push(`list ${uid}`),
    type: (uid) => notes.push(`type ${uid}`),
    anyType: () => notes.push('any'),
    toOne: (name, uid) => notes.push(`${name} ${uid}`),
  });
  return notes;
}

it.each<[string, unknown, string[]]>([
  ['nothing', undefined, []],
  ['everything', true, ['author author', 'list tag', 'type plugin::upload.file']],
  ['names', ['author', 'cover'], ['author author', 'type plugin::upload.file']],
  ['a path', ['author.articles'], ['author author', 'list article']],
  ['an object', { author: { populate: { articles: true } } }, ['author author', 'list article']],
  ['a component', { seo: { populate: true } }, ['type plugin::upload.file']],
  ['a component alone', { seo: true }, []],
  ['a zone', { blocks: { populate: true } }, ['speaker author', 'any']],
  [
    'a part of a zone',
    { blocks: { on: { quote: { populate: ['speaker'] } } } },
    ['speaker author'],
  ],
  ['what is not there', { gone: true }, []],
  [
    'what a relation is filtered and sorted by',
    { tags: { where: { author: { name: 'Ada' } }, orderBy: [{ author: { name: 'asc' } }] } },
    ['list tag', 'list author', 'list author'],
  ],
  [
    'the types of a relation to any',
    {
      blocks: { on: { hero: { populate: { anything: { on: { author: { populate: true } } } } } } },
    },
    ['any', 'list article'],
  ],
])('of %s', (_, populate, expected) => expect(noted(populate)).toEqual(expected));

it.each<[string, unknown, string[]]>([
  ['of the entry alone', { title: { $eq: 'a' }, $or: [{ title: 'b' }] }, []],
  ['of a relation', { author: { documentId: 'a' } }, ['author']],
  ['inside operators', { $and: [{ $not: { tags: { label: 'a' } } }] }, ['tag']],
  ['of a relation of a relation', { author: { articles: { title: 'a' } } }, ['author', 'article']],
  [
    'of an order',
    [{ title: 'asc' }, { author: { articles: { title: 'desc' } } }],
    ['author', 'article'],
  ],
  ['of a name', 'title', []],
  ['of nothing', undefined, []],
])('filters and sorting %s', (_, query, expected) => {
  const lists: string[] = [];
  noteCompared('article', query, schemas, { list: (uid) => lists.push(uid) });
  expect(lists).toEqual(expected);
});
