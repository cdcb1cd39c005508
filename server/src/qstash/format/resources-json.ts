/** Formats queues, URL groups, schedules and flow-control keys. */
import type { FlowKeyRecord, QueueRecord } from '../../core/gates/records';
import type { CallbackSpecs, FlowControl, Redaction, StoredBody } from '../../core/message/message';
import type { Cron } from './option-values';
import { bodyJson, callbackJson, flowControlJson, headerJson, type Digest } from './message-json';
import { withoutUndefined } from './without-undefined';
import { SECOND_MS } from '../../core/time';

export interface QstashTopic {
  name: string;
  createdAt: number;
  updatedAt: number;
  /** `name` is null for an endpoint that was added without one. */
  endpoints: readonly { name: string | null; url: string }[];
}

export interface QstashSchedule extends Cron {
  scheduleId: string;
  createdAt: number;
  destination: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  contentType: string | null;
  body: StoredBody;
  retries: number;
  delayMs: number | null;
  timeoutMs: number | null;
  callbacks: CallbackSpecs | null;
  callerIp: string | null;
  paused: boolean;
  queueName: string | null;
  flowControl: FlowControl | null;
  retryDelayExpression: string | null;
  labels: readonly string[];
  redact: Redaction | null;
  lastAt: number | null;
  nextAt: number | null;
  lastStates: Readonly<Record<string, 'IN_PROGRESS' | 'SUCCESS' | 'FAIL'>>;
  error: string | null;
}

/** Clients require all six fields. */
export function queueJson({ createdAt, updatedAt, name, parallelism, lag, paused }: QueueRecord) {
  return { createdAt, updatedAt, name, parallelism, lag, paused };
}

export function topicJson({ name, createdAt, updatedAt, endpoints }: QstashTopic) {
  return {
    name,
    createdAt,
    updatedAt,
    endpoints: endpoints.map((endpoint) =>
      endpoint.name === null ? { url: endpoint.url } : { name: endpoint.name, url: endpoint.url }
    ),
  };
}

export function scheduleJson(schedule: QstashSchedule, digest: Digest) {
  const { contentType, labels, lastStates, callerIp } = schedule;
  return withoutUndefined({
    scheduleId: schedule.scheduleId,
    cron: schedule.timezone ? `CRON_TZ=${schedule.timezone} ${schedule.cron}` : schedule.cron,
    createdAt: schedule.createdAt,
    destination: schedule.destination,
    method: schedule.method,
    header: headerJson({ ...schedule, contentType: contentType ?? 'application/json' }, digest),
    ...bodyJson(schedule, digest),
    retries: schedule.retries,
    delay: seconds(schedule.delayMs),
    timeout: seconds(schedule.timeoutMs),
    ...callbackJson(schedule.callbacks),
    callerIP: callerIp ?? undefined,
    callerIp: callerIp ?? undefined,
    isPaused: schedule.paused,
    queueName: schedule.queueName ?? undefined,
    ...flowControlJson(schedule.flowControl),
    retryDelayExpression: schedule.retryDelayExpression ?? undefined,
    label: labels[0],
    labels: labels.length === 0 ? undefined : [...labels],
    lastScheduleTime: schedule.lastAt ?? undefined,
    nextScheduleTime: schedule.nextAt ?? undefined,
    lastScheduleStates: Object.keys(lastStates).length === 0 ? undefined : lastStates,
    error: schedule.error ?? undefined,
  });
}

export function flowControlKeyJson(view: Omit<FlowKeyRecord, 'id'>) {
  return {
    flowControlKey: view.key,
    waitListSize: view.waiting,
    parallelismMax: view.parallelismMax,
    parallelismCount: view.parallelismCount,
    rateMax: view.rateMax,
    rateCount: view.rateCount,
    ratePeriod: Math.round(view.periodMs / SECOND_MS),
    ratePeriodStart: Math.floor(view.periodStart / SECOND_MS),
    isPaused: view.paused,
    isPinnedParallelism: view.pinnedParallelism,
    isPinnedRate: view.pinnedRate,
  };
}

const seconds = (ms: number | null): number | undefined =>
  ms === null ? undefined : ms / SECOND_MS;
