import { csvLine } from './csv';

it('quotes texts, and leaves numbers and nothing as they are', () => {
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', 7, -1, null, ''])).toBe(
    '"a,b","say ""hi""","two\nlines",7,-1,,""\r\n'
  );
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =HYPERLINK("http://x")'])(
  'keeps %j from being calculated',
  (text) => {
    expect(csvLine([text])).toBe(`"'${text.replaceAll('"', '""')}"\r\n`);
  }
);
