/**
 * Bulk jobs: replay, delete or cancel all messages that match a filter.
 *
 * A step does its work and moves the job's position in one transaction, so that a killed process
 * skips and repeats nothing. Between steps a lease keeps other nodes away; it expires if its holder
 * dies.
 */
import type { Knex } from 'knex';

import type { Actor } from '../../core/message/message';
import type { JobKind, MessageFilter } from '../views';
import type { StoreContext } from '../sql/context';
import { DELETED } from '../routing/endpoints';
import { createJobOutcome } from './queries/job-outcome';
import { integer, integerOrNull, json, text, type Row } from '../sql/rows';
import type { JobRecord, JobStore, QueryStore, QueueStore } from '../types';

type Moves = Pick<QueueStore, 'replay' | 'noteAsk' | 'cancel' | 'deleteFinished'> &
  Pick<QueryStore, 'matchIds'>;
type Step = Parameters<JobStore['stepJob']>[0];

const NOBODY: Actor = { kind: 'none' };

export function createJobs(ctx: StoreContext, moves: Moves): JobStore {
  async function findJob(id: number): Promise<JobRecord | null> {
    const rows = await ctx.query<Row[]>((knex) => knex(ctx.tables.job.name).where({ id }));
    return rows[0] === undefined ? null : jobRecord(rows[0]);
  }

  /** Leaves out messages whose endpoint was deleted, because they have no destination. */
  async function withReceiver(ids: readonly number[]): Promise<number[]> {
    const { message, endpoint } = ctx.tables;
    const rows = await ctx.query<Row[]>((knex) =>
      knex(message.name)
        .select('id')
        .whereIn('id', [...ids])
        .andWhere((known) => {
          void known
            .whereNull('endpoint_id')
            .orWhereIn(
              'endpoint_id',
              knex(endpoint.name).select('id').whereNot({ state: DELETED })
            );
        })
    );
    return rows.map((row) => integer(row.id));
  }

  async function replay(
    ids: readonly number[],
    now: number,
    { id, actor }: JobRecord
  ): Promise<number> {
    const sendable = await withReceiver(ids);
    const moved = await moves.replay(sendable, now);
    await moves.noteAsk(sendable, { at: now, kind: 'replay', actor, jobId: id });
    return moved;
  }

  async function move(job: JobRecord, ids: readonly number[], now: number) {
    switch (job.kind) {
      case 'replay':
        return replay(ids, now, job);
      case 'cancel':
        return moves.cancel(ids, now);
      case 'delete':
        return moves.deleteFinished(ids);
    }
  }

  /** Locks the oldest running job that no other node holds. */
  async function takeJob(trx: Knex.Transaction, { now, token }: Step): Promise<JobRecord | null> {
    const query = trx(ctx.tables.job.name)
      .where({ state: 'running' })
      .andWhere((lease) => {
        void lease
          .whereNull('lease_until')
          .orWhere('lease_until', '<=', now)
          .orWhere('lease_token', token);
      })
      .orderBy('id')
      .limit(1);
    const [row] = (await ctx.dialect.lock(query, 'skip')) as Row[];
    return row === undefined ? null : jobRecord(row);
  }

  async function step(trx: Knex.Transaction, request: Step): Promise<JobRecord | null> {
    const job = await takeJob(trx, request);
    if (job === null) return null;
    const { now, limit, leaseMs, token } = request;
    const range = { after: job.cursor, upTo: job.upTo, limit };
    const { rows, next } = await moves.matchIds(job.filter, range);
    const ids = rows.map(({ id }) => id);
    const moved = await move(job, ids, now);
    const finished = next === null;
    const after: JobRecord = {
      ...job,
      state: finished ? 'finished' : 'running',
      cursor: next?.id ?? ids.at(-1) ?? job.cursor,
      done: job.done + ids.length,
      skipped: job.skipped + ids.length - moved,
      finishedAt: finished ? now : null,
    };
    await trx(ctx.tables.job.name)
      .where({ id: job.id })
      .update({
        state: after.state,
        position: after.cursor,
        done: after.done,
        skipped: after.skipped,
        finished_at: after.finishedAt,
        lease_token: finished ? null : token,
        lease_until: finished ? null : now + leaseMs,
      });
    return after;
  }

  return {
    findJob,

    jobOutcome: createJobOutcome(ctx),

    createJob: ({ kind, filter, upTo, total, now, actor = NOBODY }) =>
      ctx.transaction(async (trx) => {
        const insert = trx(ctx.tables.job.name).insert({
          kind,
          filter: JSON.stringify(filter),
          state: 'running',
          up_to: upTo,
          position: 0,
          total,
          done: 0,
          skipped: 0,
          started_at: now,
          actor: JSON.stringify(actor),
        });
        // MySQL has no RETURNING but reports the id.
        const inserted: unknown[] = await (ctx.dialect.returning ? insert.returning('id') : insert);
        const [first] = inserted;
        const id = integer(typeof first === 'object' ? (first as Row).id : first);
        const [row] = (await trx(ctx.tables.job.name).where({ id })) as Row[];
        return jobRecord(row ?? {});
      }),

    async listJobs(limit) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.job.name).orderBy('id', 'desc').limit(limit)
      );
      return rows.map(jobRecord);
    },

    async cancelJob(id, now) {
      const changed = await ctx.query<number>((knex) =>
        knex(ctx.tables.job.name)
          .where({ id, state: 'running' })
          .update({ state: 'canceled', finished_at: now, lease_token: null, lease_until: null })
      );
      return changed > 0;
    },

    async hasRunningJob() {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.job.name).select('id').where({ state: 'running' }).limit(1)
      );
      return rows.length > 0;
    },

    stepJob: (request) => ctx.transaction((trx) => step(trx, request)),
  };
}

function jobRecord(row: Row): JobRecord {
  return {
    id: integer(row.id),
    kind: text(row.kind) as JobKind,
    filter: json<MessageFilter>(row.filter, {}),
    state: text(row.state) as JobRecord['state'],
    upTo: integer(row.up_to),
    cursor: integer(row.position),
    total: integer(row.total),
    done: integer(row.done),
    skipped: integer(row.skipped),
    createdAt: integer(row.started_at),
    finishedAt: integerOrNull(row.finished_at),
    actor: json<Actor>(row.actor, NOBODY),
  };
}
