import { Box, Button, Flex, ProgressBar, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useNotify } from '../../hooks/useNotify';
import { useNow } from '../../hooks/useNow';
import { usePermissions } from '../../hooks/usePermissions';
import { useCancelWebhookJobMutation, usePauseWebhookJobMutation } from '../../services/jobs';
import { t, type TranslationKey } from '../../utils/translation';

import type { JobView } from '../../../../server/src/panel/contract';

const PERCENT = 100;
/** Sooner, an estimate jumps. */
const ESTIMATED_AFTER_MS = 5_000;

/** Kinds of jobs that send messages. */
export const SENDING: ReadonlySet<JobView['kind']> = new Set([
  'replay',
  'replay-events',
  'backfill',
  'reconcile',
]);

const PAUSABLE: ReadonlySet<JobView['kind']> = new Set(['backfill', 'reconcile']);

const SKIPPED: Partial<Record<JobView['kind'], TranslationKey>> = {
  replay: 'job.skipped',
  'replay-events': 'job.withheld',
  backfill: 'job.withheld.entries',
};

/** The design system's bar is narrow and hides its value from screen readers. */
const WideBar = styled(ProgressBar)`
  width: 100%;
`;

export const isUnfinished = ({ state }: JobView): boolean =>
  state === 'running' || state === 'paused';

/** A replay skips messages whose endpoint was deleted, and what is withheld. */
export const hasSkipped = ({ kind, skipped }: JobView): boolean =>
  SKIPPED[kind] !== undefined && skipped > 0;

export const skippedKey = ({ kind }: JobView): TranslationKey => SKIPPED[kind] ?? 'job.skipped';

/** The time that a backfill takes as it went so far, in ms. */
const timeLeft = ({ state, kind, done, total, createdAt }: JobView, now: number): number | null => {
  const elapsed = now - createdAt;
  if (!PAUSABLE.has(kind) || state !== 'running') return null;
  if (done === 0 || done >= total || elapsed < ESTIMATED_AFTER_MS) return null;
  return (elapsed / done) * (total - done);
};

const Notes = ({ job }: { job: JobView }) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const left = timeLeft(job, useNow());
  const notes = [
    ...(job.state === 'paused' ? [formatMessage(t('job.paused'))] : []),
    ...(left === null ? [] : [formatMessage(t('job.left'), { time: formatDuration(left) })]),
    ...(hasSkipped(job) ? [formatMessage(t(skippedKey(job)), { count: job.skipped })] : []),
  ];
  if (notes.length === 0) return null;
  return (
    <Typography tag="p" variant="pi" textColor="neutral600" paddingTop={2}>
      {notes.join(' · ')}
    </Typography>
  );
};

const PauseButton = ({ job: { id, state } }: { job: JobView }) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [pause, { isLoading }] = usePauseWebhookJobMutation();
  const paused = state === 'paused';
  const toggle = async () => {
    const result = await pause({ id, paused: !paused });
    if ('error' in result) notify.failure(result.error);
  };
  return (
    <Button variant="tertiary" size="S" loading={isLoading} onClick={() => void toggle()}>
      {formatMessage(t(paused ? 'resume.action' : 'pause.action'))}
    </Button>
  );
};

/** An unfinished job. */
export const JobLine = ({ job }: { job: JobView }) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const can = usePermissions();
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
        <Notes job={job} />
      </Box>
      <Flex gap={2}>
        {PAUSABLE.has(job.kind) && can('messages.replay') && <PauseButton job={job} />}
        <Button variant="tertiary" size="S" loading={isLoading} onClick={() => void stop()}>
          {formatMessage(t('job.stop'))}
        </Button>
      </Flex>
    </Flex>
  );
};
