import { Flex, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { LedgerCard } from './LedgerCard';
import { RecentMessages } from './RecentMessages';
import { Facts } from '../../components/Facts';
import { Instant } from '../../components/Instant';
import { SectionCard } from '../../components/SectionCard';
import { EndpointCondition } from './EndpointCondition';
import { useFormatCount } from '../../hooks/useFormatCount';
import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookEndpointHealthQuery } from '../../services/endpoints';
import { filterQuery, messagesPath, ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';
import { StatisticsCard } from '../overview/StatisticsCard';

import type { EndpointDetail } from '../../services/endpoints';

/** How the endpoint does: its state, what waits and what failed, attempts over time, latest messages. */
export const HealthTab = ({ endpoint }: { endpoint: EndpointDetail }) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const can = usePermissions();
  const { data } = useListWebhookEndpointHealthQuery(undefined, { pollingInterval: 15_000 });
  const health = data?.find(({ endpointId }) => endpointId === endpoint.id);
  const filter = { endpointId: [endpoint.id] };

  const count = (number: number | undefined, to: string) =>
    number === undefined ? (
      '–'
    ) : can('messages.read') && number > 0 ? (
      <Link tag={NavLink} to={to}>
        {formatCount(number, health?.countedUpTo)}
      </Link>
    ) : (
      formatCount(number, health?.countedUpTo)
    );

  return (
    <Flex direction="column" alignItems="stretch" gap={5}>
      <SectionCard title={formatMessage(t('endpoint.tab.health'))}>
        <Facts
          facts={[
            {
              label: formatMessage(t('endpoints.column.state')),
              value: <EndpointCondition endpoint={endpoint} />,
            },
            {
              label: formatMessage(t('endpoints.column.delivered')),
              value:
                health === undefined || health.lastDeliveredAt === null ? (
                  formatMessage(t('endpoints.never'))
                ) : (
                  <Instant at={health.lastDeliveredAt} />
                ),
            },
            {
              label: formatMessage(t('endpoints.column.waiting')),
              value: count(
                health?.pending,
                messagesPath({ ...filter, displayed: ['pending', 'retrying', 'held', 'active'] })
              ),
            },
            {
              label: formatMessage(t('endpoints.column.dead')),
              value: count(health?.dead, `${ROOT}/dead-letters?${filterQuery(filter).toString()}`),
            },
            {
              label: formatMessage(t('endpoints.column.topics')),
              value:
                endpoint.topics.map(({ name }) => name).join(', ') ||
                formatMessage(t('endpoints.topics.none')),
            },
          ]}
        />
      </SectionCard>
      {can('messages.read') && (
        <>
          <LedgerCard endpointId={endpoint.id} canSend={can('messages.replay')} />
          <StatisticsCard endpointId={endpoint.id} />
          <Typography tag="h2" variant="delta">
            {formatMessage(t('endpoint.latest'))}
          </Typography>
          <RecentMessages endpointId={endpoint.id} />
        </>
      )}
    </Flex>
  );
};
