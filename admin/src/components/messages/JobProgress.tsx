import { Box, Flex, Link, Typography } from '@strapi/design-system';
import { useEffect, useMemo, useRef } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useNotify } from '../../hooks/useNotify';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useListWebhookJobsQuery } from '../../services/jobs';
import { messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { Instant } from '../Instant';
import { SectionCard } from '../SectionCard';

import { hasSkipped, isUnfinished, JobLine, SENDING, skippedKey } from './JobLine';

import type { JobOutcome, JobView } from '../../../../server/src/panel/contract';

/** Replays that are shown with their results. */
const SHOWN_RESULTS = 3;

/** The counts of a replay, as the placeholders of its text. */
const countsOf = ({ replayed, ...counts }: JobOutcome) => ({ count: replayed, ...counts });

const outcomeKey = ({ kind }: JobView) =>
  kind === 'backfill' || kind === 'reconcile' ? 'job.outcome.backfill' : 'job.outcome';

const sendsTo = (job: JobView, endpointId: number): boolean =>
  SENDING.has(job.kind) && job.filter.endpointId?.includes(endpointId) === true;

const ResultLine = ({ job, outcome }: { job: JobView; outcome: JobOutcome }) => {
  const { formatMessage } = useIntl();
  return (
    <Box>
      <Typography tag="p">{formatMessage(t(outcomeKey(job)), countsOf(outcome))}</Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        <Instant at={job.createdAt} />
        {hasSkipped(job) && ` · ${formatMessage(t(skippedKey(job)), { count: job.skipped })}`}
        {' · '}
        <Link tag={NavLink} to={messagesPath({ jobId: job.id })}>
          {formatMessage(t('job.messages'))}
        </Link>
      </Typography>
    </Box>
  );
};

interface JobProgressProps {
  /** Shows the jobs that send to this endpoint. Default: all jobs. */
  endpointId?: number;
  /** Called when jobs were loaded or finished, because they change what the page shows. */
  onProgress: () => void;
}

/** Calls back for each job that has finished since the jobs were first loaded. */
const useFinished = (
  jobs: readonly JobView[] | undefined,
  onFinished: (job: JobView) => void
): void => {
  const known = useRef<readonly number[]>();
  useEffect(() => {
    if (jobs === undefined) return;
    const finished = jobs.filter((job) => job.state === 'finished');
    const before = known.current;
    known.current = finished.map((job) => job.id);
    if (before !== undefined) finished.filter(({ id }) => !before.includes(id)).forEach(onFinished);
  }, [jobs, onFinished]);
};

/** Running bulk jobs, and results of the last replays. Leaving the page does not stop them. */
export const JobProgress = ({ endpointId, onProgress }: JobProgressProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { data, refetch } = useListWebhookJobsQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const jobs = useMemo(
    () => data?.filter((job) => endpointId === undefined || sendsTo(job, endpointId)),
    [data, endpointId]
  );
  const running = (jobs ?? []).filter(isUnfinished);
  const replays = (jobs ?? [])
    .filter((job) => !isUnfinished(job))
    .flatMap((job) => (job.outcome === null ? [] : [{ job, outcome: job.outcome }]))
    .filter(({ outcome }) => outcome.replayed > 0)
    .slice(0, SHOWN_RESULTS);
  const isMoving =
    running.some(({ state }) => state === 'running') ||
    replays.some(({ outcome }) => outcome.pending > 0);
  useRefetchWhile(isMoving, () => {
    void refetch();
    onProgress();
  });
  useFinished(jobs, (job) => {
    const { outcome } = job;
    const messages = outcome?.replayed ? messagesPath({ jobId: job.id }) : undefined;
    if (outcome === null || outcome.pending > 0 || outcome.replayed === 0) {
      const count = job.kind === 'reconcile' ? job.done : job.done - job.skipped;
      notify.success(`bulk.done.${job.kind}`, { count }, messages);
    } else if (outcome.failed + outcome.held > 0)
      notify.warning(outcomeKey(job), countsOf(outcome), messages);
    else notify.success(outcomeKey(job), countsOf(outcome), messages);
    if (hasSkipped(job)) notify.warning(skippedKey(job), { count: job.skipped });
    onProgress();
  });

  if (running.length + replays.length === 0) return null;
  return (
    <SectionCard
      title={formatMessage(t(running.length > 0 ? 'jobs.title' : 'jobs.results'))}
      {...(running.length > 0 && { subtitle: formatMessage(t('jobs.subtitle')) })}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        {running.map((job) => (
          <JobLine key={job.id} job={job} />
        ))}
        {replays.map(({ job, outcome }) => (
          <ResultLine key={job.id} job={job} outcome={outcome} />
        ))}
      </Flex>
    </SectionCard>
  );
};
