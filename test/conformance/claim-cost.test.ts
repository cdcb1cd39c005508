/**
 * A claim costs what it hands out, not what waits or what is long finished. Measured by the rows and
 * plans the database itself reports, never by the clock.
 */
import type { Knex } from 'knex';

import { databasesUnderTest, type DatabaseKind } from '../support/databases';
import { claim, event, message, NOW } from './factories';
import { useScratch, type Scratch } from './scratch';

const HELD = 20_000;
const FINISHED = 5_000;
/** A window, a walk over three lanes, and what is handed out; a scan would be twenty times as much. */
const MAX_ROWS_READ = 1_200;
const BUDGET = { default: 5, lanes: new Map([['e:1', 0]]) };

for (const kind of databasesUnderTest()) {
  describe(kind, () => {
    const scratch = useScratch(kind);

    async function fill(): Promise<void> {
      const { store } = scratch();
      const held = Array.from({ length: HELD }, () => message({ notBefore: NOW - 1_000 }));
      const finished = Array.from({ length: FINISHED }, () => message({ endpointId: 9 }));
      const inserted = await store.insert([{ event: event(), messages: finished }], NOW);
      await store.cancel(
        inserted.map(({ id }) => id),
        NOW
      );
      // What a database knows of its tables is from before the flood, as a rule.
      await ANALYZE[kind](scratch());
      await store.insert([{ event: event(), messages: held }], NOW);
      const free = [2, 3].flatMap((endpointId) =>
        Array.from({ length: 10 }, () => message({ endpointId }))
      );
      await store.insert([{ event: event(), messages: free }], NOW);
      // InnoDB does so by itself, within seconds of a change of a tenth of the rows.
      if (kind === 'mysql') await ANALYZE.mysql(scratch());
    }

    it('a held lane of 20,000 at the head costs a limited number of rows', async () => {
      await fill();
      const { store } = scratch();
      const { read, result } = await reading(scratch(), () =>
        store.claim(claim({ limit: 50, budget: BUDGET }))
      );
      const lanes = result.map(({ lane }) => lane).sort();
      expect(lanes).toEqual([...Array<string>(5).fill('e:2'), ...Array<string>(5).fill('e:3')]);
      expect(read.rows).toBeLessThan(MAX_ROWS_READ);
      expect(read.scans).toEqual([]);

      const idle = await reading(scratch(), () => store.oldestDue(NOW, ['e:1', 'e:2', 'e:3']));
      expect(idle.result).toBeNull();
      expect(idle.read.rows).toBeLessThan(MAX_ROWS_READ);
      expect(idle.read.scans).toEqual([]);
    });
  });
}

const onPostgres = databasesUnderTest().includes('postgres') ? describe : describe.skip;

onPostgres('postgres', () => {
  const scratch = useScratch('postgres');

  it('a claim does not wait for the disk; what comes after it does', async () => {
    const { db, store } = scratch();
    await store.insert([{ event: event(), messages: [message()] }], NOW);
    const claiming = await db.transaction(async ({ trx }) => {
      expect(await store.claim(claim())).toHaveLength(1);
      return sessionOf(trx as Knex);
    });
    expect(claiming).toMatchObject({ waits: 'off' });
    expect(await sessionOf(db.connection)).toEqual({ ...claiming, waits: 'on' });
  });
});

async function sessionOf(knex: Knex): Promise<{ pid: number; waits: string } | undefined> {
  const sql = `select pg_backend_pid() as pid, current_setting('synchronous_commit') as waits`;
  return (await knex.raw<{ rows: { pid: number; waits: string }[] }>(sql)).rows[0];
}

const ANALYZE: Record<DatabaseKind, (scratch: Scratch) => Promise<unknown>> = {
  sqlite: ({ db }) => db.connection.raw('analyze'),
  postgres: ({ db }) =>
    db.connection.raw('analyze ??, ??', [
      `${db.getSchemaName()}.gw_messages`,
      `${db.getSchemaName()}.gw_outbox`,
    ]),
  mysql: ({ db }) => db.connection.raw('analyze table gw_messages, gw_outbox'),
};

interface Reading {
  /** Rows the database says it read of messages and the outbox. */
  rows: number;
  /** Plans that read the table from end to end. */
  scans: string[];
}

async function reading<T>(
  scratch: Scratch,
  work: () => Promise<T>
): Promise<{ read: Reading; result: T }> {
  return COUNTERS[scratch.kind](scratch, work);
}

type Counter = <T>(
  scratch: Scratch,
  work: () => Promise<T>
) => Promise<{ read: Reading; result: T }>;

/** Counters of one connection: the work joins a transaction, which has one. */
const counted =
  (sum: (trx: RawRunner, scratch: Scratch) => Promise<number>): Counter =>
  async (scratch, work) =>
    scratch.db.transaction(async ({ trx }: { trx: unknown }) => {
      const before = await sum(trx as RawRunner, scratch);
      const result = await work();
      const rows = (await sum(trx as RawRunner, scratch)) - before;
      return { read: { rows, scans: [] }, result };
    });

interface RawRunner {
  raw(sql: string, bindings?: string[]): Promise<unknown>;
}

const COUNTERS: Record<DatabaseKind, Counter> = {
  postgres: counted(async (trx) => {
    const { rows } = (await trx.raw(
      `select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as n
       from pg_stat_xact_user_tables where relname in ('gw_messages', 'gw_outbox')`
    )) as { rows: { n: string }[] };
    return Number(rows[0]?.n);
  }),

  mysql: counted(async (trx) => {
    const [rows] = (await trx.raw(`show session status like 'Handler_read%'`)) as [
      { Value: string }[],
    ];
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }),

  /** SQLite counts nothing, but says how it would go about each statement. */
  async sqlite(scratch, work) {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => {
      if (/^\s*(select|with|update)\b.*gw_(messages|outbox)/s.test(sql)) statements.push(sql);
    };
    scratch.db.connection.on('query', note);
    const result = await work();
    scratch.db.connection.off('query', note);
    const scans: string[] = [];
    for (const sql of statements) {
      // The plan does not depend on the values.
      const plan = await scratch.db.connection.raw<{ detail: string }[]>(
        `explain query plan ${sql.replaceAll('?', '1')}`
      );
      scans.push(
        ...plan.map(({ detail }) => detail).filter((step) => /^SCAN (m|o|gw_\w+)\b/.test(step))
      );
    }
    expect(statements.length).toBeGreaterThan(0);
    return { read: { rows: 0, scans }, result };
  },
};
