import { Box, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath } from '../../utils/paths';
import { isPulled } from '../../utils/pull';
import { requestLine } from '../../utils/requestLine';
import { t } from '../../utils/translation';

import { CellDetail } from '../../components/FittingTable';
import { ManagedBy } from '../../components/Managed';
import { RowActions } from '../../components/RowActions';

import { EndpointCondition } from './EndpointCondition';
import { HealthCells } from './HealthCells';
import { Td, Tr } from '../../components/Table';

import type { Can } from '../../hooks/usePermissions';
import type { EndpointListRow } from './endpointRows';

interface EndpointRowProps extends EndpointListRow {
  can: Can;
  onDelete: () => void;
}

export const EndpointRow = ({ endpoint, health, tally, can, onDelete }: EndpointRowProps) => {
  const { formatMessage } = useIntl();

  return (
    <Tr>
      <Td>
        <Box minWidth="15rem">
          <Link tag={NavLink} to={endpointPath(endpoint.id)}>
            {endpoint.name}
          </Link>
          <CellDetail>
            {isPulled(endpoint) ? formatMessage(t('pull.kind.pull')) : requestLine(endpoint)}
          </CellDetail>
          <ManagedBy file={endpoint.managedBy} />
        </Box>
      </Td>
      <Td>
        <Typography>
          {endpoint.topics.map((topic) => topic.name).join(', ') ||
            formatMessage(t('endpoints.topics.none'))}
        </Typography>
      </Td>
      <Td>
        <EndpointCondition endpoint={endpoint} />
      </Td>
      <HealthCells endpoint={endpoint} health={health} tally={tally} />
      <Td>
        <RowActions
          what={endpoint.name}
          editPath={endpointPath(endpoint.id)}
          onDelete={can('endpoints.delete') && endpoint.managedBy === null ? onDelete : undefined}
        />
      </Td>
    </Tr>
  );
};
