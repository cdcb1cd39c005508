import { readFileSync } from 'node:fs';
import path from 'node:path';

import { CALLS, methodsOf } from './calls';

describe('methodsOf', () => {
  it.each([
    ['/v2/publish/-', ['POST']],
    ['/v2/topics/name', ['GET', 'PATCH', 'DELETE']],
    ['/v2/topics/name/endpoints', ['POST', 'DELETE']],
    ['/v2/topics/', []],
    ['/v2/nothing', []],
  ])('%s', (call, methods) => expect(methodsOf(call)).toEqual(methods));
});

describe('docs/qstash-compatibility.md', () => {
  const text = readFileSync(
    path.resolve(__dirname, '../../../../docs/qstash-compatibility.md'),
    'utf8'
  );

  /** `v2-topics.find`, `.findOne` in a cell: the second is of the first's controller. */
  const scopes = text
    .split('\n')
    .filter((line) => line.includes(' `v2-'))
    .flatMap((line) => {
      const names = [...line.matchAll(/`(v2-[a-z-]+)?\.([A-Za-z]+)`/g)];
      const controller = names.find(([, name]) => name !== undefined)?.[1];
      return names.map(([, own, name]) => `${own ?? controller}.${name}`);
    });

  it('names the scope of every call', () => {
    const handlers = [...new Set(CALLS.map(({ handler }) => handler))];
    expect([...new Set(scopes)].sort()).toEqual(handlers.sort());
  });

  it('says what a read-only token may do as it is', () => {
    const reads = CALLS.filter(({ handler }) => /\.find(One)?$/.test(handler));
    expect(new Set(reads.map(({ method }) => method))).toEqual(new Set(['GET']));
  });
});
