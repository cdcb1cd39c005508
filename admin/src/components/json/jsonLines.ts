/** Splits JSON into lines that can be colored and folded. Pure. */

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'mark';

export interface Token {
  kind: TokenKind;
  text: string;
}

export interface JsonLine {
  /** From 0. */
  number: number;
  depth: number;
  tokens: Token[];
  /** Where the value is, as JavaScript writes it: `entry.blocks[0].text`. Empty: it is the whole. */
  path: string;
  /** Number of the line that closes what this one opens. Undefined: it opens nothing. */
  closedBy?: number;
}

const INDENT = 2;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],])/g;

function tokensOf(line: string): Token[] {
  return [...line.matchAll(TOKEN)].flatMap(([text, string, colon, number, word]): Token[] => {
    if (string !== undefined && colon !== undefined) {
      return [
        { kind: 'key', text: string },
        { kind: 'mark', text: ': ' },
      ];
    }
    if (string !== undefined) return [{ kind: 'string', text: string }];
    if (number !== undefined) return [{ kind: 'number', text: number }];
    if (word !== undefined) return [{ kind: 'word', text: word }];
    return [{ kind: 'mark', text }];
  });
}

/** An object or list whose lines are being read. */
interface Open {
  line: JsonLine;
  /** Number of the next item. Null in an object. */
  item: number | null;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function pathIn(parent: Open | undefined, key: Token | undefined): string {
  if (parent === undefined) return '';
  const { path } = parent.line;
  if (parent.item !== null) return `${path}[${parent.item++}]`;
  const name = JSON.parse(key?.text ?? '""') as string;
  if (!IDENTIFIER.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** @returns null when the text is not an object or a list in JSON. */
export function jsonLines(text: string): JsonLine[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const open: Open[] = [];
  return JSON.stringify(value, null, INDENT)
    .split('\n')
    .map((line, number) => {
      const depth = (line.length - line.trimStart().length) / INDENT;
      const tokens = tokensOf(line);
      if (/^\s*[}\]]/.test(line)) {
        const opened = open.pop()?.line;
        if (opened !== undefined) opened.closedBy = number;
        return { number, depth, tokens, path: opened?.path ?? '' };
      }
      const parsed: JsonLine = { number, depth, tokens, path: pathIn(open.at(-1), tokens[0]) };
      if (/[{[]$/.test(line)) open.push({ line: parsed, item: line.endsWith('[') ? 0 : null });
      return parsed;
    });
}

/** Lines that are not inside a folded one. @param folded numbers of folded lines. */
export function visibleLines(lines: readonly JsonLine[], folded: ReadonlySet<number>): JsonLine[] {
  let hiddenTo = -1;
  return lines.filter((line) => {
    if (line.number <= hiddenTo) return false;
    if (folded.has(line.number) && line.closedBy !== undefined) hiddenTo = line.closedBy;
    return true;
  });
}

const textOf = ({ tokens }: JsonLine): string => tokens.map(({ text }) => text).join('');

/** Numbers of the lines that contain the text, in either case. */
export function matchingLines(lines: readonly JsonLine[], search: string): number[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return [];
  return lines
    .filter((line) => textOf(line).toLowerCase().includes(wanted))
    .map(({ number }) => number);
}
