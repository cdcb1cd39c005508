/** Plain English in the documents, the panel and the comments: words that are old, vague or a translation. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const AVOIDED = ['whoever', 'of what', 'besides', 'likewise', 'shall', 'mend', 'so many'];
const PATTERN = new RegExp(`\\b(${AVOIDED.join('|')})\\b`, 'gi');

/** 4 300 and 33.3 %, where English writes 4,300 and 33.3%. */
const FOREIGN_NUMBER = /(?<![\d,.])\d{1,3} \d{3}(?!\d)|\d %/g;

/** A doc comment that neither says what something does nor names it. */
const RELATIVE_START = /\/\*\* (?:What|Those|Whoever)\b/g;

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** A line break in a text or a comment, with the marks of the next line. */
const LINE_BREAK = /\s*\n\s*(?:\*|\/\/|>)?\s*/g;

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const filesIn = (folder: string, name: RegExp): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => path.join(folder, file));

/** Each avoided word with its surroundings: "docs/api.md: … what shall be sent …". */
function findings(file: string, text: string, pattern = PATTERN): string[] {
  const oneLine = text.replaceAll(LINE_BREAK, ' ');
  return [...oneLine.matchAll(pattern)].map(
    ({ index }) => `${file}: … ${oneLine.slice(Math.max(0, index - 40), index + 40)} …`
  );
}

/** Comments that follow each other line by line are one text. */
const commentsOf = (source: string): string => [...source.matchAll(COMMENT)].join('\n');

it('finds a word in any case and across the lines of a comment', () => {
  const source = "const a = 'whoever'; // Most of\n// what it is.\n/** Sends so\n * many. */";
  expect(findings('a.ts', commentsOf(source))).toHaveLength(2);
  expect(findings('a.md', 'Whoever shall recommend it.')).toHaveLength(2);
});

it('finds numbers that are not written as in English', () => {
  const found = findings('a.md', 'At 4 300 messages, 33.3 % of 1,024.', FOREIGN_NUMBER);
  expect(found).toHaveLength(2);
  expect(findings('a.md', '4,300 of 1.5 s, 33.3%', FOREIGN_NUMBER)).toEqual([]);
});

it('is used in the documents', () => {
  const files = [
    'README.md',
    'SECURITY.md',
    'CONTRIBUTING.md',
    'bench/README.md',
    ...filesIn('docs', /\.md$/),
  ];
  expect(files.flatMap((file) => findings(file, read(file)))).toEqual([]);
  expect(files.flatMap((file) => findings(file, read(file), FOREIGN_NUMBER))).toEqual([]);
});

it('is used in the panel', () => {
  const file = path.join('admin', 'src', 'translations', 'en.json');
  expect(findings(file, read(file))).toEqual([]);
});

describe.each(['server/src', 'admin/src', 'cli'])('the comments of %s', (folder) => {
  const files = filesIn(folder, /\.(tsx?|mjs)$/);

  it('are in plain English', () => {
    expect(files.flatMap((file) => findings(file, commentsOf(read(file))))).toEqual([]);
  });

  it('begin with a verb or a name', () => {
    expect(files.flatMap((file) => findings(file, read(file), RELATIVE_START))).toEqual([]);
  });
});
