/**
 * Publishes messages at the times of a cron expression.
 *
 * Each run happens once, on one node. Runs that were missed while no node was up are made up for once. A
 * paused schedule skips its runs.
 */
import type { Core } from '@strapi/strapi';
import omit from 'lodash/omit';
import { z } from 'zod';

import { CoreError } from '../core/errors';
import { messageIdFrom } from '../core/message/message-id';
import type { EventSource } from '../core/message/message';
import { bodyBytes } from '../core/message/payload';
import type { ScheduleRecord } from '../store/gates/gate-types';
import { nextRunAfter } from './cron';
import { parseInput } from './input';
import {
  checkedSchedule,
  directoryOf,
  type ScheduledPublish,
  type ScheduledPublishView,
  type ScheduleInput,
} from './schedule-input';
import { rowVersion } from './schemas';
import { createPublisher, type PublishContext } from './publisher';
import { runtimeOf, type Runtime } from '../runtime/runtime';
import { UnreadableSecretError } from '../host/secrets';

export type { ScheduledPublish, ScheduledPublishView, ScheduleInput };

const ID_BYTES = 18;
const BATCH = 50;

const idOf = (scheduleId: string): string => parseInput(z.string(), scheduleId, 'scheduleId');

export interface ScheduleView extends Omit<
  ScheduleRecord,
  'id' | 'publish' | 'source' | 'version'
> {
  /** The URL, the topic's name, or the URL of the endpoint. */
  destination: string;
  publish: ScheduledPublishView;
}

const destinationOf = (
  { directory }: Runtime,
  publish: Omit<ScheduledPublish, 'payload'>
): string => publish.url ?? publish.topic ?? directory.endpoint(publish.endpointId ?? 0)?.url ?? '';

