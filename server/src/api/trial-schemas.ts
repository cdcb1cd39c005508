/** Input of tests with an entry, and of trials on past events. */
import { z } from 'zod';

import { SAMPLED_EVENTS } from '../capture';
import { MAX_ROW_ID } from '../core/message/row-id';
import { endpointInput, text, topicInput } from './schemas';
import type {
  EndpointTrialInput,
  EntrySample,
  EntryTestInput,
  TopicTrialInput,
} from './trial-types';

const entrySample = z.strictObject({
  uid: text,
  documentId: text,
  locale: text.nullable().optional(),
  status: z.enum(['draft', 'published']).optional(),
  event: z.enum(SAMPLED_EVENTS),
}) satisfies z.ZodType<EntrySample>;

export const entryTestInput = z.strictObject({
  entry: entrySample,
  dryRun: z.boolean().optional(),
}) satisfies z.ZodType<EntryTestInput>;

const eventId = z.number().int().min(1).max(MAX_ROW_ID).optional();

export const endpointTrialInput = endpointInput
  .pick({ topicIds: true, filter: true, shape: true, ignoredActors: true })
  .extend({ eventId }) satisfies z.ZodType<EndpointTrialInput>;

export const topicTrialInput = topicInput
  .pick({ events: true, contentTypes: true, filter: true })
  .extend({ eventId }) satisfies z.ZodType<TopicTrialInput>;
