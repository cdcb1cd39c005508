import { Link, Table, Tbody, Td, Th, Thead, Tr, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath } from '../utils/paths';
import { t } from '../utils/translation';

import { EndpointStateBadge } from './EndpointStateBadge';
import { Instant } from './Instant';
import { SectionCard } from './SectionCard';
import { StatusBadge } from './StatusBadge';

import type { Overview } from '../../../server/src/contract';

const COLUMNS = ['name', 'state', 'since', 'pending', 'dead'] as const;

type Trouble = Overview['endpointsInTrouble'][number];

/** A failing endpoint is still active; its badge says so rather than "active". */
const TroubleState = ({ endpoint }: { endpoint: Trouble }) => {
  const { formatMessage } = useIntl();
  if (endpoint.state === 'active') {
    return <StatusBadge variant="warning">{formatMessage(t('endpoint.failing'))}</StatusBadge>;
  }
  return <EndpointStateBadge state={endpoint.state} />;
};

const TroubleRow = ({ endpoint }: { endpoint: Trouble }) => {
  const { formatMessage, formatNumber } = useIntl();
  return (
    <Tr>
      <Td>
        <Link tag={NavLink} to={endpointPath(endpoint.id)}>
          {endpoint.name}
        </Link>
        {endpoint.stateReason !== null && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {endpoint.stateReason}
          </Typography>
        )}
        {endpoint.breaker !== null && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {formatMessage(t('overview.trouble.breaker'), {
              since: <Instant key="since" at={endpoint.breaker.since} />,
              next: <Instant key="next" at={endpoint.breaker.nextProbeAt} />,
            })}
          </Typography>
        )}
      </Td>
      <Td>
        <TroubleState endpoint={endpoint} />
      </Td>
      <Td>
        <Typography>
          {endpoint.firstFailureAt === null ? '–' : <Instant at={endpoint.firstFailureAt} />}
        </Typography>
      </Td>
      <Td>
        <Typography>{formatNumber(endpoint.pending)}</Typography>
      </Td>
      <Td>
        <Typography textColor={endpoint.dead > 0 ? 'danger600' : undefined}>
          {formatNumber(endpoint.dead)}
        </Typography>
      </Td>
    </Tr>
  );
};

/** What to look at first: endpoints that fail, are paused, or were disabled. */
export const TroubledEndpoints = ({ endpoints }: { endpoints: Trouble[] }) => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard title={formatMessage(t('overview.trouble.title'))}>
      {endpoints.length === 0 ? (
        <Typography textColor="neutral600">{formatMessage(t('overview.trouble.none'))}</Typography>
      ) : (
        <Table colCount={COLUMNS.length} rowCount={endpoints.length + 1}>
          <Thead>
            <Tr>
              {COLUMNS.map((column) => (
                <Th key={column}>
                  <Typography variant="sigma">
                    {formatMessage(t(`overview.trouble.column.${column}`))}
                  </Typography>
                </Th>
              ))}
            </Tr>
          </Thead>
          <Tbody>
            {endpoints.map((endpoint) => (
              <TroubleRow key={endpoint.id} endpoint={endpoint} />
            ))}
          </Tbody>
        </Table>
      )}
    </SectionCard>
  );
};
