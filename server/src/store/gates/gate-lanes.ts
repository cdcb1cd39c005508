/** Reads the lanes of gates: first the messages that were let out, then the next ones in their order. */
import type { Knex } from 'knex';

import type { InLine } from '../../core/gates/queue-turn';
import { unleased } from '../queue/outbox';
import type { StoreContext } from '../sql/context';
import { flag, integer, integerOrNull, rowsOf, text, type Row } from '../sql/rows';
import { LANE_INDEX } from '../sql/tables';

const LANE_COLUMNS = { lane: 'text' } as const;

/** The endpoints whose messages are claimed: one, or all but those on hold. */
export type EndpointChoice = { only: number } | { except: readonly number[] };

export const isChosen = (choice: EndpointChoice, endpointId: number | null): boolean =>
  'only' in choice
    ? endpointId === choice.only
    : endpointId === null || !choice.except.includes(endpointId);

export function createGateLanes(ctx: StoreContext) {
  const { dialect, tables } = ctx;

  /** Messages being sent first, then the next ones. */
  async function lineOf(knex: Knex, lane: string, limit: number): Promise<Row[]> {
    const line: Row[] = [];
    for (const admitted of [1, 0]) {
      const rows = (await dialect
        .byIndex(knex, tables.outbox, LANE_INDEX)
        .select('id', 'place', 'lease_token', 'leased_until', 'due_at', 'started')
        .select('endpoint_id', 'flow_key_id')
        .where({ lane, admitted })
        .orderBy([{ column: 'place' }, { column: 'id' }])
        .limit(limit)) as Row[];
      line.push(...rows);
    }
    return line;
  }

  /** Messages of a key that may be sent: those whose lease has expired, then the next ones. */
  async function dueOf(
    trx: Knex.Transaction,
    lane: string,
    { now, room, endpoints }: { now: number; room: number; endpoints: EndpointChoice }
  ): Promise<Row[]> {
    const due: Row[] = [];
    for (const admitted of [1, 0]) {
      const query = dialect
        .byIndex(trx, tables.outbox, LANE_INDEX)
        .select('id')
        .where({ lane, admitted })
        .andWhere('place', '<=', now)
        .andWhereRaw(unleased(), [now])
        .orderBy([{ column: 'place' }, { column: 'id' }])
        .limit(room - due.length);
      if ('only' in endpoints) {
        void query.andWhere({ endpoint_id: endpoints.only });
      } else if (endpoints.except.length > 0) {
        void query.andWhere((open) => {
          void open.whereNull('endpoint_id').orWhereNotIn('endpoint_id', [...endpoints.except]);
        });
      }
      due.push(...((await query) as Row[]));
      if (due.length >= room) break;
    }
    return due;
  }

  /** Lanes of keys with messages that may be sent. */
  async function dueLanes(found: readonly string[], now: number): Promise<Set<string>> {
    if (found.length === 0) return new Set();
    const { sql, bindings } = dialect.rowset(
      LANE_COLUMNS,
      found.map((lane) => ({ lane }))
    );
    const due = (admitted: number): string =>
      `exists (select 1 from ${tables.outbox.quoted} o where o.lane = s.lane and o.admitted = ${admitted}
         and o.place <= ? and ${unleased('o')})`;
    const rows = rowsOf(
      await ctx.query((knex) =>
        knex.raw(`select s.lane from ${sql} where ${due(1)} or ${due(0)}`, [
          ...bindings,
          ...[now, now, now, now],
        ])
      )
    );
    return new Set(rows.map((row) => text(row.lane)));
  }

  return { lineOf, dueOf, dueLanes };
}

/** Describes a message in a queue for `turnsOf`. */
export function inLine(row: Row): InLine {
  const active = row.lease_token !== null;
  return {
    id: integer(row.id),
    place: integer(row.place),
    readyAt: integer(active ? row.leased_until : row.due_at),
    started: active || flag(row.started),
  };
}

export const idsOf = (rows: readonly Row[], column: string): number[] => [
  ...new Set(rows.map((row) => integerOrNull(row[column])).filter((id) => id !== null)),
];
