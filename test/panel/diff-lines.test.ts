/** What differs between two versions of a payload, line by line. */
import { diffLines, foldSame } from '../../admin/src/components/json/diffLines';

const MARKS = { same: ' ', removed: '-', added: '+' } as const;
const diff = (before: string, after: string): string[] =>
  diffLines(before.replaceAll(' ', '\n'), after.replaceAll(' ', '\n')).map(
    ({ kind, text }) => MARKS[kind] + text
  );

it.each([
  ['a b c', 'a b c', [' a', ' b', ' c']],
  ['a b c', 'a x c', [' a', '-b', '+x', ' c']],
  ['a b c d', 'b c x d', ['-a', ' b', ' c', '+x', ' d']],
  ['a a', 'a a a', [' a', ' a', '+a']],
  ['a b', 'c d', ['-a', '-b', '+c', '+d']],
])('compares %s with %s', (before, after, expected) => {
  expect(diff(before, after)).toEqual(expected);
});

it('leads from either text to the other, whatever they are', () => {
  const words = ['x', 'y', 'z'];
  for (let seed = 0; seed < 200; seed += 1) {
    const textOf = (length: number, step: number) =>
      Array.from({ length }, (_, at) => words[(seed * step + at * at * step) % 3]).join('\n');
    const [before, after] = [textOf(seed % 7, 5), textOf((seed * 3) % 8, 7)];
    const lines = diffLines(before, after);
    const without = (kind: 'added' | 'removed') =>
      lines
        .filter((line) => line.kind !== kind)
        .map(({ text }) => text)
        .join('\n');
    expect([without('added'), without('removed')]).toEqual([before, after]);
  }
});

it('shows texts that are too large to compare as replaced', () => {
  const many = (word: string) => Array.from({ length: 2_100 }, (_, at) => `${word}${at}`).join(' ');
  const lines = diff(`same ${many('a')}`, `same ${many('b')}`);
  expect(lines).toHaveLength(4_201);
  expect(lines.slice(0, 2)).toEqual([' same', '-a0']);
});

it('folds what is the same, except around a change', () => {
  const before = 'a b c d e f g h';
  const parts = foldSame(
    diffLines(before.replaceAll(' ', '\n'), before.replace('d', 'x').replaceAll(' ', '\n')),
    1
  );
  expect(parts).toEqual([
    { kind: 'gap', count: 2 },
    { kind: 'same', text: 'c' },
    { kind: 'removed', text: 'd' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'e' },
    { kind: 'gap', count: 3 },
  ]);
});
