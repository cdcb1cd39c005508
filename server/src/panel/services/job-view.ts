/** Shows a bulk job. */
import type { JobRecord } from '../../store/types';
import type { JobOutcome, JobView } from '../contract';

export function jobView(job: JobRecord, outcome: JobOutcome | null = null): JobView {
  const { id, kind, filter, state, done, skipped, createdAt, finishedAt } = job;
  // Entries that were published since are looked at, too.
  const total = Math.max(job.total, done);
  return { id, kind, filter, state, total, done, skipped, createdAt, finishedAt, outcome };
}
