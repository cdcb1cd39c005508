/** Reads what alerts are made from, and locks what is told by one node. */
import { COUNTED_UP_TO } from '../../core/message/limits';
import { isTimed } from '../gates/gate-place';
import type { Lanes } from '../queue/lanes';
import type { StoreContext } from '../sql/context';
import { integer, integerOrNull, textOrNull, type Row } from '../sql/rows';
import type { SettingStore } from '../sql/setting-types';
import type { AlertStore } from './alert-types';

export const ALERT_SETTINGS = 'alerts';

/** The plugin's own events: alerts about alerts would never end. */
const OWN_EVENTS = 'webhooks.%';
const ENDPOINT_LANE = /^(?:e:|l:)(\d+)$/;

export function createAlerts(
  ctx: StoreContext,
  { lanes, writeSetting }: { lanes: Lanes } & Pick<SettingStore, 'writeSetting'>
): AlertStore {
  const { tables, dialect } = ctx;

  return {
    async failedSince(since) {
      const rows = await ctx.query<Row[]>((knex) => {
        const recent = knex(tables.undelivered.name)
          .select('id')
          .where({ state: 'dead' })
          .andWhere('ended_at', '>=', since)
          .limit(COUNTED_UP_TO);
        return knex
          .from(recent.as('recent'))
          .join({ m: tables.message.name }, 'm.id', 'recent.id')
          .join({ e: tables.event.name }, 'e.id', 'm.event_id')
          .whereNot('e.name', 'like', OWN_EVENTS)
          .groupBy('m.endpoint_id')
          .select('m.endpoint_id')
          .count({ failed: '*' });
      });
      return new Map(rows.map((row) => [integerOrNull(row.endpoint_id) ?? 0, integer(row.failed)]));
    },

    async oldestDueByEndpoint(now) {
      const oldest = new Map<number, number>();
      for (const { lane, place } of await lanes.heads(now)) {
        if (!isTimed(lane) || lane.startsWith('t:') || place > now) continue;
        const id = Number(ENDPOINT_LANE.exec(lane)?.[1] ?? 0);
        oldest.set(id, Math.min(oldest.get(id) ?? place, place));
      }
      return oldest;
    },

    lockSetting: (name) =>
      ctx.transaction(async (trx) => {
        const query = trx(tables.setting.name).select('value').where({ name });
        const [row] = (await dialect.lock(query, 'wait')) as Row[];
        return textOrNull(row?.value);
      }),

    writeAlertSettings: (value) => writeSetting(ALERT_SETTINGS, value),
  };
}
