/** Starts work that survives a restart. */
import { CoreError } from '../../core/errors';
import type { Runtime } from '../../runtime/runtime';
import type { JobRecord, JobStore } from '../../store/types';
import type { Actor, JobView } from '../contract';
import { jobView } from './job-view';

export type NewJob = Omit<Parameters<JobStore['createJob']>[0], 'now' | 'actor'>;

/** Resolves when the job is stored. It goes on by itself, here or on another node. */
export async function startJob(
  { store, clock, maintenance, stir, log }: Runtime,
  job: NewJob,
  actor: Actor
): Promise<{ job: JobView }> {
  const stored = await store.createJob({ ...job, now: clock.now(), actor });
  // Starts then instead of at the next tick. A failure is logged; the job goes on later.
  await store.afterCommit(() => {
    stir();
    maintenance.stepJobs().catch((error: unknown) => log.error('a job step failed', { error }));
  });
  return { job: jobView(stored) };
}

/** @returns the job that sends documents to the endpoint, or compares them. */
export async function unfinishedJob(
  { store }: Runtime,
  endpointId: number
): Promise<JobRecord | undefined> {
  const jobs = [
    ...(await store.listUnfinishedJobs('backfill')),
    ...(await store.listUnfinishedJobs('reconcile')),
  ];
  return jobs.find(({ filter }) => filter.endpointId?.includes(endpointId));
}

/** Starts a job that sends documents to an endpoint. @throws CoreError CONFLICT beside another one. */
export function startOnlyJob(
  runtime: Runtime,
  endpointId: number,
  job: NewJob,
  actor: Actor
): Promise<{ job: JobView }> {
  const { store } = runtime;
  return store.inTransaction(async () => {
    await store.lockEndpoint(endpointId);
    const other = await unfinishedJob(runtime, endpointId);
    if (other === undefined) return startJob(runtime, job, actor);
    throw new CoreError(
      'CONFLICT',
      `job ${other.id} is sending documents to this endpoint: wait for it, or stop it`
    );
  });
}
