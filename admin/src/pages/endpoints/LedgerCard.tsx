import { Box, Button, Checkbox, Flex, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { Instant, PlannedInstant } from '../../components/Instant';
import { isUnfinished } from '../../components/messages/JobLine';
import { ReconcileOffers } from '../../components/ReconcileOffers';
import { SectionCard } from '../../components/SectionCard';
import { useFormatCount } from '../../hooks/useFormatCount';
import { useNotify } from '../../hooks/useNotify';
import { useNow } from '../../hooks/useNow';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import {
  useGetWebhookLedgerQuery,
  useReconcileWebhookEndpointMutation,
} from '../../services/ledger';
import { t } from '../../utils/translation';

import { DifferenceList, KINDS } from './DifferenceList';
import { RestoredDialog } from './RestoredDialog';

import type { JobView } from '../../../../server/src/panel/contract';

type Findings = NonNullable<JobView['findings']>;

const ARRIVING_MS = 60_000;
const NONE: Findings['counts'] = { missing: 0, outdated: 0, orphaned: 0 };
/** The result of a comparison that has ended. */
const Result = ({ endpointId, job }: { endpointId: number; job: JobView }) => {
  const { formatMessage } = useIntl();
  const counts = job.findings?.counts ?? NONE;
  const total = countOf(job);
  const isHealed = job.filter.reconcile?.heal === true;

  return (
    <Flex direction="column" alignItems="stretch" gap={3}>
      <Box>
        <Typography tag="p" fontWeight="bold" role="status">
          {total === 0
            ? formatMessage(t('ledger.in-sync'))
            : formatMessage(t(isHealed ? 'ledger.sent' : 'ledger.differs'), { count: total })}
        </Typography>
        <Typography tag="p" variant="pi" textColor="neutral600">
          <Instant at={job.finishedAt ?? job.createdAt} />
          {total > 0 && ` · ${formatMessage(t('ledger.counts'), counts)}`}
        </Typography>
      </Box>
      {total > 0 && !isHealed && (
        <DifferenceList
          key={job.id}
          endpointId={endpointId}
          jobId={job.id}
          byType={job.findings?.byType ?? {}}
        />
      )}
    </Flex>
  );
};

interface LedgerCardProps {
  endpointId: number;
  canSend: boolean;
}

const countOf = ({ findings }: JobView): number =>
  KINDS.reduce((sum, kind) => sum + (findings?.counts[kind] ?? 0), 0);

/** Compares, sends what differs, and forgets what a restored receiver has lost. */
const Actions = ({ endpointId, last }: { endpointId: number; last: JobView | null }) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [reconcile, { isLoading }] = useReconcileWebhookEndpointMutation();
  const [exact, setExact] = useState(false);
  const [isRestored, setRestored] = useState(false);
  const isRunning = last !== null && isUnfinished(last);
  const canHeal = last?.state === 'finished' && !last.filter.reconcile?.heal && countOf(last) > 0;

  const start = async (heal: boolean) => {
    // What a comparison of bytes has found is found again by one.
    const asked = heal ? last?.filter.reconcile?.exact === true : exact;
    const result = await reconcile({ endpointId, exact: asked, heal });
    if ('error' in result) notify.failure(result.error);
  };

  return (
    <>
      <Checkbox checked={exact} onCheckedChange={(checked) => setExact(checked === true)}>
        {formatMessage(t('ledger.exact'))}
      </Checkbox>
      <Flex gap={2} wrap="wrap">
        {canHeal && (
          <Button loading={isLoading} onClick={() => void start(true)}>
            {formatMessage(t('ledger.heal'))}
          </Button>
        )}
        <Button
          variant="secondary"
          loading={isLoading || isRunning}
          onClick={() => void start(false)}
        >
          {formatMessage(t('ledger.compare'))}
        </Button>
        <Button variant="tertiary" disabled={isRunning} onClick={() => setRestored(true)}>
          {formatMessage(t('ledger.restored'))}
        </Button>
      </Flex>
      {isRestored && <RestoredDialog endpointId={endpointId} onClose={() => setRestored(false)} />}
    </>
  );
};

/** Whether what was sent may still be on its way. */
const isArriving = ({ filter, finishedAt }: JobView, nowMs: number): boolean =>
  filter.reconcile?.heal === true && nowMs - (finishedAt ?? nowMs) < ARRIVING_MS;

/** Compares the receiver with the content, and sends what differs. */
export const LedgerCard = ({ endpointId, canSend }: LedgerCardProps) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const { data: ledger, refetch } = useGetWebhookLedgerQuery(endpointId, {
    refetchOnMountOrArgChange: true,
  });
  const last = ledger?.last ?? null;
  const nowMs = useNow();
  // The function itself: another one at each render would start the interval anew.
  useRefetchWhile(last !== null && (isUnfinished(last) || isArriving(last, nowMs)), refetch);
  if (ledger === undefined || !ledger.isKept) return null;

  return (
    <SectionCard
      title={formatMessage(t('ledger.title'))}
      subtitle={formatMessage(t('ledger.subtitle'), {
        count: ledger.versions,
        shown: formatCount(ledger.versions),
      })}
    >
      <Flex direction="column" alignItems="stretch" gap={4}>
        <ReconcileOffers endpointId={endpointId} />
        {last?.state === 'finished' && <Result endpointId={endpointId} job={last} />}
        {ledger.nextAt !== null && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {formatMessage(t('ledger.next'), {
              when: <PlannedInstant key="when" at={ledger.nextAt} />,
            })}
          </Typography>
        )}
        {canSend && <Actions endpointId={endpointId} last={last} />}
      </Flex>
    </SectionCard>
  );
};
