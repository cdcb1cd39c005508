import { Badge, Flex, IconButton, Link, Typography } from '@strapi/design-system';
import { Pencil, Trash } from '@strapi/icons';
import { Table } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink, useNavigate } from 'react-router-dom';

import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { EndpointStateBadge } from '../EndpointStateBadge';
import { Instant } from '../Instant';

import type { Can } from '../../hooks/usePermissions';
import type { EndpointView } from '../../../../server/src/contract';

interface EndpointRowProps {
  endpoint: EndpointView;
  can: Can;
  onDelete: () => void;
}

const Health = ({ endpoint }: { endpoint: EndpointView }) => {
  const { formatMessage } = useIntl();
  const { state, firstFailureAt, problem } = endpoint;

  if (state === 'active' && (firstFailureAt !== null || problem !== null)) {
    return (
      <Flex gap={2} wrap="wrap">
        <Badge variant="warning">{formatMessage(t('endpoint.failing'))}</Badge>
        {firstFailureAt !== null && (
          <Typography variant="pi" textColor="neutral600">
            {formatMessage(t('endpoint.failing.since'), {
              when: <Instant key="when" at={firstFailureAt} />,
            })}
          </Typography>
        )}
      </Flex>
    );
  }
  return <EndpointStateBadge state={state} />;
};

export const EndpointRow = ({ endpoint, can, onDelete }: EndpointRowProps) => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();

  return (
    <Table.Row>
      <Table.Cell>
        <Link tag={NavLink} to={endpointPath(endpoint.id)}>
          {endpoint.name}
        </Link>
      </Table.Cell>
      <Table.Cell>
        <Typography ellipsis tag="p" maxWidth="32rem" title={endpoint.url}>
          {endpoint.method} {endpoint.url}
        </Typography>
      </Table.Cell>
      <Table.Cell>
        <Typography>
          {endpoint.topics.map((topic) => topic.name).join(', ') ||
            formatMessage(t('endpoints.topics.none'))}
        </Typography>
      </Table.Cell>
      <Table.Cell>
        <Health endpoint={endpoint} />
      </Table.Cell>
      <Table.Cell>
        <Flex justifyContent="flex-end" gap={1}>
          <IconButton
            variant="ghost"
            label={formatMessage(t('action.edit-what'), { what: endpoint.name })}
            onClick={() => navigate(endpointPath(endpoint.id))}
          >
            <Pencil />
          </IconButton>
          {can('endpoints.delete') && (
            <IconButton
              variant="ghost"
              label={formatMessage(t('action.delete-what'), { what: endpoint.name })}
              onClick={onDelete}
            >
              <Trash />
            </IconButton>
          )}
        </Flex>
      </Table.Cell>
    </Table.Row>
  );
};
