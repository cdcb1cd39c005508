/** Transactions that are in each other's way: the one that gives way is run again, and not for ever. */
import knex from 'knex';

import { createContext } from '../../server/src/store/sql/context';
import type { Log } from '../../server/src/delivery/loop/ports';
import { databasesUnderTest } from '../support/databases';
import { event, message, NOW } from './factories';
import { useScratch } from './scratch';

const MAX_TRIES = 5;

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);
    const insert = (count: number) =>
      scratch().store.insert(
        [{ event: event(), messages: Array.from({ length: count }, () => message()) }],
        NOW
      );

    // One writer at a time: on SQLite nobody waits for somebody who waits for him.
    if (kind !== 'sqlite') {
      it('the loser of a deadlock is retried after the winner', async () => {
        const [one = 0, other = 0] = (await insert(2)).map(({ id }) => id);
        const { context } = scratch();
        let tries = 0;
        let meet: () => void = () => undefined;
        const met = new Promise<void>((resolve) => (meet = resolve));
        const retryBoth = (first: number, second: number): Promise<void> =>
          context.transaction(async (trx) => {
            const messages = () => trx(context.tables.message.name);
            tries += 1;
            await messages().where({ id: first }).increment('retried', 1);
            if (tries > 1) meet();
            await met;
            await messages().where({ id: second }).increment('retried', 1);
          });

        await Promise.all([retryBoth(one, other), retryBoth(other, one)]);

        expect(tries).toBe(3);
        const rows = await context.query<{ retried: number }[]>((db) =>
          db(context.tables.message.name).select('retried')
        );
        expect(rows.map(({ retried }) => retried)).toEqual([2, 2]);
      });
    }

    if (kind === 'sqlite') {
      /** Another process, in the middle of a write; it ends when `release` is called. */
      async function occupy() {
        const { db } = scratch();
        const [file] = await db.connection.raw<{ file: string }[]>('pragma database_list');
        // The driver would wait for five seconds, and this process with it.
        await db.connection.raw('pragma busy_timeout = 0');
        const connection = { filename: file?.file ?? '' };
        const other = knex({ client: 'better-sqlite3', connection, useNullAsDefault: true });
        const client = other.client as {
          acquireConnection(): Promise<{ exec(sql: string): void }>;
          releaseConnection(handle: object): Promise<void>;
        };
        const handle = await client.acquireConnection();
        handle.exec('begin immediate');
        return {
          release: () => handle.exec('commit'),
          async close() {
            await client.releaseConnection(handle);
            await other.destroy();
          },
        };
      }

      /** A write that calls back when it gave way. */
      const write = (onGaveWay: () => void): Promise<unknown> => {
        const { context } = scratch();
        const say = (): void => undefined;
        const log: Log = { debug: onGaveWay, info: say, warn: say, error: say };
        return createContext({ ...context, log }).transaction((trx) =>
          trx(context.tables.message.name).increment('retried', 1)
        );
      };

      it('a write that finds the file busy is repeated', async () => {
        await insert(1);
        const other = await occupy();
        let gaveWay = 0;
        await write(() => {
          gaveWay += 1;
          other.release();
        });
        await other.close();
        expect(gaveWay).toBe(1);
      });

      it('a write that keeps finding it busy is an error', async () => {
        await insert(1);
        const other = await occupy();
        let gaveWay = 0;
        await expect(write(() => (gaveWay += 1))).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
        other.release();
        await other.close();
        expect(gaveWay).toBe(MAX_TRIES - 1);
      });
    }
  });
}
