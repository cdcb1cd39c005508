/**
 * Schedules as the panel edits them. An edit keeps what the form does not show: callbacks, queue,
 * labels, flow control, a redacted body, secret headers.
 */
import type { Core } from '@strapi/strapi';
import isNil from 'lodash/isNil';
import omit from 'lodash/omit';
import omitBy from 'lodash/omitBy';

import type {
  CronPreview,
  CronPreviewInput,
  HeaderInput,
  ScheduleInput,
  ScheduleView,
} from '../contract';
import { CoreError } from '../../core/errors';
import type { Redaction } from '../../core/message/message';
import { bodyBytes } from '../../core/message/payload';
import type { ScheduleRecord } from '../../store/gates/gate-types';
import { nextRunAfter, parseCron } from '../../api/cron';
import type { Directory } from '../../delivery/engine/directory';
import { shownHeaders, storedHeaders, type StoredHeader } from '../../api/header-input';
import { runtimeOf, type Runtime } from '../../runtime/runtime';
import {
  createSchedules,
  readPublish,
  type ScheduledPublish,
  type ScheduledPublishView,
} from '../../api/schedules';
import { UnreadableSecretError } from '../../host/secrets';

const PREVIEWED_RUNS = 5;
const SOURCE = 'schedule';

/** @param runtime the node to report on. */
export const createPanelSchedules = (strapi: Core.Strapi, runtime: () => Runtime) => {
  const schedules = createSchedules(strapi, runtime);

  async function find(scheduleId: string): Promise<ScheduleRecord> {
    const record = await runtime().store.findSchedule(scheduleId);
    if (record !== null) return record;
    throw new CoreError('NOT_FOUND', `there is no schedule "${scheduleId}"`);
  }

  const get = async (scheduleId: string): Promise<ScheduleView> =>
    viewOf(runtime(), await find(scheduleId));

  return {
    list: async (): Promise<ScheduleView[]> =>
      (await runtime().store.listSchedules()).map((record) => viewOf(runtime(), record)),

    /** @throws CoreError NOT_FOUND. */
    get,

    /** @throws CoreError naming the field. Nothing is written then. */
    async create(input: ScheduleInput): Promise<ScheduleView> {
      const { cron, timezone } = input;
      const publish = publishOf(input, null);
      const { scheduleId } = await schedules.create(
        { cron, publish, ...(timezone !== undefined && { timezone }) },
        { source: SOURCE }
      );
      return get(scheduleId);
    },

    /** @throws CoreError naming the field; NOT_FOUND, STALE_VERSION. */
    async update(scheduleId: string, input: ScheduleInput, version: number): Promise<ScheduleView> {
      const stored = readable(runtime(), await find(scheduleId)).publish;
      const { cron, timezone } = input;
      const publish = publishOf(input, stored);
      const change = { cron, publish, timezone: timezone ?? null };
      await schedules.change(scheduleId, change, version, SOURCE);
      return get(scheduleId);
    },

    /** @throws CoreError NOT_FOUND. */
    async remove(scheduleId: string): Promise<{ scheduleId: string }> {
      if (await schedules.remove(scheduleId)) return { scheduleId };
      throw new CoreError('NOT_FOUND', `there is no schedule "${scheduleId}"`);
    },

    /** @throws CoreError NOT_FOUND. */
    async pause(scheduleId: string): Promise<ScheduleView> {
      await runtime().store.pauseSchedule(scheduleId);
      return get(scheduleId);
    },

    /** @throws CoreError NOT_FOUND. */
    async resume(scheduleId: string): Promise<ScheduleView> {
      const record = await find(scheduleId);
      if (record.paused) {
        const { store, clock, stir } = runtime();
        await store.resumeSchedule(scheduleId, nextRunAfter(record, clock.now()));
        stir();
      }
      return get(scheduleId);
    },

    /** @throws CoreError NOT_FOUND; CONFLICT when it cannot be read; as a publish would. */
    async runNow(scheduleId: string): Promise<{ messageIds: string[] }> {
      const { problem } = readable(runtime(), await find(scheduleId));
      if (problem !== null) throw new CoreError('CONFLICT', problem);
      return schedules.runNow(scheduleId);
    },

    /** @throws CoreError INVALID_VALUE for the cron or the time zone. */
    preview({ cron, timezone }: CronPreviewInput): CronPreview {
      const times = parseCron(cron, timezone);
      const runs: number[] = [];
      let after = runtime().clock.now();
      while (runs.length < PREVIEWED_RUNS) {
        const run = nextRunAfter(times, after);
        if (run === null) break;
        runs.push(run);
        after = run;
      }
      return { runs };
    },
  };
};

