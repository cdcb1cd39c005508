/** The table: what is measured, what it should be, and what it came to. */
export const atLeast = (value, target) => ({ value, target: `≥ ${target}`, pass: value >= target });
export const atMost = (value, target) => ({ value, target: `≤ ${target}`, pass: value <= target });

const COLUMNS = ['what', 'measured', 'target', '', 'absolute'];

/** @param rows `{ what, value, target, pass, absolute }`, printed as a table of Markdown. */
export function render(rows) {
  const cells = rows.map(({ what, value, target, pass, absolute }) => [
    what,
    Number.isInteger(value) ? String(value) : value.toFixed(2),
    target,
    pass ? 'pass' : 'short',
    absolute,
  ]);
  const widths = COLUMNS.map((name, column) =>
    Math.max(name.length, 3, ...cells.map((row) => row[column].length))
  );
  const line = (row) => `| ${row.map((cell, n) => cell.padEnd(widths[n])).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(COLUMNS), rule, ...cells.map(line)].join('\n');
}
