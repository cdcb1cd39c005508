/** Converts a schedule between the form and the admin API. */
import { retryFieldsOf, retryPolicyOf, type RetryFields } from '../../utils/retryFields';

import type {
  HeaderInput,
  ScheduleInput,
  ScheduleView,
} from '../../../../server/src/panel/contract';

export const DESTINATIONS = ['endpoint', 'topic', 'url'] as const;
export type Destination = (typeof DESTINATIONS)[number];

export const JSON_TYPE = 'application/json';

/** Names are those of the server's errors. What was typed for one destination is kept while another is looked at. */
export interface ScheduleFields {
  cron: string;
  timezone: string;
  to: Destination;
  topic: string;
  endpointId: number | null;
  url: string;
  method: string;
  contentType: string;
  /** Null: the stored one, which may not be shown, is kept. */
  payload: string | null;
  headers: HeaderInput[];
  timeoutMs: number | null;
  retryPolicy: RetryFields;
}

const UTC = 'UTC';

const FRESH: ScheduleFields = {
  cron: '0 9 * * *',
  timezone: UTC,
  to: 'endpoint',
  topic: '',
  endpointId: null,
  url: '',
  method: 'POST',
  contentType: JSON_TYPE,
  payload: '{}',
  headers: [],
  timeoutMs: null,
  retryPolicy: retryFieldsOf(null),
};

const destinationOf = ({ topic, url }: ScheduleView): Destination => {
  if (topic !== null) return 'topic';
  return url === null ? 'endpoint' : 'url';
};

/** A body that is not text is kept as it is, unless another is typed. */
const payloadOf = ({ body }: ScheduleView): string | null =>
  body?.encoding === 'utf8' ? body.text : null;

/** @param zone of a new one. */
export const scheduleFieldsOf = (
  schedule: ScheduleView | undefined,
  zone: string
): ScheduleFields => {
  if (schedule === undefined) return { ...FRESH, timezone: zone };
  return {
    cron: schedule.cron,
    timezone: schedule.timezone ?? UTC,
    to: destinationOf(schedule),
    topic: schedule.topic ?? '',
    endpointId: schedule.endpoint?.id ?? null,
    url: schedule.url ?? '',
    method: schedule.method ?? FRESH.method,
    contentType: schedule.contentType ?? JSON_TYPE,
    payload: payloadOf(schedule),
    headers: schedule.headers,
    timeoutMs: schedule.timeoutMs,
    retryPolicy: retryFieldsOf(schedule.retryPolicy),
  };
};

type Target = Pick<ScheduleInput, 'topic' | 'endpointId' | 'url' | 'method'>;

/** An endpoint that was not chosen is 0, which none has: the server says that it is missing. */
const targetOf = ({ to, topic, endpointId, url, method }: ScheduleFields): Target => {
  if (to === 'topic') return { topic };
  return to === 'url' ? { url, method } : { endpointId: endpointId ?? 0 };
};

/** @returns what to send, or the part of the list of delays that cannot be read. */
export const scheduleInputOf = (
  fields: ScheduleFields
): { input: ScheduleInput } | { badPart: string } => {
  const retry = retryPolicyOf(fields.retryPolicy);
  if ('badPart' in retry) return retry;
  const { cron, timezone, contentType, payload, headers, timeoutMs } = fields;
  return {
    input: {
      ...targetOf(fields),
      cron,
      timezone: timezone === UTC ? null : timezone,
      ...(contentType !== '' && { contentType }),
      ...(payload !== null && { payload }),
      headers,
      timeoutMs,
      retryPolicy: retry.policy,
    },
  };
};

/** Why a body is not what its content type says; undefined when it is, or when nobody can tell. */
export const jsonProblem = ({ payload, contentType }: ScheduleFields): string | undefined => {
  if (payload === null || !/^application\/(?:[\w.+-]+\+)?json\b/.test(contentType))
    return undefined;
  try {
    JSON.parse(payload);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
