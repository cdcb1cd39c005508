/** Reads and writes what receivers have acknowledged. */
import type { Knex } from 'knex';

import { ledgerKey, type LedgerEntry, type LedgerNote } from '../../core/ledger/ledger';
import type { StoreContext } from '../sql/context';
import type { Handle } from '../sql/sqlite-handle';
import { flag, integer, integerOrNull, json, text, textOrNull, type Row } from '../sql/rows';
import { LEDGER_COLUMNS } from '../sql/tables';
import type { LedgerRow, LedgerStore } from './ledger-types';

/** Rows that are deleted or forgotten by one statement. */
const AT_ONCE = 1_000;
/** Makes a version outdated. */
const UNKNOWN = { entry_updated_at: null, hash: '' };

type LedgerValues = Record<keyof typeof LEDGER_COLUMNS, string | number | null>;

export const ledgerValues = (entry: LedgerEntry): LedgerValues => ({
  version_key: entry.key,
  endpoint_id: entry.endpointId,
  uid: entry.uid,
  entry_document_id: entry.documentId,
  entry_locale: entry.locale,
  entry_status: entry.status,
  entry_updated_at: entry.updatedAt,
  event_name: entry.event,
  occurred_at: entry.occurredAt,
  hash: entry.hash,
  gone: entry.isGone ? 1 : 0,
  acknowledged_at: entry.acknowledgedAt,
});

function entryOf(row: Row): LedgerRow {
  const endpointId = integer(row.endpoint_id);
  const version = {
    uid: text(row.uid),
    documentId: text(row.entry_document_id),
    locale: textOrNull(row.entry_locale),
    status: text(row.entry_status) as LedgerNote['status'],
  };
  return {
    ...version,
    id: integer(row.id),
    // Drivers that return it as a number round it.
    key: ledgerKey(endpointId, version),
    endpointId,
    updatedAt: integerOrNull(row.entry_updated_at),
    event: text(row.event_name),
    occurredAt: integer(row.occurred_at),
    hash: text(row.hash),
    isGone: flag(row.gone),
    acknowledgedAt: integer(row.acknowledged_at),
  };
}

const LEDGER = Object.keys(LEDGER_COLUMNS) as (keyof typeof LEDGER_COLUMNS)[];
/** The others are part of the key. */
const CHANGING = [
  'entry_updated_at',
  'event_name',
  'occurred_at',
  'hash',
  'gone',
  'acknowledged_at',
] as const;

const assignments = (value: (name: string) => string): string =>
  CHANGING.map((name) => `${name} = ${value(name)}`).join(', ');

/** Replaces what was known of a version, on PostgreSQL and SQLite. */
export const ON_KNOWN_VERSION = `on conflict (version_key) do update set ${assignments((name) => `excluded.${name}`)}`;

/** Writes what was acknowledged, in the open transaction of SQLite's driver. */
export function noteOnHandle(
  { tables }: StoreContext,
  handle: Handle,
  entries: readonly LedgerEntry[]
): void {
  if (entries.length === 0) return;
  const write = handle.prepare(
    `insert into ${tables.ledger.quoted} (${LEDGER.join(', ')}) values (${LEDGER.map(() => '?').join(', ')})
     ${ON_KNOWN_VERSION}`
  );
  for (const values of entries.map(ledgerValues)) {
    write.run(...LEDGER.map((name) => values[name]));
  }
}

/** Writes what was acknowledged, in the settlement's transaction, by one statement. */
export async function writeLedger(ctx: StoreContext, entries: readonly LedgerEntry[]) {
  if (entries.length === 0) return;
  const { dialect, tables } = ctx;
  const into = `insert into ${tables.ledger.quoted} (${LEDGER.join(', ')})`;
  const rows = entries.map(ledgerValues);
  if (dialect.name === 'mysql') {
    // Written by the driver: several times as fast as a derived table, or a placeholder for each value.
    const list = rows.map((values) => LEDGER.map((name) => values[name]));
    const update = assignments((name) => `values(${name})`);
    await ctx.query((knex) =>
      knex.raw(`${into} values ? on duplicate key update ${update}`, [list as Knex.RawBinding])
    );
    return;
  }
  const { sql, bindings } = dialect.rowset(LEDGER_COLUMNS, rows);
  // SQLite takes ON for that of a join, without a condition before it.
  await ctx.prepared(
    `${into} select ${LEDGER.join(', ')} from ${sql} where true
     ${ON_KNOWN_VERSION}`,
    bindings
  );
}

export function createLedger({ tables, query }: StoreContext): LedgerStore {
  const table = (knex: Knex) => knex(tables.ledger.name);

  return {
    async readLedger(keys) {
      if (keys.length === 0) return [];
      // Numbers: MySQL may round texts. All drivers take them, though knex's types do not.
      const numbers = keys.map(BigInt) as unknown as string[];
      const rows = await query<Row[]>((knex) => table(knex).whereIn('version_key', numbers));
      return rows.map(entryOf);
    },

    async pageLedger({ endpointId, uid, after, limit }) {
      const rows = await query<Row[]>((knex) => {
        const all = table(knex).where({ endpoint_id: endpointId });
        if (uid !== null) void all.andWhere({ uid });
        return all.andWhere('id', '>', after).orderBy('id').limit(limit);
      });
      return rows.map(entryOf);
    },

    async unfinishedVersions(endpointId, documentIds) {
      const rows = await query<Row[]>((knex) =>
        knex(tables.message.name)
          .select('ledger')
          .whereIn('entry_document_id', [...documentIds])
          .where({ endpoint_id: endpointId, state: 'pending' })
          .whereNotNull('ledger')
      );
      const notes = rows.flatMap((row) => json<LedgerNote[]>(row.ledger, []));
      return new Set(notes.map((note) => ledgerKey(endpointId, note)));
    },

    async countLedger(endpointId) {
      const [row] = await query<Row[]>((knex) =>
        table(knex).where({ endpoint_id: endpointId, gone: 0 }).count({ versions: '*' })
      );
      return integer(row?.versions ?? 0);
    },

    async forgetLedger(endpointId, since) {
      let forgotten = 0;
      let after = 0;
      for (;;) {
        const rows = await query<Row[]>((knex) =>
          table(knex)
            .select('id', 'acknowledged_at')
            .where({ endpoint_id: endpointId })
            .andWhere('id', '>', after)
            .orderBy('id')
            .limit(AT_ONCE)
        );
        const ids = rows
          .filter((row) => integer(row.acknowledged_at) >= since)
          .map(({ id }) => integer(id));
        // Deleted entries, too: a receiver that was told so may have them again.
        await query<number>((knex) =>
          table(knex)
            .whereIn('id', ids)
            .update({ ...UNKNOWN, gone: 0 })
        );
        forgotten += ids.length;
        if (rows.length < AT_ONCE) return forgotten;
        after = integer(rows.at(-1)?.id);
      }
    },
  };
}

/** Forgets an endpoint that is gone. @returns whether there is more. */
export async function dropLedger(
  { tables, query }: StoreContext,
  endpointId: number
): Promise<boolean> {
  const rows = await query<Row[]>((knex) =>
    knex(tables.ledger.name).select('id').where({ endpoint_id: endpointId }).limit(AT_ONCE)
  );
  const ids = rows.map(({ id }) => integer(id));
  await query<number>((knex) => knex(tables.ledger.name).whereIn('id', ids).delete());
  return rows.length === AT_ONCE;
}
