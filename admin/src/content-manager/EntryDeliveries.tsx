import { Box, Button, Flex, Link, Loader, Typography } from '@strapi/design-system';
import { ArrowsCounterClockwise } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { diagnose } from '../components/doctor/diagnose';
import { Instant } from '../components/Instant';
import { isSuccess } from '../components/messages/attemptFailure';
import { MessageStateBadge } from '../components/messages/MessageStateBadge';
import { useFollowedAttempt } from '../hooks/useFollowedAttempt';
import { usePermissions } from '../hooks/usePermissions';
import { useNotify } from '../hooks/useNotify';
import { useRefetchWhile } from '../hooks/useRefetchWhile';
import { useActOnWebhookMessageMutation } from '../services/messages';
import { useGetWebhookKnowledgeQuery } from '../services/ledger';
import { useListWebhookDeliveriesQuery } from '../services/statistics';
import { isMoving } from '../components/messages/moving';
import { messagePath, messagesPath } from '../utils/paths';
import { t } from '../utils/translation';

import { useContentLocale } from './useContentLocale';

import type {
  EntryDelivery,
  EntryKnowledge,
  MessageView,
} from '../../../server/src/panel/contract';

/** Action offered for a delivery: replay when completed, send now when waiting. */
const actionOf = ({ state, held, endpointDeleted }: MessageView): 'replay' | 'send-now' | null => {
  if (endpointDeleted) return null;
  if (state === 'dead' || state === 'canceled' || state === 'delivered') return 'replay';
  return state === 'pending' && !held ? 'send-now' : null;
};

const causeOf = ({ lastOutcome: outcome, lastStatus: status, lastError: error }: MessageView) =>
  diagnose({ outcome, status, error }).cause;

interface ReceiverProps {
  delivery: EntryDelivery;
  /** Of an endpoint with a ledger. */
  knowledge: EntryKnowledge | undefined;
}

/** Shows whether the receiver has the entry's latest version. */
const Knowledge = ({ delivery }: { delivery: EntryDelivery }) => {
  const { formatMessage } = useIntl();
  const { latest, lastDeliveredAt } = delivery;
  if (lastDeliveredAt === null) return <>{formatMessage(t('entry.has-nothing'))}</>;
  const key = latest.state === 'delivered' ? 'entry.has-this' : 'entry.has-older';
  return <>{formatMessage(t(key), { when: <Instant key="when" at={lastDeliveredAt} /> })}</>;
};

/** Says which versions of the entry the receiver has. */
const Versions = ({ knowledge }: { knowledge: EntryKnowledge }) => {
  const { formatMessage } = useIntl();
  return (
    <Flex tag="ul" direction="column" alignItems="stretch">
      {knowledge.versions.map(({ status, locale, has, acknowledgedAt }) => (
        <Typography
          key={`${status} ${locale}`}
          tag="li"
          variant="pi"
          textColor={has === 'this' ? 'success600' : 'warning600'}
        >
          {formatMessage(t(`trial.status.${status}`))}:{' '}
          {formatMessage(t(`entry.knows.${has}`), {
            when: acknowledgedAt === null ? '' : <Instant key="when" at={acknowledgedAt} />,
          })}
        </Typography>
      ))}
    </Flex>
  );
};

const Receiver = ({ delivery, knowledge }: ReceiverProps) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const notify = useNotify();
  const [act, { isLoading }] = useActOnWebhookMessageMutation();
  const { latest } = delivery;
  const follow = useFollowedAttempt(latest, messagePath(latest.messageId));
  const name = latest.endpointName ?? latest.url;
  const action = can('messages.replay') ? actionOf(latest) : null;

  const run = async () => {
    if (action === null) return;
    follow();
    const result = await act({ messageId: latest.messageId, action });
    if ('error' in result) notify.failure(result.error);
    else notify.success(`message.done.${action}`);
  };

  return (
    <Box tag="li" aria-label={name}>
      <Flex justifyContent="space-between" alignItems="center" gap={2} paddingBottom={1}>
        <Box minWidth={0}>
          <Link tag={NavLink} to={messagePath(latest.messageId)}>
            {name}
          </Link>
        </Box>
        <MessageStateBadge message={latest} />
      </Flex>
      {knowledge === undefined ? (
        <Typography tag="p" variant="pi" textColor="neutral600">
          {latest.event}: <Knowledge delivery={delivery} />
        </Typography>
      ) : (
        <Versions knowledge={knowledge} />
      )}
      {!isSuccess(latest.lastStatus) &&
        (latest.lastError !== null || latest.lastStatus !== null) && (
          <Typography tag="p" variant="pi" textColor="danger600">
            {latest.lastStatus !== null && `${latest.lastStatus}: `}
            {formatMessage(t(`doctor.${causeOf(latest)}`))}
          </Typography>
        )}
      {action !== null && (
        <Box paddingTop={2}>
          <Button
            size="S"
            variant={latest.state === 'delivered' ? 'tertiary' : 'secondary'}
            startIcon={<ArrowsCounterClockwise />}
            loading={isLoading}
            onClick={() => void run()}
            aria-label={formatMessage(t(`entry.${action}.to`), { name })}
          >
            {formatMessage(t(`entry.${action}`))}
          </Button>
        </Box>
      )}
    </Box>
  );
};

interface EntryDeliveriesProps {
  uid: string;
  documentId: string;
}

/** Deliveries of the entry in the current locale. */
export const EntryDeliveries = ({ uid, documentId }: EntryDeliveriesProps) => {
  const { formatMessage } = useIntl();
  const locale = useContentLocale();
  const entry = { uid, documentId, ...(locale !== undefined && { locale }) };
  const { data, isError, refetch } = useListWebhookDeliveriesQuery(entry, {
    refetchOnMountOrArgChange: true,
  });
  const { data: known = [] } = useGetWebhookKnowledgeQuery(entry, {
    refetchOnMountOrArgChange: true,
  });
  // Their messages were removed by retention, or there never were any.
  const others = known.filter(
    ({ endpointId }) => !data?.some(({ latest }) => latest.endpointId === endpointId)
  );
  useRefetchWhile(
    (data ?? []).some(({ latest }) => isMoving(latest)),
    refetch
  );

  if (isError) {
    return <Typography textColor="danger600">{formatMessage(t('entry.failed'))}</Typography>;
  }
  if (data === undefined) return <Loader small>{formatMessage(t('entry.loading'))}</Loader>;
  if (data.length + others.length === 0) {
    return <Typography textColor="neutral600">{formatMessage(t('entry.none'))}</Typography>;
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={4} width="100%">
      <Flex tag="ul" direction="column" alignItems="stretch" gap={4}>
        {data.map((delivery) => (
          <Receiver
            key={delivery.latest.messageId}
            delivery={delivery}
            knowledge={known.find(({ endpointId }) => endpointId === delivery.latest.endpointId)}
          />
        ))}
        {others.map((knowledge) => (
          <Box key={knowledge.endpointId} tag="li" aria-label={knowledge.endpointName}>
            <Typography tag="p">{knowledge.endpointName}</Typography>
            <Versions knowledge={knowledge} />
          </Box>
        ))}
      </Flex>
      <Link tag={NavLink} to={messagesPath({ entryDocumentId: documentId })}>
        {formatMessage(t('entry.all'))}
      </Link>
    </Flex>
  );
};
