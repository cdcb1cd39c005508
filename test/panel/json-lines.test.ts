/** JSON as the panel shows it: colored, folded and searched by line. */
import { jsonLines, matchingLines, visibleLines } from '../../admin/src/components/json/jsonLines';

const TEXT = '{"title":"A: \\"b\\"","tags":["x",{"n":-1.5e3}],"none":null,"empty":{}}';
const lines = jsonLines(TEXT)!;

it('keeps every character of the indented text', () => {
  const shown = lines.map(
    ({ depth, tokens }) => '  '.repeat(depth) + tokens.map(({ text }) => text).join('')
  );
  expect(shown.join('\n')).toBe(JSON.stringify(JSON.parse(TEXT), null, 2));
});

it('tells keys, texts, numbers and words apart', () => {
  const kinds = lines.flatMap(({ tokens }) => tokens).filter(({ kind }) => kind !== 'mark');
  expect(kinds.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'key "title"',
    'string "A: \\"b\\""',
    'key "tags"',
    'string "x"',
    'key "n"',
    'number -1500',
    'key "none"',
    'word null',
    'key "empty"',
  ]);
});

it('knows the path of each value', () => {
  const deep = jsonLines('{"blocks":[{"text":"a"},[1]],"a-b":{"c":{}},"$":2}')!;
  const paths = deep.filter(({ tokens }) => tokens[0]?.kind !== 'mark').map(({ path }) => path);
  expect(paths).toEqual(['blocks', 'blocks[0].text', 'blocks[1][0]', '["a-b"]', '["a-b"].c', '$']);
});

it('folds what a line opens, with everything inside', () => {
  const tags = lines.find(({ tokens }) => tokens[0]?.text === '"tags"')!;
  const seen = visibleLines(lines, new Set([tags.number])).map(({ number }) => number);
  expect(seen).toEqual([0, 1, 2, 8, 9, 10]);
  expect(lines[0]!.closedBy).toBe(10);
  expect(lines[9]!.closedBy).toBeUndefined(); // {} opens nothing
});

it('finds lines in either case, and none for an empty search', () => {
  expect(matchingLines(lines, 'TITLE')).toEqual([1]);
  expect(matchingLines(lines, ' ')).toEqual([]);
});

it.each(['not json', '"a text"', '12', ''])('leaves %j to be shown as it is', (text) => {
  expect(jsonLines(text)).toBeNull();
});
