/** Shows a bulk job. */
import type { JobRecord } from '../../store/types';
import type { JobOutcome, JobView } from '../contract';

export function jobView(job: JobRecord, outcome: JobOutcome | null = null): JobView {
  const { id, kind, filter, state, done, skipped, findings, createdAt, finishedAt } = job;
  // Entries that were published since are looked at, too.
  const total = Math.max(job.total, done);
  const counts = { total, done, skipped, findings };
  return { id, kind, filter, state, ...counts, createdAt, finishedAt, outcome };
}
