/** Refuses options that have an effect on another path, which the caller would expect here. */
import { QstashError } from './error';
import type { HeaderMap } from './header-names';

type Refusals = Readonly<Record<string, string>>;

/** For publish, enqueue, batch and the defaults of a URL group. */
const PUBLISH: Refusals = {
  'upstash-cron': 'POST /v2/schedules/{destination} makes a schedule',
  'upstash-queue-name':
    'POST /v2/enqueue/{queue}/{destination} publishes through a queue; an item of a batch names it as "queue"',
};

/** For a retry from the dead-letter queue. */
const RETRY: Refusals = {
  'upstash-cron': 'POST /v2/schedules/{destination} makes a schedule',
  'upstash-queue-name': 'a retry stays in the queue of its message',
  'upstash-schedule-id': 'a retry belongs to the schedule of its message',
  'upstash-deduplication-id': 'a retry is a new message and is never a duplicate',
  'upstash-content-based-deduplication': 'a retry is a new message and is never a duplicate',
};

/** For `Upstash-Callback-…` and `Upstash-Failure-Callback-…`. */
const CALLBACK: Refusals = {
  delay: 'a callback cannot be delayed',
  'not-before': 'a callback cannot be delayed',
  cron: 'a callback cannot be scheduled',
  'schedule-id': 'a callback cannot be scheduled',
  'queue-name': "a callback goes through its message's queue",
  label: 'a callback has no labels',
  'redact-fields': 'a callback is redacted as its message is',
  'deduplication-id': 'a callback is sent after every attempt',
  'content-based-deduplication': 'a callback is sent after every attempt',
  'header-forward': 'name each header as Forward-<Name>',
  callback: 'a callback has no callback of its own, only a failure callback',
};

export const refuseInPublish = (headers: HeaderMap): void => refuse(headers, PUBLISH);

export const refuseInRetry = (headers: HeaderMap): void => refuse(headers, RETRY);

/** @param name `upstash-callback` or `upstash-failure-callback`. */
export const refuseInCallback = (headers: HeaderMap, name: string): void =>
  refuse(headers, CALLBACK, `${name}-`);

/** @throws QstashError 400 that names the option. */
function refuse(headers: HeaderMap, refusals: Refusals, prefix = ''): void {
  for (const [name, reason] of Object.entries(refusals)) {
    if (headers[prefix + name]?.trim())
      throw new QstashError(400, `invalid ${prefix}${name}: ${reason}`);
  }
}
