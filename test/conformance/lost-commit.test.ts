/** The connection breaks between the last statement and its commit: whoever waits for it must be told. */
import { AsyncResource } from 'node:async_hooks';

import type { Knex } from 'knex';

import { confirmedTransaction } from '../../server/src/host/confirmed-transaction';
import { databasesUnderTest } from '../support/databases';
import { event, message, NOW } from './factories';
import { useScratch } from './scratch';

// SQLite has no connection that could break.
const servers = databasesUnderTest().filter((kind) => kind !== 'sqlite');
const describeServers = servers.length > 0 ? describe.each(servers) : describe.skip.each(['none']);

const SQL: Record<string, { id: string; end: (id: number) => string }> = {
  postgres: {
    id: 'select pg_backend_pid() as id',
    end: (id) => `select pg_terminate_backend(${id})`,
  },
  mysql: { id: 'select connection_id() as id', end: (id) => `kill ${id}` },
};

describeServers('a commit that is lost (%s)', (name) => {
  const scratch = useScratch(name as (typeof servers)[number]);
  const outside = new AsyncResource('outside');

  async function breakConnection(): Promise<void> {
    const { id, end } = SQL[name]!;
    const { db } = scratch();
    const own = await db.transaction(async ({ trx }: { trx: unknown }) =>
      idOf(await (trx as Knex.Transaction).raw(id))
    );
    await outside.runInAsyncScope(() => db.connection.raw(end(own)));
  }
  const insert = () => scratch().store.insert([{ event: event(), messages: [message()] }], NOW);
  const loseCommit = async (): Promise<void> => {
    await insert();
    await breakConnection();
  };

  /** The pool may hand out the broken connection once more. */
  const rows = (): Promise<number> =>
    scratch()
      .store.countMatching({})
      .catch(() => scratch().store.countMatching({}));

  it('is an error to the caller', async () => {
    await expect(confirmedTransaction(scratch().db, loseCommit)).rejects.toThrow();
    expect(await rows()).toBe(0);
  });

  // If this fails, Strapi or knex has mended it, and `confirmed-transaction.ts` may go.
  it('is not reported by Strapi alone', async () => {
    await expect(scratch().db.transaction(loseCommit)).resolves.toBeUndefined();
    expect(await rows()).toBe(0);
  });

  it('does not affect the next one', async () => {
    await confirmedTransaction(scratch().db, insert);
    expect(await rows()).toBe(1);
  });
});

/** Of either driver's answer. */
function idOf(answer: unknown): number {
  const rows = Array.isArray(answer) ? (answer[0] as unknown) : (answer as { rows: unknown }).rows;
  return Number((rows as { id: number }[])[0]?.id);
}
