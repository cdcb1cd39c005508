import { Box, Button, Flex, ProgressBar, Typography } from '@strapi/design-system';
import { useEffect, useRef } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useCancelWebhookJobMutation, useListWebhookJobsQuery } from '../../services/jobs';
import { t } from '../../utils/translation';
import { Instant } from '../../components/Instant';
import { SectionCard } from '../../components/SectionCard';

import type { JobOutcome, JobView } from '../../../../server/src/panel/contract';

const PERCENT = 100;

/** The design system's bar is narrow and hides its value from screen readers. */
const WideBar = styled(ProgressBar)`
  width: 100%;
`;

/** Replays that are shown with their results. */
const SHOWN_RESULTS = 3;

/** A replay skips messages whose endpoint was deleted. */
const hasSkipped = ({ kind, skipped }: JobView): boolean => kind === 'replay' && skipped > 0;

const JobLine = ({ job }: { job: JobView }) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const notify = useNotify();
  const [cancel, { isLoading }] = useCancelWebhookJobMutation();
  const label = formatMessage(t(`job.kind.${job.kind}`), {
    done: job.done,
    total: formatCount(job.total),
  });
  const percent = job.total === 0 ? 0 : Math.min(PERCENT, (job.done / job.total) * PERCENT);

  const stop = async () => {
    const result = await cancel(job.id);
    if ('error' in result) notify.failure(result.error);
  };

  return (
    <Flex gap={4} wrap="wrap" justifyContent="space-between">
      <Box flex="1 1 24rem">
        <Typography tag="p" paddingBottom={2}>
          {label}
        </Typography>
        <WideBar value={percent} aria-label={label} aria-valuenow={Math.round(percent)} />
        {hasSkipped(job) && (
          <Typography tag="p" variant="pi" textColor="neutral600" paddingTop={2}>
            {formatMessage(t('job.skipped'), { count: job.skipped })}
          </Typography>
        )}
      </Box>
      <Button variant="tertiary" size="S" loading={isLoading} onClick={() => void stop()}>
        {formatMessage(t('job.stop'))}
      </Button>
    </Flex>
  );
};

/** The counts of a replay, as the placeholders of its text. */
const countsOf = ({ replayed, ...counts }: JobOutcome) => ({ count: replayed, ...counts });

const ResultLine = ({ job, outcome }: { job: JobView; outcome: JobOutcome }) => {
  const { formatMessage } = useIntl();
  return (
    <Box>
      <Typography tag="p">{formatMessage(t('job.outcome'), countsOf(outcome))}</Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        <Instant at={job.createdAt} />
        {hasSkipped(job) && ` · ${formatMessage(t('job.skipped'), { count: job.skipped })}`}
      </Typography>
    </Box>
  );
};

interface JobProgressProps {
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
export const JobProgress = ({ onProgress }: JobProgressProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { data: jobs, refetch } = useListWebhookJobsQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const running = (jobs ?? []).filter((job) => job.state === 'running');
  const replays = (jobs ?? [])
    .filter((job) => job.state !== 'running')
    .flatMap((job) => (job.outcome === null ? [] : [{ job, outcome: job.outcome }]))
    .filter(({ outcome }) => outcome.replayed > 0)
    .slice(0, SHOWN_RESULTS);
  const isMoving = running.length > 0 || replays.some(({ outcome }) => outcome.pending > 0);
  useRefetchWhile(isMoving, () => {
    void refetch();
    onProgress();
  });
  useFinished(jobs, (job) => {
    const { outcome } = job;
    if (outcome === null || outcome.pending > 0) {
      notify.success(`bulk.done.${job.kind}`, { count: job.done - job.skipped });
    } else if (outcome.failed > 0) notify.warning('job.outcome', countsOf(outcome));
    else notify.success('job.outcome', countsOf(outcome));
    if (hasSkipped(job)) notify.warning('job.skipped', { count: job.skipped });
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
