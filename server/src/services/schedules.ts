/**
 * Schedules: something is published again and again, at the instants a cron names.
 *
 * Each tick happens once, whatever the number of nodes, and across restarts: a node that was down
 * when it came makes up for it once. A paused schedule skips its ticks.
 */
import type { Core } from '@strapi/strapi';
import { z } from '@strapi/utils';

import { CoreError } from '../core/errors';
import { messageIdFrom } from '../core/message-id';
import type { StoredBody } from '../core/message';
import { bodyBytes } from '../core/payload';
import type { ScheduleRecord } from '../store/gate-types';
import { nextRunAfter, parseCron } from './cron';
import { parseInput } from './input';
import { publishRequest, type PublishInput } from './publish-input';
import { createPublisher, payloadBody, type PublishContext } from './publisher';
import { runtimeOf, type Runtime } from './runtime';
import { UnreadableSecretError } from './secrets';

const ID_BYTES = 18;
const BATCH = 50;

const scheduleSchema = z.strictObject({
  /** Replaces the schedule that has this id. Default: a new one. */
  scheduleId: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,200}$/, 'may have letters, digits, ".", "_" and "-"')
    .optional(),
  /** Five fields, UTC; `CRON_TZ=<zone> ` may come first. */
  cron: z.string().min(1).max(200),
  timezone: z.string().min(1).max(100).nullable().optional(),
  publish: z.unknown(),
});

export type ScheduledPublish = Omit<PublishInput, 'notBefore' | 'scheduleId'>;

export interface ScheduleInput {
  scheduleId?: string;
  cron: string;
  timezone?: string | null;
  publish: ScheduledPublish;
}

/** What is published, its payload as it will be sent; redacted as it asks for. */
export type ScheduledPublishView = Omit<ScheduledPublish, 'payload'> & { body: StoredBody };

export interface ScheduleView {
  scheduleId: string;
  cron: string;
  timezone: string | null;
  /** The URL, or the topic's name. */
  destination: string;
  publish: ScheduledPublishView;
  callerIp: string | null;
  paused: boolean;
  createdAt: number;
  nextAt: number | null;
  lastAt: number | null;
  /** Of the last tick. */
  lastMessageIds: string[];
  /** Why the last tick could not publish. */
  lastError: string | null;
}

