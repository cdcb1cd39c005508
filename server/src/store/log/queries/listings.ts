/**
 * Where the messages of one state are listed in order of their ids, without reading the others: the
 * unfinished ones in the outbox, dead and canceled ones among the undelivered. Delivered messages are
 * most of the log, and have no list of their own.
 */
import type { Knex } from 'knex';

import type { MessageState } from '../../../core/message/message';
import { NO_ENDPOINT } from '../../../core/message/limits';
import { isBraked } from '../../gates/brakes';
import type { StoreContext } from '../../sql/context';
import type { PageRequest } from '../page-types';

/** A row that is leased is being sent. */
export const LEASED = 'lease_token is not null';

/** The part of a filter that a list serves. */
export interface Listed {
  state?: MessageState;
  endpointIds?: readonly number[];
}

/** @returns a query over a table with `id` and `endpoint_id`. */
export function listOf(
  { tables }: StoreContext,
  knex: Knex,
  { state, endpointIds }: Listed
): Knex.QueryBuilder {
  const list = ofState();
  if (endpointIds !== undefined) applyEndpoints(list, endpointIds);
  return list;

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

/** Columns of a message list, with the lease if it is being sent, and the entry of its event. */
export const withLease = (
  { tables: { outbox, message, event, flowKey } }: StoreContext,
  knex: Knex,
  columns: readonly string[]
): (string | Knex.Raw)[] => [
  ...columns,
  knex.raw(
    `(select o.lease_token from ${outbox.quoted} o where o.id = ${message.quoted}.id) as lease_token`
  ),
  knex.raw(`${isBraked({ tables: { flowKey } }, message.quoted)} as braked`),
  ...(['entry_title', 'entry_locale'] as const).map((column) =>
    knex.raw(
      `(select e.${column} from ${event.quoted} e where e.id = ${message.quoted}.event_id) as ${column}`
    )
  ),
];

/** Narrows a query to a range of ids, in order. */
export function inRange(
  query: Knex.QueryBuilder,
  { past, upTo, order = 'desc' }: Omit<PageRequest, 'limit'>
): Knex.QueryBuilder {
  const isDown = order === 'desc';
  if (past !== undefined) query.where('id', isDown ? '<' : '>', past);
  if (upTo !== undefined) query.where('id', isDown ? '>=' : '<=', upTo);
  return query.orderBy('id', order);
}

export function applyEndpoints(query: Knex.QueryBuilder, endpointIds: readonly number[]): void {
  const known = endpointIds.filter((id) => id !== NO_ENDPOINT);
  if (known.length === endpointIds.length) query.whereIn('endpoint_id', known);
  else if (known.length === 0) query.whereNull('endpoint_id');
  else
    query.where((any) => {
      void any.whereIn('endpoint_id', known).orWhereNull('endpoint_id');
    });
}
