/** Writes CSV (RFC 4180) that is safe to open in a spreadsheet. */

/** Spreadsheets take a cell that begins so for a formula. */
const FORMULA = /^\s*[=+\-@\t\r]/;

/** Has Excel read the file as UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

export type Cell = string | number | null;

/** One line. Texts are quoted; one that a spreadsheet would calculate begins with an apostrophe. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const plain = FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${plain.replaceAll('"', '""')}"`;
}
