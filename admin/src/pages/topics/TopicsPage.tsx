import { LinkButton } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { ListTable } from '../../components/ListTable';
import { DeleteTopicDialog } from './DeleteTopicDialog';
import { TopicRow } from './TopicRow';
import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookTopicsQuery } from '../../services/topics';
import { topicPath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { TopicView } from '../../../../server/src/panel/contract';

const COLUMNS = ['name', 'events', 'types', 'endpoints', 'state'] as const;

export const TopicsPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data, isLoading, isError } = useListWebhookTopicsQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const [doomed, setDoomed] = useState<TopicView | null>(null);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

  const create = can('topics.create') && (
    <LinkButton tag={NavLink} to={topicPath('new')} startIcon={<Plus />}>
      {formatMessage(t('topics.create'))}
    </LinkButton>
  );

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('topics.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('topics.title'))}
        subtitle={formatMessage(t('topics.subtitle'))}
        primaryAction={data.length > 0 && create}
      />
      <Layouts.Content>
        <ListTable
          rows={data}
          columns={COLUMNS.map((name) => ({
            name,
            label: formatMessage(t(`topics.column.${name}`)),
          }))}
          renderRow={(topic) => (
            <TopicRow key={topic.id} topic={topic} can={can} onDelete={() => setDoomed(topic)} />
          )}
          empty={{ content: formatMessage(t('topics.empty')), action: create }}
        />
      </Layouts.Content>
      <DeleteTopicDialog
        topic={doomed}
        onClose={() => setDoomed(null)}
        onDeleted={() => setDoomed(null)}
      />
    </Page.Main>
  );
};
