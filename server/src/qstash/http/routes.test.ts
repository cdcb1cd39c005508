import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROUTES } from './routes';

describe('docs/qstash-compatibility.md', () => {
  const text = readFileSync(
    path.resolve(__dirname, '../../../../docs/qstash-compatibility.md'),
    'utf8'
  );

  const [calls = ''] = (text.split('\n## Calls\n')[1] ?? '').split('\n## ');
  /** In `topics.find, .findOne` the second belongs to the controller of the first. */
  const permissions = calls
    .split('\n')
    .filter((line) => line.includes(' /v2/'))
    .flatMap((line) => {
      const names = [...line.matchAll(/ ([a-z-]+)?\.([A-Za-z]+)/g)];
      const controller = names[0]?.[1];
      return names.map(([, own, name]) => `v2-${own ?? controller}.${name}`);
    });

  it('names the permission of every route', () => {
    const handlers = [...new Set(ROUTES.map(({ handler }) => handler))];
    expect([...new Set(permissions)].sort()).toEqual(handlers.sort());
  });

  it('says what a read-only token may do as it is', () => {
    const reads = ROUTES.filter(({ handler }) => /\.find(One)?$/.test(handler));
    expect(new Set(reads.map(({ method }) => method))).toEqual(new Set(['GET']));
  });
});