/** @param runtime the node it speaks for. */
export const createSchedules = (strapi: Core.Strapi, runtime: () => Runtime) => {
  function viewOf(record: ScheduleRecord): ScheduleView {
    const { crypt, redactor } = runtime();
    const { body, ...publish } = readPublish(record, crypt);
    const headers = publish.headers ?? {};
    return {
      scheduleId: record.scheduleId,
      cron: record.cron,
      timezone: record.timezone,
      destination: publish.url ?? publish.topic ?? '',
      publish: {
        ...publish,
        ...(publish.headers && { headers: redactor.headers(headers, publish.redact, headers) }),
        body: redactor.body(body, publish.redact),
      },
      callerIp: record.callerIp,
      paused: record.paused,
      createdAt: record.createdAt,
      nextAt: record.nextAt,
      lastAt: record.lastAt,
      lastMessageIds: record.lastMessageIds,
      lastError: record.lastError,
    };
  }

  async function find(scheduleId: string): Promise<ScheduleRecord> {
    const record = await runtime().store.findSchedule(scheduleId);
    if (record === null) {
      throw new CoreError('NOT_FOUND', `there is no schedule "${scheduleId}"`);
    }
    return record;
  }

  /** @returns whether the tick was ours. */
  async function fire(on: Runtime, schedule: ScheduleRecord): Promise<boolean> {
    const now = on.clock.now();
    const tick = { schedule, nextAt: nextRunAfter(schedule, now), now };
    const { scheduleId, callerIp } = schedule;
    try {
      const { body, ...publish } = readPublish(schedule, on.crypt);
      const input = { ...publish, payload: bodyBytes(body), scheduleId };
      return await on.store.runTick(tick, async () => {
        const context = { source: 'schedule' as const, ...(callerIp !== null && { callerIp }) };
        const publisher = createPublisher(strapi, () => on);
        return (await publisher.publish(input, context)).messageIds;
      });
    } catch (error) {
      // Its topic is gone, a URL is not allowed any more: the next tick may do better. Anything else is
      // the database's, and this very tick is tried again in a second.
      if (!(error instanceof CoreError || error instanceof UnreadableSecretError)) throw error;
      on.log.warn(`schedule ${scheduleId} could not publish: ${error.message}`);
      return on.store.failTick(tick, error.message);
    }
  }

  return {
    /**
     * @throws CoreError INVALID_VALUE for the cron, the time zone or the id; for what is published, as
     *   `publish` would, with the field.
     */
    async create(
      input: ScheduleInput,
      { source = 'code', callerIp }: PublishContext = {}
    ): Promise<{ scheduleId: string }> {
      const parsed = parseInput(scheduleSchema, input);
      const { store, crypt, clock, randomBytes, directory } = runtime();
      const times = parseCron(parsed.cron, parsed.timezone);
      const { payload, ...publish } = input.publish;
      if ('notBefore' in publish) {
        throw new CoreError('INVALID_VALUE', 'a schedule says itself when', 'publish.notBefore');
      }
      const { topic } = publishRequest(runtime(), input.publish, source);
      if (topic !== undefined && directory.topicByName(topic) === undefined) {
        throw new CoreError('UNKNOWN_TOPIC', `there is no topic "${topic}"`, 'topic');
      }
      const body = payloadBody(payload, runtime().config.payload.maxBytes);
      const scheduleId =
        parsed.scheduleId ?? messageIdFrom(randomBytes(ID_BYTES)).replace('msg_', 'scd_');
      await store.putSchedule(
        {
          scheduleId,
          ...times,
          publish: crypt.encrypt(JSON.stringify({ ...publish, body })),
          source,
          callerIp: callerIp ?? null,
          nextAt: nextRunAfter(times, clock.now()),
        },
        clock.now()
      );
      return { scheduleId };
    },

    list: async (): Promise<ScheduleView[]> => (await runtime().store.listSchedules()).map(viewOf),

    async get(scheduleId: string): Promise<ScheduleView | null> {
      const record = await runtime().store.findSchedule(scheduleId);
      return record === null ? null : viewOf(record);
    },

    /** Messages it has published go their way. @returns whether there was one. */
    remove: (scheduleId: string): Promise<boolean> => runtime().store.removeSchedule(scheduleId),

    /** Ticks until `resume` are skipped. @throws CoreError NOT_FOUND. */
    async pause(scheduleId: string): Promise<ScheduleView> {
      await runtime().store.pauseSchedule(scheduleId);
      return viewOf(await find(scheduleId));
    },

    /** Goes on with the next tick from now. @throws CoreError NOT_FOUND. */
    async resume(scheduleId: string): Promise<ScheduleView> {
      const record = await find(scheduleId);
      if (!record.paused) return viewOf(record);
      const { store, clock } = runtime();
      await store.resumeSchedule(scheduleId, nextRunAfter(record, clock.now()));
      return viewOf(await find(scheduleId));
    },

    /** Publishes what is due, by that node's clock. @returns how many ticks were ours. */
    async runDue(on: Runtime = runtime()): Promise<number> {
      let fired = 0;
      for (;;) {
        const due = await on.store.dueSchedules(on.clock.now(), BATCH);
        for (const schedule of due) if (await fire(on, schedule)) fired += 1;
        if (due.length < BATCH) return fired;
      }
    },
  };
};

export type SchedulesService = ReturnType<typeof createSchedules>;

export const createSchedulesService = ({ strapi }: { strapi: Core.Strapi }): SchedulesService =>
  createSchedules(strapi, () => runtimeOf(strapi));

/** @throws UnreadableSecretError when it was stored with another key. */
function readPublish({ publish }: ScheduleRecord, crypt: Runtime['crypt']): ScheduledPublishView {
  return JSON.parse(crypt.decrypt(publish)) as ScheduledPublishView;
}
