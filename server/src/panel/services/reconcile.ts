/** Compares what the receiver of an endpoint has with the content, and sends what differs. */
import { z } from 'zod';

import { parseInput } from '../../api/input';
import { CoreError } from '../../core/errors';
import { versionsTold } from '../../delivery/engine/reconcile';
import type { Runtime } from '../../runtime/runtime';
import type { Actor, JobView, LedgerView, ReconcileInput } from '../contract';
import { assertNoOther, assertTypes, contentTypeNames, judgeOf, subscribedTypes } from './backfill';
import { jobView } from './job-view';
import { startJob } from './start-job';

const LISTED = 100;

const reconcileInput = z.strictObject({
  contentTypes: contentTypeNames,
  exact: z.boolean().default(false),
  heal: z.boolean().default(false),
}) satisfies z.ZodType<ReconcileInput>;

const forgetInput = z.strictObject({ since: z.number().int().min(0) });

/** @throws CoreError NOT_FOUND; INVALID_VALUE at `ledger` without one. */
function assertLedger({ directory }: Runtime, endpointId: number): void {
  const endpoint = directory.endpoint(endpointId);
  if (endpoint === undefined) {
    throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
  }
  if (!endpoint.ledger) {
    throw new CoreError(
      'INVALID_VALUE',
      'what this endpoint acknowledges is not remembered: switch its ledger on',
      'ledger'
    );
  }
}

/**
 * @throws CoreError NOT_FOUND; UNKNOWN_CONTENT_TYPE and INVALID_VALUE at the field; CONFLICT while another
 *   job sends documents to the endpoint.
 */
export async function reconcile(
  runtime: Runtime,
  endpointId: number,
  given: ReconcileInput,
  actor: Actor
): Promise<{ job: JobView }> {
  const { store, directory, documents } = runtime;
  await directory.refreshIfChanged();
  assertLedger(runtime, endpointId);
  const { contentTypes, exact, heal } = parseInput(reconcileInput, given);
  const uids = contentTypes ?? subscribedTypes(runtime, endpointId);
  assertTypes(runtime, uids);
  const types = uids.map((uid) => ({ uid }));
  await assertNoOther(runtime, endpointId);
  const judge = judgeOf(runtime, endpointId);
  let total = await store.countLedger(endpointId);
  for (const uid of uids) {
    const status = versionsTold(judge, uid, documents.hasDrafts(uid));
    if (status !== null) total += await documents.count({ uid, status, locales: null, after: 0 });
  }
  const filter = { endpointId: [endpointId], reconcile: { types, exact, heal } };
  return startJob(runtime, { kind: 'reconcile', filter, upTo: 0, total }, actor);
}

/** How many versions the receiver has. @throws CoreError NOT_FOUND. */
export async function ledgerView(runtime: Runtime, endpointId: number): Promise<LedgerView> {
  const endpoint = runtime.directory.endpoint(endpointId);
  if (endpoint === undefined) {
    throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
  }
  if (!endpoint.ledger) return { isKept: false, versions: 0, last: null };
  const { store } = runtime;
  const jobs = await store.listJobs(LISTED);
  const last = jobs.find(
    ({ kind, filter }) => kind === 'reconcile' && filter.endpointId?.includes(endpointId)
  );
  return {
    isKept: true,
    versions: await store.countLedger(endpointId),
    last: last === undefined ? null : jobView(last),
  };
}

/**
 * Forgets what the receiver acknowledged since then. @throws CoreError NOT_FOUND; INVALID_VALUE.
 */
export async function forgetLedger(
  runtime: Runtime,
  endpointId: number,
  given: unknown
): Promise<{ forgotten: number }> {
  assertLedger(runtime, endpointId);
  const { since } = parseInput(forgetInput, given);
  return { forgotten: await runtime.store.forgetLedger(endpointId, since) };
}
