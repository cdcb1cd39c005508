import { Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';

import { Instant, PlannedInstant } from '../../components/Instant';
import { LabelledTable } from '../../components/LabelledTable';
import { Td, Tr } from '../../components/Table';
import { SectionCard } from '../../components/SectionCard';
import { TroubleBadge } from '../../components/TroubleBadge';

import type { Overview } from '../../../../server/src/panel/contract';

const COLUMNS = ['name', 'state', 'since', 'pending', 'dead'] as const;

type Trouble = Overview['endpointsInTrouble'][number];

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
              next: <PlannedInstant key="next" at={endpoint.breaker.nextProbeAt} />,
            })}
          </Typography>
        )}
      </Td>
      <Td>
        <TroubleBadge state={endpoint.state} />
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

/** Endpoints that fail, are paused or were disabled. */
export const TroubledEndpoints = ({ endpoints }: { endpoints: Trouble[] }) => {
  const { formatMessage } = useIntl();
  const labels = COLUMNS.map((column) => formatMessage(t(`overview.trouble.column.${column}`)));

  return (
    <SectionCard title={formatMessage(t('overview.trouble.title'))}>
      {endpoints.length === 0 ? (
        <Typography textColor="neutral600">{formatMessage(t('overview.trouble.none'))}</Typography>
      ) : (
        <LabelledTable labels={labels} opensRows>
          {endpoints.map((endpoint) => (
            <TroubleRow key={endpoint.id} endpoint={endpoint} />
          ))}
        </LabelledTable>
      )}
    </SectionCard>
  );
};
