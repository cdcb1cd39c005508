/**
 * Common parts of writing topics and endpoints: unique names, edits fenced by version, and the
 * directory's version incremented in the same transaction.
 *
 * These few rows go through Strapi's query engine, which maintains the relation between them.
 */
import type { Knex } from 'knex';

import { CoreError } from '../../core/errors';
import type { StoreContext } from '../sql/context';
import { bumpDirectory } from './directory-version';
import { assertEditable } from './managed';
import { integer, type Row } from '../sql/rows';
import { UID } from '../sql/tables';

export type Kind = 'topic' | 'endpoint';

export interface DirectoryWrites {
  /** @throws CoreError NAME_TAKEN. */
  create(data: { name: string } & Record<string, unknown>): Promise<number>;
  /** @throws CoreError NOT_FOUND, NAME_TAKEN, STALE_VERSION, MANAGED. */
  update(
    id: number,
    data: { name?: string | undefined } & Record<string, unknown>,
    version?: number
  ): Promise<void>;
  /** @returns whether there was one. @throws CoreError MANAGED. */
  remove(id: number): Promise<boolean>;
}

export function createDirectoryWrites(ctx: StoreContext, kind: Kind): DirectoryWrites {
  const repository = () => ctx.db.query(UID[kind]);

  /**
   * Checked first, because a unique violation would also abort the caller's transaction on
   * PostgreSQL.
   */
  async function assertNameFree(trx: Knex.Transaction, name: string, self?: number): Promise<void> {
    const rows = (await trx(ctx.tables[kind].name).select('id').where({ name })) as Row[];
    if (rows.some((row) => integer(row.id) !== self)) throw nameTaken(kind, name);
  }

  /** One change, visible to all nodes. The unique key resolves concurrent use of a name. */
  async function change<T>(
    name: string | undefined,
    work: (trx: Knex.Transaction) => Promise<T>
  ): Promise<T> {
    try {
      return await ctx.transaction(async (trx) => {
        const result = await work(trx);
        await bumpDirectory(ctx, trx);
        return result;
      });
    } catch (error) {
      if (name !== undefined && ctx.dialect.isUniqueViolation(error)) throw nameTaken(kind, name);
      throw error;
    }
  }

  async function lockRow(trx: Knex.Transaction, id: number): Promise<Row | undefined> {
    const columns = ['id', 'version', 'name', 'managed_by'];
    const query = trx(ctx.tables[kind].name).select(columns).where({ id });
    const [row] = (await ctx.dialect.lock(query, 'wait')) as Row[];
    return row;
  }

  return {
    create: (data) =>
      change(data.name, async (trx) => {
        await assertNameFree(trx, data.name);
        const created = (await repository().create({ data })) as { id: number };
        return integer(created.id);
      }),

    update: (id, data, version) =>
      change(data.name, async (trx) => {
        const row = await lockRow(trx, id);
        if (row === undefined) throw new CoreError('NOT_FOUND', `there is no ${kind} ${id}`);
        const current = integer(row.version);
        if (version !== undefined && version !== current) {
          throw new CoreError(
            'STALE_VERSION',
            `the ${kind} was changed meanwhile: it is at version ${current}, not ${version}`,
            'version'
          );
        }
        assertEditable(kind, row, data);
        if (data.name !== undefined) await assertNameFree(trx, data.name, id);
        await repository().update({ where: { id }, data: { ...data, version: current + 1 } });
      }),

    remove: (id) =>
      change(undefined, async (trx) => {
        assertEditable(kind, await lockRow(trx, id));
        const removed: unknown = await repository().delete({ where: { id } });
        return removed !== null;
      }),
  };
}

function nameTaken(kind: Kind, name: string): CoreError {
  return new CoreError('NAME_TAKEN', `there is a ${kind} named "${name}" already`, 'name');
}
