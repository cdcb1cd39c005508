import { memoize } from './memo';

it('asks once for each argument, and forgets all when there are too many', () => {
  const asked: string[] = [];
  const lengthOf = memoize((text) => asked.push(text) && text.length, 2);
  for (const text of ['a', 'bb', 'a', 'bb', 'ccc', 'a']) expect(lengthOf(text)).toBe(text.length);
  expect(asked).toEqual(['a', 'bb', 'ccc', 'a']);
});

it('remembers no failure', () => {
  let times = 0;
  const fail = memoize(() => {
    times += 1;
    throw new Error('no');
  });
  expect(() => fail('a')).toThrow('no');
  expect(() => fail('a')).toThrow('no');
  expect(times).toBe(2);
});
