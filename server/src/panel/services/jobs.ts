/** Lists and cancels bulk jobs. `delivery/upkeep/maintenance.ts` runs them. */
import type { Core } from '@strapi/strapi';

import type { JobView } from '../contract';
import { CoreError } from '../../core/errors';
import type { JobRecord } from '../../store/types';
import { runtimeOf } from '../../runtime/runtime';

/** Jobs are few; older ones are not listed. */
const LISTED = 100;

export const createJobsService = ({ strapi }: { strapi: Core.Strapi }) => {
  const store = () => runtimeOf(strapi).store;

  async function get(id: number): Promise<JobView> {
    const job = await store().findJob(id);
    if (job === null) throw new CoreError('NOT_FOUND', `there is no job ${id}`);
    return jobView(job);
  }

  return {
    /** Newest first. */
    list: async (): Promise<JobView[]> => (await store().listJobs(LISTED)).map(jobView),

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

export function jobView({
  id,
  kind,
  filter,
  state,
  total,
  done,
  skipped,
  ...at
}: JobRecord): JobView {
  const { createdAt, finishedAt } = at;
  return { id, kind, filter, state, total, done, skipped, createdAt, finishedAt };
}