export const createPanelSchedulesService = ({ strapi }: { strapi: Core.Strapi }) =>
  createPanelSchedules(strapi, () => runtimeOf(strapi));

interface Readable {
  /** Null when it cannot be read. */
  publish: ScheduledPublishView | null;
  problem: string | null;
}

/** One unreadable schedule must not hide the others. */
function readable({ crypt }: Runtime, record: ScheduleRecord): Readable {
  try {
    return { publish: readPublish(record, crypt), problem: null };
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    return { publish: null, problem: error.message };
  }
}

function viewOf(runtime: Runtime, record: ScheduleRecord): ScheduleView {
  const { publish, problem } = readable(runtime, record);
  const { redact, body } = publish ?? {};
  return {
    ...omit(record, 'id', 'publish', 'source', 'callerIp'),
    ...publishView(publish ?? {}, runtime.directory),
    headers: shownHeaders(headersOf(publish)),
    body: redact?.body === true ? null : orNull(body),
    problem,
  };
}

const orNull = <T>(value: T | undefined): T | null => value ?? null;

/** The parts that may be shown. */
function publishView(publish: Partial<ScheduledPublishView>, directory: Directory) {
  const { endpointId, callbacks = {}, flowControl, labels = [] } = publish;
  return {
    topic: orNull(publish.topic),
    url: orNull(publish.url),
    endpoint:
      endpointId === undefined
        ? null
        : { id: endpointId, name: orNull(directory.endpoint(endpointId)?.name) },
    method: orNull(publish.method),
    contentType: orNull(publish.contentType),
    timeoutMs: orNull(publish.timeoutMs),
    retryPolicy: orNull(publish.retryPolicy),
    queueName: orNull(publish.queue),
    flowControlKey: orNull(flowControl?.key),
    labels,
    callbacks: { success: orNull(callbacks.success?.url), failure: orNull(callbacks.failure?.url) },
  };
}

/** The form shows a redacted header as a secret one. */
export function headersOf(
  publish: Pick<ScheduledPublishView, 'headers' | 'redact'> | null
): StoredHeader[] {
  const redacted = publish?.redact?.headers ?? false;
  const names = Array.isArray(redacted) ? redacted.map((name) => name.toLowerCase()) : [];
  return Object.entries(publish?.headers ?? {}).map(([name, value]) => ({
    name,
    value,
    secret: redacted === true || names.includes(name.toLowerCase()),
  }));
}

/** @param stored the schedule being edited. @throws CoreError INVALID_HEADER, INVALID_VALUE. */
function publishOf(input: ScheduleInput, stored: ScheduledPublishView | null): ScheduledPublish {
  const { url, topic, endpointId, method, contentType, timeoutMs, retryPolicy } = input;
  const headers = storedHeaders(input.headers ?? [], headersOf(stored), 'headers');
  const edited = {
    url,
    topic,
    endpointId,
    method: url === undefined ? undefined : method,
    contentType,
    headers: headers.length > 0 ? plain(headers) : undefined,
    redact: redactionOf(headers, stored?.redact?.body === true),
    timeoutMs,
    retryPolicy,
  };
  // The publisher validates these. What the form does not edit is kept.
  return {
    ...omit(stored, ...Object.keys(edited), 'body'),
    ...omitBy(edited, isNil),
    payload: payloadOf(input, stored),
  };
}

function payloadOf({ payload }: ScheduleInput, stored: ScheduledPublishView | null) {
  if (payload !== undefined) return payload;
  if (stored !== null) return bodyBytes(stored.body);
  throw new CoreError('INVALID_VALUE', 'is missing', 'payload');
}

const plain = (headers: readonly StoredHeader[]): Record<string, string> =>
  Object.fromEntries(headers.map(({ name, value }) => [name, value]));

/** @returns null when nothing is redacted. */
function redactionOf(headers: readonly HeaderInput[], body: boolean): Redaction | null {
  const secret = headers.filter((header) => header.secret).map(({ name }) => name);
  if (!body && secret.length === 0) return null;
  return { body, headers: secret.length > 0 && secret };
}
