/**
 * Bulk jobs: replay, delete or cancel all messages that match a filter; send events or documents to
 * an endpoint.
 *
 * A step does its work and moves the job's position in one transaction, so that a killed process
 * skips and repeats nothing. Between steps a lease keeps other nodes away; it expires if its holder
 * dies.
 */
import type { Knex } from 'knex';

import { NO_FINDINGS, withDifferences } from '../../core/ledger/compare';
import type { MessageJobKind } from '../views';
import { MINUTE_MS } from '../../core/time';
import { JOB_WAIT_MS, type BackfillStore, type JobStep, type KeptEventStore } from './job-types';
import { listDifferences } from '../ledger/differences';
import { createMessageJobs, type Done, type Step } from './message-jobs';
import type { StoreContext } from '../sql/context';
import { DELETED } from '../routing/endpoints';
import { jobRecord, NOBODY } from './job-record';
import { createPurgeJobs } from './purge-jobs';
import { createJobOutcome } from './queries/job-outcome';
import { integer, type Row } from '../sql/rows';
import type { JobRecord, JobStore, QueryStore, QueueStore } from '../types';

type Moves = Pick<QueueStore, 'replay' | 'noteAsk' | 'cancel' | 'deleteFinished' | 'insert'> &
  Pick<QueryStore, 'matchIds'> &
  KeptEventStore &
  BackfillStore;

/** A job whose step failed is tried again after this time. */
const FAILED_WAIT_MS = MINUTE_MS;

const UNFINISHED = ['running', 'paused'];

export function createJobs(ctx: StoreContext, moves: Moves): JobStore {
  const making = createMessageJobs(moves);

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
    { id, actor }: JobRecord,
    { now, replay: again = moves.replay }: Step
  ): Promise<number> {
    const sendable = await withReceiver(ids);
    const moved = await again(sendable, now);
    await moves.noteAsk(sendable, { at: now, kind: 'replay', actor, jobId: id });
    return moved;
  }

  async function move(trx: Knex.Transaction, job: JobRecord, request: Step): Promise<Done> {
    switch (job.kind) {
      case 'replay-events':
        return making.replayEvents(trx, job, request);
      case 'backfill':
        return making.backfill(trx, job, request);
      case 'reconcile':
        return making.reconcile(trx, job, request);
      case 'replay':
      case 'cancel':
      case 'delete':
        return moveMessages(job.kind, job, request);
    }
  }

  async function moveMessages(kind: MessageJobKind, job: JobRecord, request: Step): Promise<Done> {
    const { now, limit } = request;
    const range = { after: job.cursor, upTo: job.upTo, limit };
    const { rows, next } = await moves.matchIds(job.filter, range);
    const ids = rows.map(({ id }) => id);
    const move = {
      replay: () => replay(ids, job, request),
      cancel: () => moves.cancel(ids, now),
      delete: () => moves.deleteFinished(ids),
    }[kind];
    return { looked: ids.length, moved: await move(), next: next && { cursor: next.id } };
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

  /** After a step that failed: the other jobs go on meanwhile. */
  async function putOff(id: number, now: number): Promise<void> {
    await ctx.query<number>((knex) =>
      knex(ctx.tables.job.name)
        .where({ id, state: 'running' })
        .update({ lease_token: null, lease_until: now + FAILED_WAIT_MS })
    );
  }

  /** @param take told which job it is, before anything can fail. */
  async function step(
    trx: Knex.Transaction,
    request: Step,
    take: (id: number) => void
  ): Promise<JobStep | null> {
    const job = await takeJob(trx, request);
    if (job === null) return null;
    take(job.id);
    const { now, leaseMs, token } = request;
    const done = await move(trx, job, request);
    const { looked, moved, next, found, waits = false } = done;
    if (found) await listDifferences(ctx, trx, job, found);
    const finished = next === null;
    const after: JobRecord = {
      ...job,
      ...placeAfter(job, done),
      done: job.done + looked,
      skipped: job.skipped + looked - moved,
      findings: found ? withDifferences(job.findings ?? NO_FINDINGS, found) : job.findings,
      finishedAt: finished ? now : null,
    };
    // Nobody takes a job that waits, this process neither.
    const lease = waits
      ? { lease_token: null, lease_until: now + JOB_WAIT_MS }
      : { lease_token: token, lease_until: now + leaseMs };
    await trx(ctx.tables.job.name)
      .where({ id: job.id })
      .update({
        state: after.state,
        part: after.part,
        position: after.cursor,
        done: after.done,
        skipped: after.skipped,
        findings: after.findings && JSON.stringify(after.findings),
        finished_at: after.finishedAt,
        ...(finished ? { lease_token: null, lease_until: null } : lease),
      });
    return { ...after, looked, waits };
  }

  return {
    findJob,

    jobOutcome: createJobOutcome(ctx),
    purgeJobs: createPurgeJobs(ctx),

    createJob: ({ kind, filter, upTo, total, now, actor = NOBODY }) =>
      ctx.transaction(async (trx) => {
        const insert = trx(ctx.tables.job.name).insert({
          kind,
          endpoint_id: filter.endpointId?.length === 1 ? filter.endpointId[0] : null,
          filter: JSON.stringify(filter),
          state: 'running',
          up_to: upTo,
          part: 0,
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

    async listUnfinishedJobs(kind) {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.job.name).where({ kind }).whereIn('state', UNFINISHED)
      );
      return rows.map(jobRecord);
    },

    async cancelJob(id, now) {
      const changed = await ctx.query<number>((knex) =>
        knex(ctx.tables.job.name)
          .where({ id })
          .whereIn('state', UNFINISHED)
          .update({ state: 'canceled', finished_at: now, lease_token: null, lease_until: null })
      );
      return changed > 0;
    },

    async pauseJob(id, paused) {
      const [from, to] = paused ? ['running', 'paused'] : ['paused', 'running'];
      const changed = await ctx.query<number>((knex) =>
        knex(ctx.tables.job.name)
          .where({ id, state: from })
          .update({ state: to, lease_token: null, lease_until: null })
      );
      return changed > 0;
    },

    async hasRunningJob() {
      const rows = await ctx.query<Row[]>((knex) =>
        knex(ctx.tables.job.name).select('id').where({ state: 'running' }).limit(1)
      );
      return rows.length > 0;
    },

    async stepJob(request) {
      let taken: number | undefined;
      const take = (id: number): void => void (taken = id);
      try {
        return await ctx.transaction((trx) => step(trx, request, take));
      } catch (error) {
        // Where this fails, too, the first error says why.
        if (taken !== undefined) await putOff(taken, request.now).catch(() => undefined);
        throw error;
      }
    },
  };
}

function placeAfter(
  { part, cursor }: JobRecord,
  { next, canceled = false }: Done
): Pick<JobRecord, 'state' | 'part' | 'cursor'> {
  const ended = canceled ? 'canceled' : 'finished';
  return { part, cursor, ...next, state: next === null ? ended : 'running' };
}
