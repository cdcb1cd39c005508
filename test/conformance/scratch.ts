/**
 * The real store on a real, empty database, without the rest of Strapi: `@strapi/database` with the
 * plugin's own models, as Strapi itself would build them.
 */
import knex from 'knex';
import { Database } from '@strapi/database';
import type { Core } from '@strapi/strapi';

import { DEFAULT_HEALTH_POLICY } from '../../server/src/core/health/breaker';
import type { Log } from '../../server/src/delivery/loop/ports';
import { createStore } from '../../server/src/store';
import { createContext, type Crypt, type StoreContext } from '../../server/src/store/sql/context';
import { models } from '../../server/src/store/sql/models';
import { prepareTables } from '../../server/src/store/sql/prepare-tables';
import { UID } from '../../server/src/store/sql/tables';
import type { FullStore } from '../../server/src/store/types';
import { createTestDatabase, type DatabaseKind } from '../support/databases';

/** Not `public`: names that are qualified by chance, or not at all, are found out. */
const POSTGRES_SCHEMA = 'cms';

export interface Scratch {
  kind: DatabaseKind;
  db: Core.Strapi['db'];
  store: FullStore;
  /** What queries are made from, for those with a measure of their own. */
  context: StoreContext;
  log: LogLine[];
  /** Another store on the same database, as another node has it. */
  otherNode(): FullStore;
  /** The same, of a server that calls itself a version without SKIP LOCKED. */
  nodeWithoutSkipLocked(): FullStore;
  close(): Promise<void>;
}

export interface LogLine {
  level: string;
  message: string;
}

export async function openScratch(kind: DatabaseKind): Promise<Scratch> {
  const database = await createTestDatabase(kind);
  const { DATABASE_URL: url, DATABASE_FILENAME: filename } = database.env;
  if (kind === 'postgres') await createSchema(url ?? '');
  const connection = {
    sqlite: { filename },
    postgres: { connectionString: url, schema: POSTGRES_SCHEMA },
    mysql: { uri: url },
  }[kind];
  const db = new Database({
    connection: { client: kind, connection, useNullAsDefault: true },
    settings: { migrations: { dir: __dirname } },
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  // Strapi's query engine finds its database, when it writes relations, through the global.
  const globals = globalThis as { strapi?: unknown };
  globals.strapi = { db };
  const close = async (): Promise<void> => {
    delete globals.strapi;
    await db.destroy();
    await database.drop();
  };
  try {
    await db.init({ models: models as never });
    await db.schema.create();
    await prepareTables(db, recording([]));
  } catch (error) {
    await close();
    throw error;
  }

  const log: LogLine[] = [];
  const deps = { db, crypt: reversing, log: recording(log), health: DEFAULT_HEALTH_POLICY };
  return {
    kind,
    db,
    store: createStore(deps),
    context: createContext(deps),
    log,
    otherNode: () => createStore(deps),
    nodeWithoutSkipLocked: () => createStore({ ...deps, db: asOldMariadb(db) }),
    close,
  };
}

/** One database for a file; each test begins with empty tables. */
export function useScratch(kind: DatabaseKind): () => Scratch {
  let scratch: Scratch;
  beforeAll(async () => {
    scratch = await openScratch(kind);
  });
  beforeEach(() => emptyTables(scratch.db));
  afterAll(() => scratch.close());
  return () => scratch;
}

async function emptyTables(db: Scratch['db']): Promise<void> {
  for (const uid of Object.values(UID)) await db.query(uid).deleteMany({});
}

const ignore = (): void => undefined;

function asOldMariadb(db: Scratch['db']): Scratch['db'] {
  const info = { value: { database: 'mariadb', version: '10.5.23' } };
  const dialect = Object.create(db.dialect, { info }) as object;
  return Object.create(db, { dialect: { value: dialect } }) as Scratch['db'];
}

async function createSchema(url: string): Promise<void> {
  const connection = knex({ client: 'pg', connection: url });
  try {
    await connection.raw(`CREATE SCHEMA ${POSTGRES_SCHEMA}`);
  } finally {
    await connection.destroy();
  }
}

/** Enough of a cipher to see whether a text went through it; what it did not write it cannot read. */
const reversing: Crypt = {
  encrypt: (text) => `sealed:${[...text].reverse().join('')}`,
  decrypt(stored) {
    if (!stored.startsWith('sealed:')) throw new Error('the key is not the one it was stored with');
    return [...stored.slice('sealed:'.length)].reverse().join('');
  },
};

function recording(lines: LogLine[]): Log {
  const at = (level: string) => (message: string) => void lines.push({ level, message });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
