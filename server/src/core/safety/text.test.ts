import { cutText, unstorablePath } from './text';

describe('cutText', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab🎉', 4, 'ab🎉'],
    ['ab🎉', 3, 'ab'],
    ['🎉🎉', 1, ''],
    ['', 3, ''],
  ])('%j to %d is %j', (text, maxLength, cut) => {
    expect(cutText(text, maxLength)).toBe(cut);
  });
});

it('finds text that cannot be stored in an object that contains itself', () => {
  const input: Record<string, unknown> = { fine: 'text' };
  input.self = input;
  expect(unstorablePath(input)).toBeNull();
  input.name = '\ud83c';
  expect(unstorablePath(input)).toEqual(['name']);
});
