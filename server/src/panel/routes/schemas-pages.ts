/** Request schemas of statistics, deliveries and imports. */
import { z } from 'zod';

import type { AuditQuery, EntryQuery, EventCatalogQuery, NativeImportInput } from '../contract';
import { CATALOG_FORMATS } from '../../core/catalog/documents';
import { DIFFERENCES } from '../../core/ledger/compare';
import { RANGES } from '../../core/health/statistics';
import { rowId, text } from '../../api/schemas';
import { ACTOR_KINDS } from '../../core/routing/loop-guard';
import { AUDITED_ITEMS } from '../../store/log/audit-types';
import { page, queryNumber } from './schemas';

const MAX_WEBHOOKS = 1_000;

export const statisticsQuery = z.strictObject({
  range: z.enum(RANGES).default('day'),
  endpointId: queryNumber(rowId).optional(),
});

export const eventCatalogQuery = z.strictObject({
  format: z.enum(CATALOG_FORMATS).default('json-schema'),
  endpointId: queryNumber(rowId).optional(),
  as: z.literal('json').optional(),
}) satisfies z.ZodType<EventCatalogQuery>;

export const entryQuery = z.strictObject({
  uid: text,
  documentId: text,
  locale: text.optional(),
}) satisfies z.ZodType<EntryQuery>;

export const sendTargetsQuery = z.strictObject({ uid: text });

export const historyQuery = z.strictObject(page);

export const differencesQuery = z.strictObject({
  kind: z.enum(DIFFERENCES).optional(),
  contentType: text.optional(),
  ...page,
});

export const auditQuery = z
  .strictObject({
    item: z.enum(AUDITED_ITEMS).optional(),
    key: text.optional(),
    actorKind: z.enum(ACTOR_KINDS).optional(),
    actorId: queryNumber(rowId).optional(),
    ...page,
  })
  .refine(({ item, key }) => key === undefined || item !== undefined, {
    path: ['item'],
    message: 'is needed with a key',
  })
  .refine(({ actorKind, actorId }) => (actorKind === undefined) === (actorId === undefined), {
    path: ['actorId'],
    message: 'goes with actorKind',
  }) satisfies z.ZodType<AuditQuery>;

export const nativeImportBody = z.strictObject({
  webhookIds: z.array(rowId).min(1).max(MAX_WEBHOOKS),
  switchOff: z.boolean(),
}) satisfies z.ZodType<NativeImportInput>;
