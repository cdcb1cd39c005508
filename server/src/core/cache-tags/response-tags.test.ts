import { createTagCollector } from './response-tags';
import { tagHeader, problemOfTagHeader } from './tag-headers';
import { tagOf, tagsOf } from './tags';

const tagged = (maxBytes: number, use: (into: ReturnType<typeof createTagCollector>) => void) => {
  const into = createTagCollector(maxBytes);
  use(into);
  return into.result();
};

describe('tags of a response', () => {
  it('are the documents in it, each once, at any depth', () => {
    const body = {
      data: [
        { documentId: 'a', author: { documentId: 'b', portrait: { documentId: 'c' } } },
        { documentId: 'a', blocks: [{ speakers: [{ documentId: 'd' }] }], at: new Date() },
      ],
      meta: { documentId: 7 },
    };
    expect(tagged(100, ({ body: read }) => read(body))).toEqual({ tags: ['a', 'b', 'c', 'd'] });
  });

  it('are the content types of relations that are empty, also in the format of Strapi 4', () => {
    const notes = (body: unknown) =>
      tagged(100, (into) => {
        into.toOne('author', 'api::author.author');
        into.body(body);
      });
    const tags = ['a', 'api::author.author'];
    expect(notes({ data: { documentId: 'a', author: null } })).toEqual({ tags });
    expect(notes({ data: { documentId: 'a', attributes: { author: { data: null } } } })).toEqual({
      tags,
    });
    expect(notes({ data: { documentId: 'a', cover: null } })).toEqual({ tags: ['a'] });
  });

  it('are those of its content types when they would not fit, and nothing when those are not known', () => {
    const ids = ['aaaaa', 'bbbbb', 'ccccc'].map((documentId) => ({ documentId }));
    const read = (types: string[], maxBytes: number, anyType = false) =>
      tagged(maxBytes, (into) => {
        types.forEach(into.type);
        if (anyType) into.anyType();
        into.body(ids);
      });
    expect(read(['t'], 18)).toEqual({ tags: ['aaaaa', 'bbbbb', 'ccccc'] });
    expect(read(['t', 'u'], 17)).toEqual({ tags: ['t', 'u'] });
    expect(read([], 17)).toBe('unknown');
    expect(read(['t'], 17, true)).toBe('unknown');
    expect(read(['t'.repeat(17)], 17)).toBe('unknown');
    expect(tagged(100, () => undefined)).toBe('none');
  });
});

it('tags can stand in any list', () => {
  expect(tagOf('h2kz0a')).toBe('h2kz0a');
  expect(tagOf('api::article.article:en-GB')).toBe('api::article.article:en-GB');
  expect(tagOf('a b,c\n\ud800')).toBe('a%20b%2Cc%0A%EF%BF%BD');
  expect(tagsOf({ uid: 't', documentId: null, locale: 'en' })).toEqual([]);
});

describe('headers', () => {
  it('separate tags as their readers expect, and keep what is there', () => {
    expect(tagHeader('Cache-Tag', ['a', 'b'])).toBe('a,b');
    expect(tagHeader('Surrogate-Key', ['a', 'b'])).toBe('a b');
    expect(tagHeader('xkey', ['a'], 'own')).toBe('own a');
  });

  it.each(['Cache Tag', '', 'Größe', 'Set-Cookie', 'content-length', 'Vary'])(
    'cannot be %j',
    (name) => expect(problemOfTagHeader(name)).not.toBeNull()
  );
  it.each(['Cache-Tag', 'Surrogate-Key', 'Netlify-Cache-Tag', 'xkey'])('can be %s', (name) =>
    expect(problemOfTagHeader(name)).toBeNull()
  );
});
