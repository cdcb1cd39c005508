/** Lists and cancels bulk jobs. `delivery/upkeep/maintenance.ts` runs them. */
import type { Core } from '@strapi/strapi';

import type { JobOutcome, JobView } from '../contract';
import { CoreError } from '../../core/errors';
import type { JobRecord } from '../../store/types';
import { HOUR_MS } from '../../core/time';
import { runtimeOf } from '../../runtime/runtime';

/** Jobs are few; older ones are not listed. */
const LISTED = 100;

export const createJobsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const store = () => runtimeOf(strapi).store;

  async function get(id: number): Promise<JobView> {
    const job = await store().findJob(id);
    if (job === null) throw new CoreError('NOT_FOUND', `there is no job ${id}`);
    return withOutcome(job);
  }

  async function withOutcome(job: JobRecord): Promise<JobView> {
    const isFresh =
      job.finishedAt === null || runtimeOf(strapi).clock.now() - job.finishedAt < HOUR_MS;
    if (job.kind !== 'replay' || !isFresh) return jobView(job);
    return jobView(job, await store().jobOutcome(job));
  }

  return {
    /** Newest first. */
    list: async (): Promise<JobView[]> =>
      Promise.all((await store().listJobs(LISTED)).map(withOutcome)),

    get,

    /** Stops a job. What it has changed stays changed. @throws CoreError NOT_FOUND, CONFLICT */
    async cancel(id: number): Promise<JobView> {
      const job = await get(id);
      if (!(await store().cancelJob(id, runtimeOf(strapi).clock.now()))) {
        const { state } = await get(id);
        throw new CoreError('CONFLICT', `the ${job.kind} job ${id} is ${state} already`);
      }
      return get(id);
    },
  };
};

export function jobView(job: JobRecord, outcome: JobOutcome | null = null): JobView {
  const { id, kind, filter, state, total, done, skipped, createdAt, finishedAt } = job;
  return { id, kind, filter, state, total, done, skipped, createdAt, finishedAt, outcome };
}
