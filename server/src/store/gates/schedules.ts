/**
 * Schedules: what is published when.
 *
 * A run is taken by the UPDATE that advances `next_at` if it is still what was read: of all nodes
 * that try, one changes the row. It commits with the messages it publishes, so that a node that
 * dies in between has done neither, and another one gets the run.
 */
import type { Knex } from 'knex';

import { CoreError } from '../../core/errors';
import type { EventSource } from '../../core/message/message';
import type { StoreContext } from '../sql/context';
import type { ManagedSchedule, ScheduleRecord, ScheduleStore, Tick } from './gate-types';
import { assertEditable } from '../routing/managed';
import { flag, integer, integerOrNull, shownJson, text, textOrNull, type Row } from '../sql/rows';

export function createSchedules(ctx: StoreContext): ScheduleStore {
  const { tables } = ctx;
  const table = (knex: Knex): Knex.QueryBuilder => knex(tables.schedule.name);

  async function read(where: (query: Knex.QueryBuilder) => Knex.QueryBuilder) {
    const rows = await ctx.query<Row[]>((knex) => where(table(knex)));
    return rows.map(scheduleRecord);
  }

  async function update(scheduleId: string, columns: object): Promise<boolean> {
    const known = await read((query) => query.where({ schedule_id: scheduleId }));
    if (known.length === 0) return false;
    await ctx.query((knex) => table(knex).where({ schedule_id: scheduleId }).update(columns));
    return true;
  }

  /** Locks it. @throws CoreError MANAGED when a file describes it. */
  async function editable(trx: Knex.Transaction, scheduleId: string): Promise<Row | undefined> {
    const query = table(trx).where({ schedule_id: scheduleId });
    const [row] = (await ctx.dialect.lock(query, 'wait')) as Row[];
    assertEditable('schedule', row);
    return row;
  }

  /** @returns whether the run was still there to take. */
  async function take(knex: Knex, { schedule, nextAt, now }: Tick, said: object): Promise<boolean> {
    const { id, nextAt: dueAt } = schedule;
    const changed: unknown = await table(knex)
      .where({ id, next_at: dueAt, paused: false })
      .update({ next_at: nextAt, last_at: now, ...said });
    return Number(changed) > 0;
  }

  return {
    async putSchedule(write, now) {
      const columns = {
        cron: write.cron,
        timezone: write.timezone,
        publish: write.publish,
        source: write.source,
        caller_ip: write.callerIp,
        paused: false,
        next_at: write.nextAt,
        last_error: null,
      };
      await ctx.transaction(async (trx) => {
        const [known] = (await table(trx).where({ schedule_id: write.scheduleId })) as Row[];
        assertEditable('schedule', known);
        await table(trx)
          .insert({ schedule_id: write.scheduleId, made_at: now, version: 1, ...columns })
          .onConflict('schedule_id')
          .merge({
            ...columns,
            version: trx.raw('coalesce(??, 0) + 1', [`${tables.schedule.name}.version`]),
          });
      });
    },

    async manageSchedule({ scheduleId, managedBy, ...write }, now) {
      const columns = { managed_by: managedBy, ...columnsOf(write) };
      await ctx.transaction(async (trx) => {
        const changed: unknown = await table(trx)
          .where({ schedule_id: scheduleId })
          .update({ ...columns, version: trx.raw('coalesce(??, 0) + 1', ['version']) });
        if (Number(changed) > 0) return;
        const row = { schedule_id: scheduleId, made_at: now, version: 1, paused: false };
        await table(trx).insert({ ...row, ...columns });
      });
    },

    changeSchedule: ({ scheduleId, cron, timezone, publish, nextAt }, version) =>
      ctx.transaction(async (trx) => {
        const row = await editable(trx, scheduleId);
        if (row === undefined) {
          throw new CoreError('NOT_FOUND', `there is no schedule "${scheduleId}"`);
        }
        const stored = scheduleRecord(row);
        if (stored.version !== version) {
          throw new CoreError(
            'STALE_VERSION',
            `the schedule was changed meanwhile: it is at version ${stored.version}, not ${version}`,
            'version'
          );
        }
        await table(trx)
          .where({ id: stored.id })
          .update({
            cron,
            timezone,
            publish,
            next_at: stored.paused ? null : nextAt,
            last_error: null,
            version: version + 1,
          });
      }),

    listSchedules: () => read((query) => query.orderBy('id')),

    findSchedule: async (scheduleId) =>
      (await read((query) => query.where({ schedule_id: scheduleId })))[0] ?? null,

    removeSchedule: (scheduleId) =>
      ctx.transaction(async (trx) => {
        if ((await editable(trx, scheduleId)) === undefined) return false;
        await table(trx).where({ schedule_id: scheduleId }).delete();
        return true;
      }),

    pauseSchedule: (scheduleId) => update(scheduleId, { paused: true, next_at: null }),
    resumeSchedule: (scheduleId, nextAt) => update(scheduleId, { paused: false, next_at: nextAt }),

    dueSchedules: (now, limit) =>
      read((query) =>
        query
          .where('next_at', '<=', now)
          .orderBy([{ column: 'next_at' }, { column: 'id' }])
          .limit(limit)
      ),

    async nextScheduleAt() {
      const [row] = await ctx.query<Row[]>((knex) => table(knex).min({ next_at: 'next_at' }));
      return integerOrNull(row?.next_at);
    },

    runTick: (tick, work) =>
      ctx.transaction(async (trx) => {
        if (!(await take(trx, tick, { last_error: null }))) return false;
        const messageIds = await work();
        await table(trx)
          .where({ id: tick.schedule.id })
          .update({ last_message_ids: JSON.stringify(messageIds) });
        return true;
      }),

    runBeside: (schedule, now, work) =>
      ctx.transaction(async (trx) => {
        const messageIds = await work();
        await table(trx)
          .where({ id: schedule.id })
          .update({
            last_at: now,
            last_error: null,
            last_message_ids: JSON.stringify(messageIds),
          });
        return messageIds;
      }),

    failTick: (tick, error) =>
      ctx.query((knex) => take(knex, tick, { last_error: error, last_message_ids: null })),
  };
}

function columnsOf(write: Omit<ManagedSchedule, 'scheduleId' | 'managedBy'>): object {
  const columns = {
    cron: write.cron,
    timezone: write.timezone,
    publish: write.publish,
    source: write.source,
    paused: write.paused,
    next_at: write.nextAt,
    last_error: write.lastError,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

function scheduleRecord(row: Row): ScheduleRecord {
  return {
    id: integer(row.id),
    scheduleId: text(row.schedule_id),
    cron: text(row.cron),
    timezone: textOrNull(row.timezone),
    publish: text(row.publish),
    source: text(row.source) as EventSource,
    callerIp: textOrNull(row.caller_ip),
    paused: flag(row.paused),
    nextAt: integerOrNull(row.next_at),
    lastAt: integerOrNull(row.last_at),
    lastMessageIds: shownJson<string[]>(row.last_message_ids, []),
    lastError: textOrNull(row.last_error),
    managedBy: textOrNull(row.managed_by),
    createdAt: integer(row.made_at),
    version: integer(row.version),
  };
}
