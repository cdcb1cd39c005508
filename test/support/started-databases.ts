/**
 * Databases in which Strapi has started before. Its first start creates some 150 tables, which takes
 * longer than the rest of it: one original per kind and worker of jest is copied for each suite; another one
 * for those that start without the plugin.
 */
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { rowsOf } from '../../server/src/store/sql/rows';
import {
  connectTo,
  createTestDatabase,
  openTestDatabase,
  type DatabaseKind,
  type TestDatabase,
} from './databases';

/** Environment variable: which run of jest this is. */
const RUN = 'GUARANTEED_WEBHOOKS_TEST_RUN';

export function beginRun(): void {
  process.env[RUN] = `gw-run-${process.pid}-${Date.now()}`;
}

export async function endRun(): Promise<void> {
  const prefix = `${process.env[RUN]}.`;
  for (const note of await readdir(tmpdir())) {
    if (!note.startsWith(prefix)) continue;
    const path = join(tmpdir(), note);
    const kind = note.split('.')[1] as DatabaseKind;
    await openTestDatabase(kind, await readFile(path, 'utf8')).drop();
    await rm(path);
  }
}

interface First {
  hasPlugin: boolean;
  /** Starts Strapi on an empty database, and stops it. */
  start: (database: TestDatabase) => Promise<void>;
}

export async function copyStartedDatabase(kind: DatabaseKind, first: First): Promise<TestDatabase> {
  const original = await originalOf(kind, first);
  if (kind === 'postgres') return createTestDatabase(kind, undefined, original.name);
  const copy = await createTestDatabase(kind);
  if (kind === 'sqlite') await copyFile(original.name, copy.name);
  else await copyTables(original, copy);
  return copy;
}

async function originalOf(kind: DatabaseKind, { hasPlugin, start }: First): Promise<TestDatabase> {
  const { [RUN]: run, JEST_WORKER_ID: worker } = process.env;
  const note = join(tmpdir(), `${run}.${kind}.${worker}.${hasPlugin ? 'plugin' : 'bare'}`);
  const name = await readFile(note, 'utf8').catch(() => undefined);
  if (name !== undefined) return openTestDatabase(kind, name);

  const original = await createTestDatabase(kind);
  await start(original);
  if (hasPlugin) await unmark(original);
  await writeFile(note, original.name);
  return original;
}

/** Without the mark of its place, which a copy is not at. */
async function unmark(original: TestDatabase): Promise<void> {
  const sql = connectTo(original);
  await sql('gw_settings').where({ name: 'mark' }).delete();
  await sql.destroy();
}

/** On MySQL, which cannot copy a database. */
async function copyTables(original: TestDatabase, copy: TestDatabase): Promise<void> {
  const sql = connectTo(copy);
  await sql.raw('set foreign_key_checks = 0');
  const tables = await sql('information_schema.tables')
    .where('table_schema', original.name)
    .pluck('table_name');
  for (const table of tables) {
    const shown: unknown = await sql.raw('show create table ??.??', [original.name, table]);
    await sql.raw(String(rowsOf(shown)[0]?.['Create Table']));
    await sql.raw('insert into ?? select * from ??.??', [table, original.name, table]);
  }
  await sql.destroy();
}
