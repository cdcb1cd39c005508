import { bodyDifference, signatureDifference } from './first-difference';

const difference = (sent: string, given: string) =>
  bodyDifference(Buffer.from(sent), Buffer.from(given));

it('finds the first byte that differs, and quotes both from there on', () => {
  expect(difference('{"n":1,"m":2}', '{"n":1, "m": 2}')).toEqual({
    at: 7,
    sentBytes: 13,
    givenBytes: 15,
    sent: '"m":2}',
    given: ' "m": 2}',
  });
});

it('finds where one of them ends', () => {
  expect(difference('{}', '{}\n')).toMatchObject({ at: 2, sent: '', given: '\n' });
  expect(difference('{}\n', '')).toMatchObject({ at: 0, sent: '{}\n', given: '' });
  expect(difference('{}', '{}')).toBeNull();
});

it('does not cut a character', () => {
  // ä and ö begin with the same byte.
  expect(difference('"ä"', '"ö"')).toMatchObject({ at: 1, sent: 'ä"', given: 'ö"' });
  expect(difference('a', `b${'🎉'.repeat(40)}`)).toMatchObject({ given: `b${'🎉'.repeat(23)}` });
});

it.each([
  ['v1,abcd', 'v1,abXd', 5],
  ['v1,abcd v1,wxyz', 'v1,wxy', 6],
  ['v1,abcd', 'v1a,abcd v1,zzzz', 3],
  ['v1,abcd', '', 0],
  ['v1,abcd v1,wxyz', 'v1,q v1,wxyz', null],
  ['', 'v1,abcd', null],
])('of %j and %j, %j characters agree', (sent, given, expected) => {
  expect(signatureDifference(sent, given)).toBe(expected);
});
