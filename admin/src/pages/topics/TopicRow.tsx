import { Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { topicPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { ManagedBy } from '../../components/Managed';
import { RowActions } from '../../components/RowActions';
import { StatusBadge } from '../../components/StatusBadge';
import { Td, Tr } from '../../components/Table';

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
  const { data: catalog } = useGetWebhooksCatalogQuery();
  const nameOf = (uid: string) =>
    catalog?.contentTypes.find((type) => type.uid === uid)?.displayName ?? uid;

  return (
    <Tr>
      <Td>
        <Link tag={NavLink} to={topicPath(topic.id)}>
          {topic.name}
        </Link>
        {topic.description !== null && (
          <Typography tag="p" variant="pi" textColor="neutral600">
            {topic.description}
          </Typography>
        )}
        <ManagedBy file={topic.managedBy} />
      </Td>
      <Td>
        <Names names={topic.events} none={formatMessage(t('topics.events.none'))} />
      </Td>
      <Td>
        {topic.contentTypes === null ? (
          <Typography>{formatMessage(t('topics.types.all'))}</Typography>
        ) : (
          <Names
            names={topic.contentTypes.map(nameOf)}
            none={formatMessage(t('topics.types.none'))}
          />
        )}
      </Td>
      <Td>
        <Names
          names={topic.endpoints.map((endpoint) => endpoint.name)}
          none={formatMessage(t('topics.endpoints.none'))}
        />
      </Td>
      <Td>
        <StatusBadge variant={topic.enabled ? 'success' : 'neutral'}>
          {formatMessage(t(topic.enabled ? 'topic.state.enabled' : 'topic.state.disabled'))}
        </StatusBadge>
      </Td>
      <Td>
        <RowActions
          what={topic.name}
          editPath={topicPath(topic.id)}
          onDelete={can('topics.delete') && topic.managedBy === null ? onDelete : undefined}
        />
      </Td>
    </Tr>
  );
};
