import { Button } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { PlannedInstant } from '../../components/Instant';
import { Notice } from '../../components/Notice';
import { useNotify } from '../../hooks/useNotify';
import { useGetWaitingBatchQuery, useSendWaitingBatchMutation } from '../../services/endpoints';
import { t } from '../../utils/translation';

interface WaitingBatchProps {
  endpointId: number;
  canSend: boolean;
}

const POLL_MS = 2_000;

/** The events that wait to become one message, when they do, and "send now". */
export const WaitingBatch = ({ endpointId, canSend }: WaitingBatchProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const { data: waiting } = useGetWaitingBatchQuery(endpointId, {
    refetchOnMountOrArgChange: true,
    pollingInterval: POLL_MS,
  });
  const [send, { isLoading }] = useSendWaitingBatchMutation();
  if (waiting === undefined || waiting.sendsAt === null) return null;

  return (
    <Notice
      variant="secondary"
      title={formatMessage(t('batch.waiting'), { events: waiting.events })}
      action={
        canSend && (
          <Button
            size="S"
            variant="tertiary"
            loading={isLoading}
            onClick={async () => notify.settled(await send(endpointId), 'batch.sent')}
          >
            {formatMessage(t('batch.send'))}
          </Button>
        )
      }
    >
      {formatMessage(t('batch.sends'))} <PlannedInstant at={waiting.sendsAt} />
    </Notice>
  );
};
