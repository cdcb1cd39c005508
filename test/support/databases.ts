/**
 * A fresh, empty database for each Strapi that a test boots: a temporary file, or a database of its
 * own on the server that `TEST_POSTGRES_URL` or `TEST_MYSQL_URL` names, dropped again at the end.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import knex, { type Knex } from 'knex';

export const DATABASES = ['sqlite', 'postgres', 'mysql'] as const;
export type DatabaseKind = (typeof DATABASES)[number];

export interface TestDatabase {
  kind: DatabaseKind;
  /** Of SQLite, the path of its file. */
  name: string;
  /** What `test/app/config/database.js` reads. */
  env: Record<string, string>;
  drop(): Promise<void>;
}

/**
 * The databases to test on: those `DB` names (`DB=sqlite,postgres`), else SQLite and every server
 * whose URL is given.
 */
export function databasesUnderTest(): DatabaseKind[] {
  const named = process.env.DB?.split(',').map((name) => name.trim());
  if (named === undefined) {
    return DATABASES.filter((kind) => kind === 'sqlite' || serverUrl(kind) !== undefined);
  }
  return named.map((name) => {
    const kind = DATABASES.find((candidate) => candidate === name);
    if (kind === undefined) throw new Error(`DB: unknown database "${name}"`);
    return kind;
  });
}

/** `describe` once for each database under test. */
export function describeEachDatabase(name: string, suite: (database: DatabaseKind) => void): void {
  for (const database of databasesUnderTest()) {
    describe(`${name} (${database})`, () => suite(database));
  }
}

/**
 * @param server of a server other than the one the environment names.
 * @param template on PostgreSQL, the name of a database to copy. Nobody may be connected to it.
 */
export async function createTestDatabase(
  kind: DatabaseKind,
  server = serverUrl(kind),
  template?: string
): Promise<TestDatabase> {
  const name = `gw_test_${randomBytes(6).toString('hex')}`;
  if (kind === 'sqlite') return fileOf(join(tmpdir(), `${name}.sqlite`));
  const database = databaseOn(kind, name, server);
  const copying = template === undefined ? '' : ` TEMPLATE ${template}`;
  await run(kind, server ?? '', `CREATE DATABASE ${name}${copying}`);
  return database;
}

/** A database that is there already. @param name of it; of a file, its path. */
export function openTestDatabase(
  kind: DatabaseKind,
  name: string,
  server = serverUrl(kind)
): TestDatabase {
  return kind === 'sqlite' ? fileOf(name) : databaseOn(kind, name, server);
}

function fileOf(filename: string): TestDatabase {
  return {
    kind: 'sqlite',
    name: filename,
    env: { DATABASE_CLIENT: 'sqlite', DATABASE_FILENAME: filename },
    async drop() {
      await Promise.all(
        ['', '-journal', '-wal', '-shm'].map((suffix) => rm(filename + suffix, { force: true }))
      );
    },
  };
}

function databaseOn(
  kind: 'postgres' | 'mysql',
  name: string,
  server: string | undefined
): TestDatabase {
  if (server === undefined) throw new Error(`TEST_${kind.toUpperCase()}_URL is not set`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const force = kind === 'postgres' ? ' WITH (FORCE)' : '';
  return {
    kind,
    name,
    env: { DATABASE_CLIENT: kind, DATABASE_URL: url.href },
    drop: () => run(kind, server, `DROP DATABASE IF EXISTS ${name}${force}`),
  };
}

/** One connection, without Strapi. */
export function connectTo({ kind, name, env }: TestDatabase): Knex {
  const pool = { min: 1, max: 1 };
  if (kind === 'sqlite') {
    const connection = { filename: name };
    return knex({ client: 'better-sqlite3', connection, pool, useNullAsDefault: true });
  }
  const client = kind === 'postgres' ? 'pg' : 'mysql2';
  return knex({ client, connection: env.DATABASE_URL ?? '', pool });
}

async function run(kind: DatabaseKind, server: string, statement: string): Promise<void> {
  const connection = knex({ client: kind === 'postgres' ? 'pg' : 'mysql2', connection: server });
  try {
    await connection.raw(statement);
  } finally {
    await connection.destroy();
  }
}

function serverUrl(kind: DatabaseKind): string | undefined {
  switch (kind) {
    case 'sqlite':
      return undefined;
    case 'postgres':
      return process.env.TEST_POSTGRES_URL;
    case 'mysql':
      return process.env.TEST_MYSQL_URL;
  }
}
