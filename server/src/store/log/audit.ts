/** audit: who changed what in the panel. Rows are added, read newest first, and removed by age. */
import type { SettingChange } from '../../core/audit/changes';
import type { Actor } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import { integer, integerOrNull, shownJson, text, textOrNull, type Row } from '../sql/rows';
import type { AuditedItem, AuditEntry, AuditStore } from './audit-types';

export function createAudit(ctx: StoreContext): AuditStore {
  const table = () => ctx.tables.audit.name;

  return {
    async addAudit({ at, actor, action, item, key, name, changes }) {
      await ctx.query((knex) =>
        knex(table()).insert({
          at,
          actor_kind: actor.kind,
          actor_id: actor.id ?? null,
          actor_label: actor.label ?? null,
          action,
          item,
          item_key: key,
          item_name: name,
          changes: JSON.stringify(changes),
        })
      );
    },

    async listAudit({ item, key, actor }, { past, limit }) {
      const rows = await ctx.query<Row[]>((knex) => {
        const query = knex(table()).orderBy('id', 'desc').limit(limit);
        if (item !== undefined) query.where({ item });
        if (key !== undefined) query.where({ item_key: key });
        if (actor !== undefined) {
          query.where({ actor_kind: actor.kind, actor_id: actor.id ?? null });
        }
        return past === undefined ? query : query.where('id', '<', past);
      });
      return rows.map(auditEntry);
    },

    async auditActors(limit) {
      const rows = await ctx.query<Row[]>((knex) => {
        const latest = knex(table())
          .max({ id: 'id' })
          .whereNotNull('actor_id')
          .groupBy('actor_kind', 'actor_id');
        return knex(table())
          .select('actor_kind', 'actor_id', 'actor_label')
          .whereIn('id', knex.select('id').from(latest.as('latest')))
          .orderBy('actor_label')
          .limit(limit);
      });
      return rows.map(actorOf);
    },

    async purgeAudit(before, limit) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(table())
          .select('id')
          .where('at', '<', before)
          .orderBy([{ column: 'at' }, { column: 'id' }])
          .limit(limit)
      );
      const ids = rows.map((row) => integer(row.id));
      if (ids.length === 0) return 0;
      return ctx.query<number>((knex) => knex(table()).whereIn('id', ids).delete());
    },
  };
}

function actorOf(row: Row): Actor {
  const id = integerOrNull(row.actor_id);
  const label = textOrNull(row.actor_label);
  return {
    kind: text(row.actor_kind) as Actor['kind'],
    ...(id !== null && { id }),
    ...(label !== null && { label }),
  };
}

function auditEntry(row: Row): AuditEntry {
  return {
    id: integer(row.id),
    at: integer(row.at),
    actor: actorOf(row),
    action: text(row.action),
    item: text(row.item) as AuditedItem,
    key: textOrNull(row.item_key),
    name: textOrNull(row.item_name),
    changes: shownJson<SettingChange[]>(row.changes, []),
  };
}
