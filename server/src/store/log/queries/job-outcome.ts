/**
 * jobOutcome: what has become of the messages that a job replayed.
 *
 * Reads the lists of unfinished and undelivered messages only, never the delivered ones, which are most of
 * the log. Those of the job are told by the request that it noted with each.
 */
import type { Knex } from 'knex';

import { isBraked } from '../../gates/brakes';
import type { JobRecord, JobStore } from '../job-types';
import type { StoreContext } from '../../sql/context';
import { integer, text, type Row } from '../../sql/rows';
import { askedByJob, contains } from './filter';

/** Rows of each list that are looked at. */
const LOOKED_AT = 20_000;

export function createJobOutcome(ctx: StoreContext): JobStore['jobOutcome'] {
  const { tables } = ctx;

  /**
   * @param list of ids and states.
   * @param held endpoints whose pending messages are on hold.
   */
  async function count(
    job: JobRecord,
    held: readonly number[],
    list: (knex: Knex) => Knex.QueryBuilder
  ): Promise<Row[]> {
    const isHeld = [isBraked(ctx, 'm'), ...held.map(() => 'm.endpoint_id = ?')].join(' or ');
    const fate = `case when few.state = 'pending' and (${isHeld}) then 'held' else few.state end`;
    return ctx.query<Row[]>((knex) =>
      knex
        .select(knex.raw(`${fate} as fate`, [...held]))
        .count({ messages: '*' })
        .from(list(knex).limit(LOOKED_AT).as('few'))
        .join({ m: tables.message.name }, 'm.id', 'few.id')
        .whereRaw(...contains('m.asks', askedByJob(job.id)))
        .groupBy('fate')
    );
  }

  return async (job, heldEndpointIds) => {
    const replayed = job.done - job.skipped;
    const { upTo, createdAt, filter } = job;
    const unfinished = await count(job, heldEndpointIds, (knex) => {
      const query = knex(tables.outbox.name).select('id', knex.raw("'pending' as state"));
      // Messages of events are newer than the job.
      if (job.kind === 'replay') query.where('id', '<=', upTo);
      if (filter.endpointId?.every((id) => id > 0)) query.whereIn('endpoint_id', filter.endpointId);
      return query.orderBy('id');
    });
    const undelivered = await Promise.all(
      ['dead', 'canceled'].map((state) =>
        count(job, [], (knex) =>
          knex(tables.undelivered.name)
            .select('id', 'state')
            .where({ state })
            .where('ended_at', '>=', createdAt)
            .orderBy('ended_at')
        )
      )
    );
    const counts = new Map(
      [...unfinished, ...undelivered.flat()].map((row) => [text(row.fate), integer(row.messages)])
    );
    const of = (state: string) => counts.get(state) ?? 0;
    const rest = replayed - of('pending') - of('held') - of('dead') - of('canceled');
    return {
      replayed,
      pending: of('pending'),
      held: of('held'),
      failed: of('dead'),
      canceled: of('canceled'),
      delivered: Math.max(0, rest),
    };
  };
}
