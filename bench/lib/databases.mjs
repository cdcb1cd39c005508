/** A database of its own for each thing that is measured, and where it is found. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const knex = createRequire(import.meta.url)('knex');

async function run(client, server, statement) {
  const connection = knex({ client, connection: server });
  try {
    await connection.raw(statement);
  } finally {
    await connection.destroy();
  }
}

const newName = () => `gw_bench_${randomBytes(5).toString('hex')}`;

function on(server, name) {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** @param server URL of a PostgreSQL where databases may be created. */
async function createPostgres(server) {
  const name = newName();
  await run('pg', server, `create database ${name}`);
  const url = on(server, name);
  return {
    url,
    env: { DATABASE_CLIENT: 'postgres', DATABASE_URL: url },
    drop: () => run('pg', server, `drop database if exists ${name} with (force)`),
  };
}

/** @param server URL of a MySQL or MariaDB where databases may be created. */
async function createMysql(server) {
  const name = newName();
  await run('mysql2', server, `create database ${name} character set utf8mb4`);
  return {
    env: { DATABASE_CLIENT: 'mysql', DATABASE_URL: on(server, name) },
    drop: () => run('mysql2', server, `drop database if exists ${name}`),
  };
}

async function createSqlite() {
  const folder = await mkdtemp(path.join(tmpdir(), 'gw-bench-'));
  return {
    env: { DATABASE_CLIENT: 'sqlite', DATABASE_FILENAME: path.join(folder, 'bench.sqlite') },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

const CREATE = { sqlite: createSqlite, postgres: createPostgres, mysql: createMysql };

/** @param servers URLs of `postgres` and `mysql`. */
export const createDatabase = (kind, servers) => CREATE[kind](servers[kind]);
