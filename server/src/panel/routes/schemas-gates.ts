/** The shapes of requests about what recurs, queues and limits; judged as those of `schemas.ts` are. */
import { z } from 'zod';

import type { CronPreviewInput, QueueInput, ScheduleInput } from '../contract';
import {
  flowKey,
  header,
  httpMethod,
  parallelism,
  resourceName,
  retryPolicy,
  rowVersion,
  text,
  timeoutMs,
  urlText,
} from '../../api/schemas';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, queryNumber } from './schemas';

const MAX_CURSOR_LENGTH = 255;

// --- schedules --------------------------------------------------------------

const when = {
  cron: z.string().trim().min(1, 'is missing').max(200),
  timezone: z.string().trim().min(1).max(100).nullable().optional(),
};

const scheduleFields = {
  ...when,
  topic: z.string().trim().min(1, 'choose a topic').max(255).optional(),
  url: urlText.optional(),
  endpointId: z.number().int().min(1, 'choose an endpoint').optional(),
  method: httpMethod.optional(),
  contentType: text.optional(),
  headers: z.array(header).optional(),
  payload: z.string().optional(),
  timeoutMs: timeoutMs.nullable().optional(),
  retryPolicy,
};

export const scheduleBody = z.strictObject(scheduleFields) satisfies z.ZodType<ScheduleInput>;
export const scheduleUpdateBody = z.strictObject({
  ...scheduleFields,
  version: rowVersion,
});
export const cronPreviewBody = z.strictObject(when) satisfies z.ZodType<CronPreviewInput>;

// --- queues and flow control ------------------------------------------------

export const queueBody = z.strictObject({
  name: resourceName,
  parallelism,
}) satisfies z.ZodType<QueueInput>;
export const queueUpdateBody = z.strictObject({ parallelism });

export const flowControlQuery = z.strictObject({
  search: text.optional(),
  cursor: z.string().max(MAX_CURSOR_LENGTH).optional(),
  pageSize: queryNumber(z.number().int().min(1).max(MAX_PAGE_SIZE)).default(DEFAULT_PAGE_SIZE),
});
export const flowKeyBody = z.strictObject({ key: flowKey });
