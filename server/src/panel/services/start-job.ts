/** Starts work that survives a restart. */
import type { Runtime } from '../../runtime/runtime';
import type { JobStore } from '../../store/types';
import type { Actor, JobView } from '../contract';
import { jobView } from './job-view';

type NewJob = Omit<Parameters<JobStore['createJob']>[0], 'now' | 'actor'>;

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
