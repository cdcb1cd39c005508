/** The rows of the filter builder and their JSON: what the rows can show, they give back as it was. */
import {
  filterInput,
  filterOf,
  rowsOf,
  type Kind,
} from '../../admin/src/components/filter/filterRows';

const KINDS: Record<string, Kind> = {
  'entry.rating': 'number',
  'entry.featured': 'boolean',
  changed: 'names',
};
const kindOf = (path: string): Kind => KINDS[path] ?? 'text';

it.each<[object, number]>([
  [{ entry: { title: { $eq: 'Ada' } } }, 1],
  [{ entry: { author: { name: { $in: ['a', 'b'] } } } }, 1],
  [{ $and: [{ entry: { rating: { $gt: 4.5 } } }, { locale: { $ne: 'de' } }] }, 2],
  [{ $or: [{ entry: { featured: { $eq: false } } }, { entry: { slug: { $null: true } } }] }, 2],
  [{ changed: { $contains: ['slug', 'title'] } }, 1],
])('shows %j', (filter, rows) => {
  const shown = rowsOf(filter as Record<string, unknown>);
  expect(shown?.rows).toHaveLength(rows);
  expect(shown && filterOf(shown, kindOf)).toEqual(filter);
});

it('splits an object of several conditions into rows', () => {
  const filter = { entry: { title: 'Ada', rating: { $gt: 1, $lt: 5 } }, locale: ['en', 'de'] };
  expect(rowsOf(filter)).toEqual({
    match: 'all',
    rows: [
      { path: 'entry.title', operator: '$eq', value: 'Ada' },
      { path: 'entry.rating', operator: '$gt', value: '1' },
      { path: 'entry.rating', operator: '$lt', value: '5' },
      { path: 'locale', operator: '$in', value: 'en, de' },
    ],
  });
});

it.each([
  { $not: { locale: 'en' } },
  { $or: [{ locale: 'en', status: 'draft' }] },
  { $and: [{ $or: [{ locale: 'en' }] }] },
  { entry: { title: { $not: { $eq: 'x' } } } },
])('leaves %j to its JSON', (filter) => {
  expect(rowsOf(filter as Record<string, unknown>)).toBeNull();
});

it('has no filter without text, and none of text that is no object', () => {
  expect(filterInput(' ')).toBeNull();
  expect(filterInput('[1]')).toBeUndefined();
  expect(filterInput('{')).toBeUndefined();
});
