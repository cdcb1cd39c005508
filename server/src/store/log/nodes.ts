/** Servers. Each writes its own row, by the database's clock, which all share. */
import type { StoreContext } from '../sql/context';
import { flag, integer, integerOrNull, text, type Row } from '../sql/rows';
import type { NodeRecord, PanelStore } from './panel-types';

type Nodes = Pick<PanelStore, 'beat' | 'listNodes' | 'removeNode'>;

export function createNodes(ctx: StoreContext): Nodes {
  const table = () => ctx.tables.node.name;
  return {
    async beat({ name, host, pid, delivers, inFlight, startedAt, seenAt, silentAt }) {
      const beating = { delivers, in_flight: inFlight, seen_at: seenAt, silent_at: silentAt };
      const changed = await ctx.query<number>((knex) =>
        knex(table()).where({ name }).update(beating)
      );
      if (changed > 0) return;
      await ctx.query((knex) =>
        knex(table())
          .insert({ name, host, pid, started_at: startedAt, ...beating })
          .onConflict('name')
          .merge(Object.keys(beating))
      );
    },

    async listNodes() {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(table()).orderBy([{ column: 'started_at' }, { column: 'id' }])
      );
      return rows.map((row): NodeRecord => ({
        name: text(row.name),
        host: text(row.host),
        pid: integer(row.pid),
        delivers: flag(row.delivers),
        inFlight: integer(row.in_flight),
        startedAt: integer(row.started_at),
        seenAt: integer(row.seen_at),
        silentAt: integerOrNull(row.silent_at),
      }));
    },

    async removeNode(name) {
      await ctx.query((knex) => knex(table()).where({ name }).delete());
    },
  };
}
