/** Request schemas of statistics, deliveries and imports. */
import { z } from 'zod';

import type { EntryQuery, NativeImportInput } from '../contract';
import { RANGES } from '../../core/health/statistics';
import { rowId, text } from '../../api/schemas';

const MAX_WEBHOOKS = 1_000;

export const statisticsQuery = z.strictObject({ range: z.enum(RANGES).default('day') });

export const entryQuery = z.strictObject({
  uid: text,
  documentId: text,
  locale: text.optional(),
}) satisfies z.ZodType<EntryQuery>;

export const nativeImportBody = z.strictObject({
  webhookIds: z.array(rowId).min(1).max(MAX_WEBHOOKS),
  switchOff: z.boolean(),
}) satisfies z.ZodType<NativeImportInput>;
