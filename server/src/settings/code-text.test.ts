import { codeText, EnvValue, Expression } from './code-text';

it.each<[string, unknown, string]>([
  ['a text', 'news', "'news'"],
  ['a text with a quote', "it's", `"it's"`],
  ['a line break', 'a\nb', '"a\\nb"'],
  ['a variable', new EnvValue('SEARCH_URL'), "env('SEARCH_URL')"],
  ['an expression', new Expression('Buffer.from([])'), 'Buffer.from([])'],
  ['null', null, 'null'],
  ['a short list', [1, true, 'a'], "[1, true, 'a']"],
  ['an empty object', {}, '{}'],
  ['keys that are no names', { 'x-key': 1, $contains: 2 }, "{ 'x-key': 1, $contains: 2 }"],
  ['undefined, which is left out', { a: undefined, b: 1 }, '{ b: 1 }'],
])('writes %s', (_, value, text) => {
  expect(codeText(value)).toBe(text);
});

it('breaks what does not fit on a line', () => {
  const list = ['a'.repeat(50), 'b'.repeat(50)];
  expect(codeText({ list })).toBe(`{\n  list: [\n    '${list[0]}',\n    '${list[1]}',\n  ],\n}`);
});
