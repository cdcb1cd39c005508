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

/**
 * Field names match the server's errors. Input for each kind of destination is kept while another
 * is chosen.
 */
export interface ScheduleFields {
  cron: string;
  timezone: string;
  to: Destination;
  topic: string;
  endpointId: number | null;
  url: string;
  method: string;
  contentType: string;
  /** Null keeps the stored body, which may be hidden. */
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

/** A body that is not text is kept unless another is typed. */
const payloadOf = ({ body }: ScheduleView): string | null =>
  body?.encoding === 'utf8' ? body.text : null;

/** @param zone default for a new schedule. */
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

/** A missing endpoint is sent as 0, so that the server reports it. */
const targetOf = ({ to, topic, endpointId, url, method }: ScheduleFields): Target => {
  if (to === 'topic') return { topic };
  return to === 'url' ? { url, method } : { endpointId: endpointId ?? 0 };
};

/** @returns the input, or the invalid part of the list of delays. */
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

/** Why a body does not match its content type. Undefined when it does, or when that is unknown. */
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
