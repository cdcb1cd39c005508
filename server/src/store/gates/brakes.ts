/**
 * Holds the messages about a document that changes too often for an endpoint, behind a paused
 * flow-control key. Two short queries per event, for endpoints with a limit only.
 */
import chunk from 'lodash/chunk';

import { BRAKES, brakeKey, brakesOf } from '../../core/routing/loop-guard';
import { MINUTE_MS } from '../../core/time';
import type { StoreContext } from '../sql/context';
import { flag, integer, text, type Row } from '../sql/rows';
import type { BrakeStore } from './gate-types';
import { gateLane } from './gate-place';
import { bringFlowKeys, keyDigest } from './gates';

interface BrakeTables {
  tables: Pick<StoreContext['tables'], 'flowKey'>;
}

/** A condition on rows with a `flow_key_id`: their document is held. */
export const isBraked = ({ tables: { flowKey } }: BrakeTables, rows: string): string =>
  `exists (select 1 from ${flowKey.quoted} k
    where k.id = ${rows}.flow_key_id and k.paused and k.name like '${BRAKES}%')`;

export function createBrakes(ctx: StoreContext): BrakeStore {
  const { tables } = ctx;

  async function isHeld(key: string): Promise<boolean> {
    const [row] = await ctx.query<Row[]>((knex) =>
      knex(tables.flowKey.name)
        .select('paused')
        .where({ digest: keyDigest(key) })
    );
    return row !== undefined && flag(row.paused);
  }

  return {
    async brake({ endpointId, documentId, limit, now }) {
      const key = brakeKey(endpointId, documentId);
      if (await isHeld(key)) return key;
      const [oldest] = await ctx.query<Row[]>((knex) =>
        knex(tables.message.name)
          .select('enqueued_at')
          .where({ entry_document_id: documentId, endpoint_id: endpointId })
          .orderBy('id', 'desc')
          .offset(limit - 1)
          .limit(1)
      );
      if (oldest === undefined || integer(oldest.enqueued_at) <= now - MINUTE_MS) return null;
      await ctx.transaction(async (trx) => {
        await bringFlowKeys(ctx, trx, [{ key }]);
        await trx(tables.flowKey.name)
          .where({ digest: keyDigest(key) })
          .update({ paused: true });
      });
      return key;
    },

    async listBrakes(endpointId) {
      const prefix = brakesOf(endpointId);
      const rows = await ctx.query<Row[]>((knex) =>
        knex(tables.flowKey.name)
          .select('name')
          .where('name', 'like', `${prefix}%`)
          .andWhere({ paused: true })
          .orderBy('id')
          .limit(MAX_LISTED)
      );
      return rows.map(({ name }) => text(name)).filter((name) => name.startsWith(prefix));
    },

    async countBraked(heldEndpointIds, upTo) {
      const keys = await ctx.query<Row[]>((knex) =>
        knex(tables.flowKey.name)
          .select('id')
          .where('name', 'like', `${BRAKES}%`)
          .andWhere({ paused: true })
      );
      let count = 0;
      for (const some of chunk(keys, KEYS_PER_STATEMENT)) {
        const lanes = some.map(({ id }) => gateLane('flow-key', integer(id)));
        const [row] = await ctx.query<Row[]>((knex) => {
          const waiting = knex(tables.outbox.name)
            .select('id')
            .whereIn('lane', lanes)
            .whereNull('lease_token')
            .whereNotIn('endpoint_id', [...heldEndpointIds])
            .limit(upTo - count);
          return knex.count({ messages: '*' }).from(waiting.as('few'));
        });
        count += integer(row?.messages);
        if (count >= upTo) break;
      }
      return count;
    },
  };
}

const MAX_LISTED = 100;
const KEYS_PER_STATEMENT = 500;
