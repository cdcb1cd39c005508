/** Sends the documents of content types to an endpoint, as a job that survives a restart. It can count first. */
import { z } from 'zod';

import { parseInput } from '../../api/input';
import { createJudge, type Judge } from '../../delivery/engine/judge';
import { CoreError } from '../../core/errors';
import { rootFields } from '../../core/filter/fields';
import { assertFilter } from '../../core/filter/filter';
import type { Runtime } from '../../runtime/runtime';
import type { BackfillScope } from '../../store/views';
import type { Actor, BackfillInput, DryRunResult, JobView } from '../contract';
import { startOnlyJob } from './start-job';

const MAX_NAMES = 200;
/** UIDs of content types, or locales. */
const names = z.array(z.string().min(1)).min(1).max(MAX_NAMES).optional();

export const contentTypeNames = names;

const backfillInput = z.strictObject({
  contentTypes: names,
  status: z.enum(['published', 'draft', 'all']).default('published'),
  locales: names,
  filter: z.record(z.string(), z.unknown()).nullable().optional(),
  dryRun: z.boolean().optional(),
}) satisfies z.ZodType<BackfillInput>;

/**
 * @throws CoreError NOT_FOUND; UNKNOWN_CONTENT_TYPE, INVALID_FILTER and INVALID_VALUE at the field; CONFLICT
 *   while documents are being sent to the endpoint.
 */
export async function backfill(
  runtime: Runtime,
  endpointId: number,
  given: BackfillInput,
  actor: Actor
): Promise<DryRunResult | { job: JobView }> {
  const { store, directory, documents } = runtime;
  await directory.refreshIfChanged();
  if (directory.endpoint(endpointId) === undefined) {
    throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
  }
  const { dryRun, ...input } = parseInput(backfillInput, given);
  // Read first: what is changed during the count is sent as a change.
  const upTo = await store.maxEventId();
  const scope = await scopeOf(runtime, endpointId, input);
  const counts = scope.types.map((type) => documents.count({ ...scope, ...type, after: 0 }));
  const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  if (dryRun === true) return { dryRun: true, matched: total };
  return startOnlyJob(
    runtime,
    endpointId,
    {
      kind: 'backfill',
      filter: { endpointId: [endpointId], backfill: scope },
      upTo,
      total,
    },
    actor
  );
}

async function scopeOf(
  runtime: Runtime,
  endpointId: number,
  input: Omit<z.output<typeof backfillInput>, 'dryRun'>
): Promise<BackfillScope> {
  const { schema } = runtime;
  const { contentTypes, status, locales = null, filter = null } = input;
  const uids = contentTypes ?? subscribedTypes(runtime, endpointId);
  assertTypes(runtime, uids);
  if (locales !== null) await assertLocales(runtime, locales);
  if (filter !== null) {
    for (const uid of uids) assertFilter(filter, rootFields(uid, schema.schemas), 'filter');
  }
  return { types: uids.map((uid) => ({ uid })), status, locales, filter };
}

/** @throws CoreError NOT_FOUND. */
export function judgeOf({ directory, schema }: Runtime, endpointId: number): Judge {
  const endpoint = directory.endpoint(endpointId);
  if (endpoint === undefined) {
    throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
  }
  const topics = directory.topics().filter(({ endpointIds }) => endpointIds.includes(endpointId));
  return createJudge({ endpoint, topics }, schema.schemas);
}

/** Lists content types with a page in the Content Manager of which the endpoint's topics have any event. */
export function subscribedTypes(runtime: Runtime, endpointId: number): string[] {
  const { hasTopicFor } = judgeOf(runtime, endpointId);
  const { schema } = runtime;
  const uids = schema
    .contentTypes()
    .filter((uid) => schema.eventsOf(uid).some((event) => hasTopicFor(event, uid)));
  if (uids.length > 0) return uids;
  throw new CoreError(
    'INVALID_VALUE',
    'the endpoint has no topic with events of entries: name the content types',
    'contentTypes'
  );
}

export function assertTypes({ schema }: Runtime, uids: readonly string[]): void {
  uids.forEach((uid, index) => {
    const field = `contentTypes.${index}`;
    if (schema.eventsOf(uid).length === 0) {
      throw new CoreError(
        'UNKNOWN_CONTENT_TYPE',
        `"${uid}" is not a content type of this app`,
        field
      );
    }
    if (uids.indexOf(uid) < index) {
      throw new CoreError('INVALID_VALUE', `"${uid}" is named twice`, field);
    }
  });
}

async function assertLocales({ documents }: Runtime, locales: readonly string[]): Promise<void> {
  const known = await documents.locales();
  const index = locales.findIndex((locale) => !known.includes(locale));
  if (index === -1) return;
  throw new CoreError(
    'INVALID_VALUE',
    `"${locales[index]}" is not a locale of this app`,
    `locales.${index}`
  );
}
