/**
 * A fresh, empty database for each Strapi that a test boots: a temporary file, or a database of its
 * own on the server that `TEST_POSTGRES_URL` or `TEST_MYSQL_URL` names, dropped again at the end.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import knex from 'knex';

export const DATABASES = ['sqlite', 'postgres', 'mysql'] as const;
export type DatabaseKind = (typeof DATABASES)[number];

export interface TestDatabase {
  kind: DatabaseKind;
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

/** @param server of a server other than the one the environment names. */
export async function createTestDatabase(
  kind: DatabaseKind,
  server?: string
): Promise<TestDatabase> {
  const name = `gw_test_${randomBytes(6).toString('hex')}`;
  switch (kind) {
    case 'sqlite':
      return createFile(join(tmpdir(), `${name}.sqlite`));
    case 'postgres':
    case 'mysql':
      return createOnServer(kind, name, server ?? serverUrl(kind));
  }
}

function createFile(filename: string): TestDatabase {
  return {
    kind: 'sqlite',
    env: { DATABASE_CLIENT: 'sqlite', DATABASE_FILENAME: filename },
    async drop() {
      await Promise.all(
        ['', '-journal', '-wal', '-shm'].map((suffix) => rm(filename + suffix, { force: true }))
      );
    },
  };
}

async function createOnServer(
  kind: 'postgres' | 'mysql',
  name: string,
  server: string | undefined
): Promise<TestDatabase> {
  if (server === undefined) throw new Error(`TEST_${kind.toUpperCase()}_URL is not set`);
  const run = async (statement: string): Promise<void> => {
    const connection = knex({ client: kind === 'postgres' ? 'pg' : 'mysql2', connection: server });
    try {
      await connection.raw(statement);
    } finally {
      await connection.destroy();
    }
  };

  await run(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    kind,
    env: { DATABASE_CLIENT: kind, DATABASE_URL: url.href },
    drop: () => run(`DROP DATABASE IF EXISTS ${name}${kind === 'postgres' ? ' WITH (FORCE)' : ''}`),
  };
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
