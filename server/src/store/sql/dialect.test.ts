import type { Core } from '@strapi/strapi';
import knex from 'knex';

import { dialectOf } from './dialect';

const mysqlOf = (info: { database: string | null; version: string | null }) =>
  dialectOf({ dialect: { client: 'mysql', info } } as unknown as Core.Strapi['db']);

/** Strapi reads these from the server's version when it connects. */
it.each([
  ['mariadb', '10.11.14', true],
  ['mariadb', '10.6.0', true],
  ['mariadb', '10.5.23', false],
  ['mariadb', '11.4.2', true],
  ['mysql', '8.0.36', true],
  ['mysql', '8.0.1', true],
  ['mysql', '8.0.0', false],
  ['mysql', '8.4.0', true],
  ['mysql', '5.7.44', false],
  ['mysql', '9.1.0', true],
  // It would not say: then without.
  [null, null, false],
])(
  '%s %s passes by what others hold: %s; and says so when it cannot',
  (database, version, skips) => {
    const dialect = mysqlOf({ database, version });
    const query = dialect.lock(knex({ client: 'mysql2' })('t').select('id'), 'skip').toQuery();
    expect(query).toBe(`select \`id\` from \`t\` for update${skips ? ' skip locked' : ''}`);
    expect(dialect.limitation()).toEqual(skips ? null : expect.stringContaining('no SKIP LOCKED'));
  }
);
