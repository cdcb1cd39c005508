/**
 * Where the messages of one state are listed in order of their ids, without reading the others: the
 * unfinished ones in the outbox, dead and canceled ones among the undelivered. Delivered messages are
 * most of the log, and have no list of their own.
 */
import type { Knex } from 'knex';

import type { MessageState } from '../../../core/message/message';
import type { StoreContext } from '../../sql/context';

/** A row that is leased is being sent. */
export const LEASED = 'lease_token is not null';

/** The part of a filter that a list serves. */
export interface Listed {
  state?: MessageState;
  /** Null: no endpoint. */
  endpointId?: number | null;
}

/** @returns a query over a table with `id` and `endpoint_id`. */
export function listOf(
  { tables }: StoreContext,
  knex: Knex,
  { state, endpointId }: Listed
): Knex.QueryBuilder {
  const list = ofState();
  return endpointId === undefined ? list : list.where({ endpoint_id: endpointId });

  function ofState(): Knex.QueryBuilder {
    switch (state) {
      case 'pending':
        return knex(tables.outbox.name).whereNull('lease_token');
      case 'active':
        return knex(tables.outbox.name).whereRaw(LEASED);
      case 'dead':
      case 'canceled':
        return knex(tables.undelivered.name).where({ state });
      case 'delivered':
        return knex(tables.message.name).where({ state });
      case undefined:
        return knex(tables.message.name);
    }
  }
}

/** Whether the messages of this state have a list of their own. */
export const isListed = (state: MessageState): boolean => state !== 'delivered';

/** Columns of a message list, and the lease if it is being sent. */
export const withLease = (
  { tables: { outbox, message } }: StoreContext,
  knex: Knex,
  columns: readonly string[]
): (string | Knex.Raw)[] => [
  ...columns,
  knex.raw(
    `(select o.lease_token from ${outbox.quoted} o where o.id = ${message.quoted}.id) as lease_token`
  ),
];