/** @param runtime the node. */
export const createSchedules = (strapi: Core.Strapi, runtime: () => Runtime) => {
  function viewOf(record: ScheduleRecord): ScheduleView {
    const { crypt, redactor } = runtime();
    const { body, ...publish } = readPublish(record, crypt);
    const headers = publish.headers ?? {};
    return {
      ...omit(record, 'id', 'publish', 'source', 'version'),
      destination: destinationOf(runtime(), publish),
      publish: {
        ...publish,
        ...(publish.headers && { headers: redactor.headers(headers, publish.redact, headers) }),
        body: redactor.body(body, publish.redact),
      },
    };
  }

  async function find(scheduleId: string): Promise<ScheduleRecord> {
    const record = await runtime().store.findSchedule(idOf(scheduleId));
    if (record === null) {
      throw new CoreError('NOT_FOUND', `there is no schedule "${scheduleId}"`);
    }
    return record;
  }

  /** @throws CoreError naming the field. */
  function checked(input: ScheduleInput, source: EventSource) {
    const destinations = directoryOf(runtime());
    const { publish, ...times } = checkedSchedule(runtime(), input, { source, destinations });
    return { ...times, publish: runtime().crypt.encrypt(JSON.stringify(publish)) };
  }

  async function publishOf(on: Runtime, schedule: ScheduleRecord): Promise<string[]> {
    const { scheduleId, callerIp } = schedule;
    const { body, ...publish } = readPublish(schedule, on.crypt);
    const input = { ...publish, payload: bodyBytes(body), scheduleId };
    const context = { source: 'schedule' as const, ...(callerIp !== null && { callerIp }) };
    return (await createPublisher(strapi, () => on).publish(input, context)).messageIds;
  }

  /** @returns whether this node made the run. */
  async function fire(on: Runtime, schedule: ScheduleRecord): Promise<boolean> {
    const now = on.clock.now();
    const tick = { schedule, nextAt: nextRunAfter(schedule, now), now };
    const { scheduleId } = schedule;
    try {
      return await on.store.runTick(tick, () => publishOf(on, schedule));
    } catch (error) {
      // A missing topic or a refused URL: the next run may succeed. Any other error is the database's, and
      // the same run is tried again in a second.
      if (!(error instanceof CoreError || error instanceof UnreadableSecretError)) throw error;
      on.log.warn(`schedule ${scheduleId} could not publish: ${error.message}`);
      return on.store.failTick(tick, error.message);
    }
  }

  /** Its next run may be the earliest one. */
  const planned = (): Promise<void> => runtime().store.afterCommit(runtime().stir);

  return {
    /**
     * @throws CoreError INVALID_VALUE for the cron, the time zone or the id; otherwise as `publish`.
     */
    async create(
      input: ScheduleInput,
      { source = 'code', callerIp }: PublishContext = {}
    ): Promise<{ scheduleId: string }> {
      const { scheduleId: given, ...written } = checked(input, source);
      const { store, clock, randomBytes } = runtime();
      const scheduleId = given ?? messageIdFrom(randomBytes(ID_BYTES)).replace('msg_', 'scd_');
      await store.putSchedule(
        { scheduleId, ...written, source, callerIp: callerIp ?? null },
        clock.now()
      );
      await planned();
      return { scheduleId };
    },

    /**
     * Replaces the schedule. A paused one stays paused.
     *
     * @param version the version that was read.
     * @throws CoreError as `create`; NOT_FOUND, STALE_VERSION.
     */
    async change(
      scheduleId: string,
      input: ScheduleInput,
      version: number,
      source: EventSource = 'code'
    ): Promise<void> {
      idOf(scheduleId);
      parseInput(rowVersion, version, 'version');
      await runtime().store.changeSchedule({ ...checked(input, source), scheduleId }, version);
      await planned();
    },

    /** Publishes once now, in addition to the scheduled runs. @throws CoreError as `publish`; NOT_FOUND. */
    async runNow(scheduleId: string): Promise<{ messageIds: string[] }> {
      const schedule = await find(scheduleId);
      const { store, clock } = runtime();
      const publish = () => publishOf(runtime(), schedule);
      return { messageIds: await store.runBeside(schedule, clock.now(), publish) };
    },

    list: async (): Promise<ScheduleView[]> => (await runtime().store.listSchedules()).map(viewOf),

    async get(scheduleId: string): Promise<ScheduleView | null> {
      const record = await runtime().store.findSchedule(idOf(scheduleId));
      return record === null ? null : viewOf(record);
    },

    /** Its messages are still delivered. @returns whether it existed. */
    remove: async (scheduleId: string): Promise<boolean> =>
      runtime().store.removeSchedule(idOf(scheduleId)),

    /** Skips runs until `resume`. @throws CoreError NOT_FOUND. */
    async pause(scheduleId: string): Promise<ScheduleView> {
      await runtime().store.pauseSchedule(idOf(scheduleId));
      return viewOf(await find(scheduleId));
    },

    /** Continues with the next run. @throws CoreError NOT_FOUND. */
    async resume(scheduleId: string): Promise<ScheduleView> {
      const record = await find(scheduleId);
      if (!record.paused) return viewOf(record);
      const { store, clock } = runtime();
      await store.resumeSchedule(scheduleId, nextRunAfter(record, clock.now()));
      await planned();
      return viewOf(await find(scheduleId));
    },

    /**
     * Runs due schedules. A schedule that fails does not block the others.
     *
     * @returns the number of runs of this node.
     * @throws for the first schedule that failed, after the others; it stays due.
     */
    async runDue(on: Runtime = runtime()): Promise<number> {
      let fired = 0;
      const failed = new Map<string, unknown>();
      for (;;) {
        // Failed schedules are still due: the limit leaves room for the others.
        const limit = BATCH + failed.size;
        const due = await on.store.dueSchedules(on.clock.now(), limit);
        const untried = due.filter(({ scheduleId }) => !failed.has(scheduleId));
        for (const schedule of untried) {
          const isOurs = await fire(on, schedule).catch((error: unknown) => {
            failed.set(schedule.scheduleId, error);
            return false;
          });
          if (isOurs) fired += 1;
        }
        if (due.length < limit) break;
      }
      for (const [scheduleId, cause] of failed) {
        throw new Error(`the schedule "${scheduleId}" could not run: ${String(cause)}`, { cause });
      }
      return fired;
    },
  };
};

export type SchedulesService = ReturnType<typeof createSchedules>;

export const createSchedulesService = ({ strapi }: { strapi: Core.Strapi }): SchedulesService =>
  createSchedules(strapi, () => runtimeOf(strapi));

/** @throws UnreadableSecretError when it was encrypted with another key. */
export function readPublish(
  { publish }: ScheduleRecord,
  crypt: Runtime['crypt']
): ScheduledPublishView {
  return JSON.parse(crypt.decrypt(publish)) as ScheduledPublishView;
}
