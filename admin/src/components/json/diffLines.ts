/** Compares two texts line by line. Pure. */

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Cells of the table that are computed at most: larger texts are shown as replaced. */
const MAX_CELLS = 4_000_000;

const lines = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] =>
  texts.map((text) => ({ kind, text }));

/** Lengths of the longest common subsequences of all ends of both lists. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      rows[i]![j] =
        a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}

/** Compares two lists that begin and end differently. */
function changed(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > MAX_CELLS) return [...lines('removed', a), ...lines('added', b)];
  const lengths = commonLengths(a, b);
  const found: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      found.push({ kind: 'same', text: a[i]! });
      i += 1;
      j += 1;
    } else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) {
      found.push({ kind: 'removed', text: a[i]! });
      i += 1;
    } else {
      found.push({ kind: 'added', text: b[j]! });
      j += 1;
    }
  }
  return [...found, ...lines('removed', a.slice(i)), ...lines('added', b.slice(j))];
}

/** @returns every line of both, in order, a removed one before what is added in its place. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [
    ...lines('same', a.slice(0, start)),
    ...changed(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...lines('same', a.slice(a.length - end)),
  ];
}

export interface DiffGap {
  kind: 'gap';
  count: number;
}

/** Folds lines that are the same and further than `context` from one that differs, except a single one. */
export function foldSame(all: readonly DiffLine[], context: number): (DiffLine | DiffGap)[] {
  const near = new Set<number>();
  all.forEach(({ kind }, at) => {
    if (kind === 'same') return;
    for (let one = at - context; one <= at + context; one += 1) near.add(one);
  });
  const folded: (DiffLine | DiffGap)[] = [];
  all.forEach((line, at) => {
    const last = folded.at(-1);
    const isSingle = near.has(at - 1) && near.has(at + 1);
    if (near.has(at) || isSingle) folded.push(line);
    else if (last?.kind === 'gap') last.count += 1;
    else folded.push({ kind: 'gap', count: 1 });
  });
  return folded;
}
