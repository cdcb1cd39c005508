/** The shapes of requests about what recurs, queues and limits; judged as those of `schemas.ts` are. */
import { z } from 'zod';

import type { CronPreviewInput, PinInput, QueueInput, ScheduleInput } from '../contract';
import { MAX_ROW_ID } from '../../core/message/row-id';
import {
  DEFAULT_PAGE_SIZE,
  header,
  MAX_PAGE_SIZE,
  MAX_URL_LENGTH,
  queryNumber,
  text,
} from './schemas';

const WEEK_MS = 604_800_000;
const MAX_KEY_LENGTH = 255;

// --- schedules --------------------------------------------------------------

const when = {
  cron: z.string().trim().min(1, 'is missing').max(200),
  timezone: z.string().trim().min(1).max(100).nullable().optional(),
};

const scheduleFields = {
  ...when,
  topic: z.string().trim().min(1, 'choose a topic').max(255).optional(),
  url: z.string().trim().min(1, 'is missing').max(MAX_URL_LENGTH).optional(),
  endpointId: z.number().int().min(1, 'choose an endpoint').optional(),
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET']).optional(),
  contentType: text.optional(),
  headers: z.array(header).optional(),
  payload: z.string().optional(),
  timeoutMs: z.number().int().min(100).max(900_000).nullable().optional(),
  /** Judged by `core/retry/backoff.ts`, which can say where an expression goes wrong. */
  retryPolicy: z.custom<ScheduleInput['retryPolicy']>(() => true).optional(),
};

export const scheduleBody = z.strictObject(scheduleFields) satisfies z.ZodType<ScheduleInput>;
export const scheduleUpdateBody = z.strictObject({
  ...scheduleFields,
  version: z.number().int().min(0).max(MAX_ROW_ID),
});
export const cronPreviewBody = z.strictObject(when) satisfies z.ZodType<CronPreviewInput>;

// --- queues -----------------------------------------------------------------

/** Names and limits are judged by the services, which the QStash API asks too. */
const parallelism = z
  .number('is a whole number')
  .int('is a whole number')
  .min(1, 'is at least 1')
  .max(1_000, 'is at most 1,000');

export const queueBody = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,200}$/, 'may have letters, digits, ".", "_" and "-"'),
  parallelism,
}) satisfies z.ZodType<QueueInput>;
export const queueUpdateBody = z.strictObject({ parallelism });

// --- flow control -----------------------------------------------------------

const key = z.string().min(1, 'is missing').max(MAX_KEY_LENGTH);
const limit = z
  .number()
  .int('is a whole number')
  .min(1, 'is at least 1')
  .max(1_000_000, 'is at most 1,000,000');

export const flowControlQuery = z.strictObject({
  search: text.optional(),
  cursor: z.string().max(MAX_KEY_LENGTH).optional(),
  pageSize: queryNumber(z.number().int().min(1).max(MAX_PAGE_SIZE)).default(DEFAULT_PAGE_SIZE),
});
export const flowKeyBody = z.strictObject({ key });
export const pinBody = z
  .strictObject({
    key,
    parallelism: limit.optional(),
    rate: limit.optional(),
    periodMs: z.number().int().min(1).max(WEEK_MS).optional(),
  })
  .refine((pin) => pin.parallelism !== undefined || pin.rate !== undefined, {
    path: ['rate'],
    message: 'give the rate, the parallelism, or both',
  }) satisfies z.ZodType<PinInput>;
