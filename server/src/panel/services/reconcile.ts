/** Compares what the receiver of an endpoint has with the content, and sends what differs. */
import { z } from 'zod';

import { nextRunAfter } from '../../api/cron';
import { parseInput } from '../../api/input';
import { CoreError } from '../../core/errors';
import type { ReconcilePlan } from '../../core/ledger/plan';
import { DAY_MS } from '../../core/time';
import type { EndpointSettings } from '../../delivery/engine/directory';
import { versionsTold } from '../../delivery/engine/reconcile';
import type { Runtime } from '../../runtime/runtime';
import type { Actor, JobView, LedgerView, ReconcileInput } from '../contract';
import { assertTypes, contentTypeNames, judgeOf, subscribedTypes } from './backfill';
import { jobView } from './job-view';
import { startOnlyJob, type NewJob } from './start-job';

const reconcileInput = z.strictObject({
  contentTypes: contentTypeNames,
  exact: z.boolean().default(false),
  heal: z.boolean().default(false),
}) satisfies z.ZodType<ReconcileInput>;

const forgetInput = z.strictObject({ since: z.number().int().min(0) });

/** @throws CoreError NOT_FOUND. */
export function assertEndpoint({ directory }: Runtime, endpointId: number): EndpointSettings {
  const endpoint = directory.endpoint(endpointId);
  if (endpoint !== undefined) return endpoint;
  throw new CoreError('NOT_FOUND', `there is no endpoint ${endpointId}`);
}

/** @throws CoreError NOT_FOUND; INVALID_VALUE at `ledger` without one. */
function assertLedger(runtime: Runtime, endpointId: number): void {
  if (!assertEndpoint(runtime, endpointId).ledger) {
    throw new CoreError(
      'INVALID_VALUE',
      'what this endpoint acknowledges is not remembered: switch its ledger on',
      'ledger'
    );
  }
}

/**
 * The job that compares an endpoint. @throws CoreError NOT_FOUND; UNKNOWN_CONTENT_TYPE and INVALID_VALUE at the
 *   field.
 */
export async function reconcileJob(
  runtime: Runtime,
  endpointId: number,
  given: ReconcileInput
): Promise<NewJob> {
  const { store, documents } = runtime;
  assertLedger(runtime, endpointId);
  const { contentTypes, exact, heal } = parseInput(reconcileInput, given);
  const uids = contentTypes ?? subscribedTypes(runtime, endpointId);
  assertTypes(runtime, uids);
  const judge = judgeOf(runtime, endpointId);
  let total = await store.countLedger(endpointId);
  for (const uid of uids) {
    const status = versionsTold(judge, uid, documents.hasDrafts(uid));
    if (status !== null) total += await documents.count({ uid, status, locales: null, after: 0 });
  }
  const types = uids.map((uid) => ({ uid }));
  const filter = { endpointId: [endpointId], reconcile: { types, exact, heal } };
  return { kind: 'reconcile', filter, upTo: 0, total };
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
  await runtime.directory.refreshIfChanged();
  const job = await reconcileJob(runtime, endpointId, given);
  return startOnlyJob(runtime, endpointId, job, actor);
}

/** A plan that was accepted always has a next time. */
export const nextReconcile = (plan: ReconcilePlan, now: number): number =>
  nextRunAfter(plan, now) ?? now + DAY_MS;

/** How many versions the receiver has. @throws CoreError NOT_FOUND. */
export async function ledgerView(runtime: Runtime, endpointId: number): Promise<LedgerView> {
  const { store, clock } = runtime;
  const { ledger, reconcile: plan } = assertEndpoint(runtime, endpointId);
  if (!ledger) return { isKept: false, versions: 0, last: null, nextAt: null };
  const last = await store.lastReconcile(endpointId);
  const planned = plan && (await store.reconcileTimes([endpointId])).get(endpointId);
  return {
    isKept: true,
    versions: await store.countLedger(endpointId),
    last: last === null ? null : jobView(last),
    nextAt: plan && (planned ?? nextReconcile(plan, clock.now())),
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
