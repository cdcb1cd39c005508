/**
 * findLeased: reads messages that a receiver has claimed, as the claim returned them.
 *
 * Fenced    by id and lease token together. `settle` checks the token again when it writes.
 * Canceled  messages keep the token of their last lease, so that the attempt is still recorded.
 */
import type { StoreContext } from '../sql/context';
import { rowsOf, text } from '../sql/rows';
import { CLAIM_COLUMNS, claimedMessage, claimEventColumns } from './claimed-rows';
import type { PullStore } from './pull-types';

export function createFindLeased(ctx: StoreContext): PullStore['findLeased'] {
  const { message, event, outbox, undelivered } = ctx.tables;
  const columns = CLAIM_COLUMNS.map((name) => `m.${name}`).join(', ');
  const sql = (count: number): string => `
    select coalesce(o.lane, '') as lane, coalesce(o.lease_token, u.lease_token) as lease_token,
      ${columns}, ${claimEventColumns('m', 'e')}
    from ${message.quoted} m
      left join ${outbox.quoted} o on o.id = m.id
      left join ${undelivered.quoted} u on u.id = m.id
      left join ${event.quoted} e on e.id = m.event_id
    where m.message_id in (${Array.from({ length: count }, () => '?').join(', ')})`;

  return async (refs) => {
    if (refs.length === 0) return [];
    const tokens = new Map(refs.map(({ messageId, leaseToken }) => [messageId, leaseToken]));
    const found: unknown = await ctx.query((knex) =>
      knex.raw(sql(tokens.size), [...tokens.keys()])
    );
    return rowsOf(found)
      .filter((row) => row.lease_token === tokens.get(text(row.message_id)))
      .map((row) => claimedMessage(row, text(row.lease_token), ctx.crypt));
  };
}
