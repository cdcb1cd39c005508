import { Link, Typography } from '@strapi/design-system';
import { Table } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { topicPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { RowActions } from '../../components/RowActions';
import { StatusBadge } from '../../components/StatusBadge';

import type { Can } from '../../hooks/usePermissions';
import type { TopicView } from '../../../../server/src/panel/contract';

interface TopicRowProps {
  topic: TopicView;
  can: Can;
  onDelete: () => void;
}

/** Number of names listed before "and 3 more". */
const LISTED = 3;

const Names = ({ names, none }: { names: readonly string[]; none: string }) => {
  const { formatMessage } = useIntl();
  if (names.length === 0) return <Typography textColor="neutral600">{none}</Typography>;
  const rest = names.length - LISTED;
  return (
    <Typography>
      {names.slice(0, LISTED).join(', ')}
      {rest > 0 && ` ${formatMessage(t('list.and-more'), { count: rest })}`}
    </Typography>
  );
};

export const TopicRow = ({ topic, can, onDelete }: TopicRowProps) => {
  const { formatMessage } = useIntl();

  return (
    <Table.Row>
      <Table.Cell>
        <Link tag={NavLink} to={topicPath(topic.id)}>
          {topic.name}
        </Link>
        {topic.description !== null && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {topic.description}
          </Typography>
        )}
      </Table.Cell>
      <Table.Cell>
        <Names names={topic.events} none={formatMessage(t('topics.events.none'))} />
      </Table.Cell>
      <Table.Cell>
        {topic.contentTypes === null ? (
          <Typography>{formatMessage(t('topics.types.all'))}</Typography>
        ) : (
          <Names names={topic.contentTypes} none={formatMessage(t('topics.types.none'))} />
        )}
      </Table.Cell>
      <Table.Cell>
        <Names
          names={topic.endpoints.map((endpoint) => endpoint.name)}
          none={formatMessage(t('topics.endpoints.none'))}
        />
      </Table.Cell>
      <Table.Cell>
        <StatusBadge variant={topic.enabled ? 'success' : 'neutral'}>
          {formatMessage(t(topic.enabled ? 'topic.state.enabled' : 'topic.state.disabled'))}
        </StatusBadge>
      </Table.Cell>
      <Table.Cell>
        <RowActions
          what={topic.name}
          editPath={topicPath(topic.id)}
          onDelete={can('topics.delete') ? onDelete : undefined}
        />
      </Table.Cell>
    </Table.Row>
  );
};
