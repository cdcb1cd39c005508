import { calmRows } from '../../admin/src/hooks/calmRows';

const row = (id: number, state = 'pending') => ({ id, state });
const rows = (...ids: number[]) => ids.map((id) => row(id));
const calm = (shown: number[], loaded: number[]) => {
  const made = calmRows(rows(...shown), rows(...loaded), ({ id }) => id);
  return [made.rows.map(({ id }) => id), made.fresh];
};

describe('a list that reloads', () => {
  it.each<[string, number[][], number]>([
    [
      'stays as it is',
      [
        [3, 2, 1],
        [3, 2, 1],
        [3, 2, 1],
      ],
      0,
    ],
    [
      'lets newer rows wait',
      [
        [3, 2, 1],
        [5, 4, 3],
        [3, 2, 1],
      ],
      2,
    ],
    [
      'drops a row that is gone, and shows the one that takes its place',
      [
        [5, 4, 3],
        [5, 3, 2],
        [5, 3, 2],
      ],
      0,
    ],
    [
      'drops the last row when nothing newer pushed it off',
      [
        [3, 2, 1],
        [3, 2],
        [3, 2],
      ],
      0,
    ],
    ['drops every row that is gone', [[3, 2, 1], [], []], 0],
    [
      'keeps all when others fill the page',
      [
        [3, 2, 1],
        [6, 5, 4],
        [3, 2, 1],
      ],
      3,
    ],
    [
      'drops a row that is gone while newer ones wait',
      [
        [4, 3, 2],
        [5, 4, 2],
        [4, 2],
      ],
      1,
    ],
  ])('%s', (_, [shown = [], loaded = [], expected = []], fresh) => {
    expect(calm(shown, loaded)).toEqual([expected, fresh]);
  });

  it('changes known rows in place', () => {
    const made = calmRows([row(1)], [row(1, 'delivered')], ({ id }) => id);
    expect(made.rows).toEqual([row(1, 'delivered')]);
  });
});
