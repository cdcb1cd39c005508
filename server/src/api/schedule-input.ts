/** Checks a schedule: when it runs, and what it publishes. */
import { z } from 'zod';

import { CoreError } from '../core/errors';
import type { EventSource, StoredBody } from '../core/message/message';
import type { Runtime } from '../runtime/runtime';
import { nextRunAfter, parseCron } from './cron';
import { parseInput } from './input';
import { publishRequest, type PublishInput } from './publish-input';
import { payloadBody } from './publisher';
import { resourceName } from './schemas';

const scheduleSchema = z.strictObject({
  /** Replaces the schedule with this id. Default: a new schedule. */
  scheduleId: resourceName.optional(),
  /** Five fields, in UTC; may begin with `CRON_TZ=<zone> `. */
  cron: z.string().min(1).max(200),
  timezone: z.string().min(1).max(100).nullable().optional(),
  /** Judged as the publisher does. */
  publish: z.looseObject({
    notBefore: z.undefined('cannot be combined with a schedule').optional(),
  }),
});

export type ScheduledPublish = Omit<PublishInput, 'notBefore' | 'scheduleId'>;

export interface ScheduleInput {
  scheduleId?: string;
  cron: string;
  timezone?: string | null;
  publish: ScheduledPublish;
}

/** The message, with its payload as it will be sent, and redacted as requested. */
export type ScheduledPublishView = Omit<ScheduledPublish, 'payload'> & { body: StoredBody };

/** Topics and endpoints that a schedule may publish to. */
export interface Destinations {
  hasTopic(name: string): boolean;
  hasEndpoint(id: number): boolean;
}

export interface CheckedSchedule {
  scheduleId: string | undefined;
  cron: string;
  timezone: string | null;
  publish: ScheduledPublishView;
  nextAt: number | null;
}

/** Destinations that the directory of this process knows. */
export const directoryOf = ({ directory }: Runtime): Destinations => ({
  hasTopic: (name) => directory.topicByName(name) !== undefined,
  hasEndpoint: (id) => directory.endpoint(id) !== undefined,
});

/** @throws CoreError naming the field. */
export function checkedSchedule(
  runtime: Runtime,
  input: ScheduleInput,
  { source, destinations }: { source: EventSource; destinations: Destinations }
): CheckedSchedule {
  const { scheduleId, cron, timezone } = parseInput(scheduleSchema, input);
  const times = parseCron(cron, timezone);
  const { payload, ...publish } = input.publish;
  const { topic, endpointId } = publishRequest(runtime, input.publish, source);
  if (topic !== undefined && !destinations.hasTopic(topic)) {
    throw new CoreError('UNKNOWN_TOPIC', `there is no topic "${topic}"`, 'topic');
  }
  if (endpointId !== undefined && !destinations.hasEndpoint(endpointId)) {
    throw new CoreError('INVALID_VALUE', `there is no endpoint ${endpointId}`, 'endpointId');
  }
  const body = payloadBody(payload, runtime.config.payload.maxBytes);
  return {
    scheduleId,
    ...times,
    publish: { ...publish, body },
    nextAt: nextRunAfter(times, runtime.clock.now()),
  };
}
