import { coordinatesOf, environmentOf } from './environment';

const of = (client: string, connection: object, named: string | null = null) =>
  environmentOf(named, coordinatesOf(client, connection));

it('knows a database by where it is, not by who asks', () => {
  const parts = { host: 'DB.internal', port: 5432, database: 'cms', user: 'a', password: 'secret' };
  const same = of('postgres', { connectionString: 'postgres://b:other@db.internal/cms?ssl=true' });
  expect(of('postgres', parts)).toEqual(same);
  expect(same.label).toBe('postgres db.internal:5432/cms');
});

it.each([
  ['another host', { host: 'db2', port: 5432, database: 'cms' }],
  ['another port', { host: 'db', port: 5433, database: 'cms' }],
  ['another database', { host: 'db', port: 5432, database: 'staging' }],
  ['another schema', { host: 'db', port: 5432, database: 'cms', schema: 'tenant' }],
])('%s is another environment', (_name, connection) => {
  const home = of('postgres', { host: 'db', port: 5432, database: 'cms' });
  expect(of('postgres', connection).fingerprint).not.toBe(home.fingerprint);
});

it('is what the operator calls it, wherever the database moves', () => {
  const before = of('sqlite', { filename: '/a.db' }, 'production');
  expect(of('mysql', { host: 'db', database: 'cms' }, 'production')).toEqual(before);
  expect(before.label).toBe('production');
  expect(of('sqlite', { filename: '/a.db' }, 'staging').fingerprint).not.toBe(before.fingerprint);
  expect(of('sqlite', { filename: '/a.db' }).fingerprint).not.toBe(before.fingerprint);
});

it('shows no credentials', () => {
  expect(of('postgres', { connectionString: 'postgres://user:hunter2@db/cms' }).label).not.toMatch(
    /user|hunter2/
  );
});
