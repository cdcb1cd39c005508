/** A database of its own for each thing that is measured, and where it is found. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const knex = createRequire(import.meta.url)('knex');

async function run(server, statement) {
  const connection = knex({ client: 'pg', connection: server });
  try {
    await connection.raw(statement);
  } finally {
    await connection.destroy();
  }
}

/** @param server URL of a PostgreSQL where databases may be created. */
export async function createPostgres(server) {
  const name = `gw_bench_${randomBytes(5).toString('hex')}`;
  await run(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    env: { DATABASE_CLIENT: 'postgres', DATABASE_URL: url.href },
    drop: () => run(server, `drop database if exists ${name} with (force)`),
  };
}

export async function createSqlite() {
  const folder = await mkdtemp(path.join(tmpdir(), 'gw-bench-'));
  return {
    env: { DATABASE_CLIENT: 'sqlite', DATABASE_FILENAME: path.join(folder, 'bench.sqlite') },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

export const createDatabase = (kind, server) =>
  kind === 'sqlite' ? createSqlite() : createPostgres(server);
