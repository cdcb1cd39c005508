import { entryTitle } from './entry-title';

const ARTICLE = {
  code: { type: 'string' },
  title: { type: 'string' },
  body: { type: 'richtext' },
  slug: { type: 'uid' },
};

it('prefers the usual names, in their order', () => {
  expect(entryTitle({ code: 'A1', slug: 'rain', title: ' Rain ' }, ARTICLE)).toBe('Rain');
  expect(entryTitle({ code: 'A1', slug: 'rain', title: '' }, ARTICLE)).toBe('rain');
});

it('takes the first string where nothing has a usual name', () => {
  const attributes = { body: { type: 'richtext' }, code: { type: 'string' } };
  expect(entryTitle({ body: 'long', code: 'A1' }, attributes)).toBe('A1');
});

it('does not take what is never shown, nor what is no text of the entry', () => {
  expect(entryTitle({ title: 'Rain', code: 'A1' }, ARTICLE, ['entry.Title'])).toBe('A1');
  expect(entryTitle({ title: { en: 'Rain' } }, ARTICLE)).toBeNull();
  expect(entryTitle({ name: 'not an attribute' }, ARTICLE)).toBeNull();
  expect(entryTitle(null, ARTICLE)).toBeNull();
});
