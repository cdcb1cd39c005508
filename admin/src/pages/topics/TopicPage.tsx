import { Button, Flex } from '@strapi/design-system';
import { Trash } from '@strapi/icons';
import { Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useNavigate, useParams } from 'react-router-dom';

import { CopyAsCode } from '../../components/CodeDialog';
import { DetailPage } from '../../components/DetailPage';
import { ManagedNotice } from '../../components/Managed';
import { NotFoundPage } from '../../components/NotFoundPage';
import { DeleteTopicDialog } from './DeleteTopicDialog';
import { PublishDialog } from './PublishDialog';
import { TopicForm, type TopicFormProps } from './TopicForm';
import { usePermissions, type Can } from '../../hooks/usePermissions';
import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { useGetWebhookTopicQuery } from '../../services/topics';
import { ROOT, topicPath } from '../../utils/paths';
import { NOT_FOUND, statusOf } from '../../utils/apiError';
import { t } from '../../utils/translation';

import type { TopicView } from '../../../../server/src/panel/contract';

/** Loads the choices, then shows the form. */
const Editor = (props: Omit<TopicFormProps, 'catalog' | 'endpoints'> & { can: Can }) => {
  const { can, ...rest } = props;
  const catalog = useGetWebhooksCatalogQuery();
  const endpoints = useListWebhookEndpointsQuery(undefined, { skip: !can('endpoints.read') });

  if (catalog.isLoading || endpoints.isLoading) return <Page.Loading />;
  if (!catalog.data) return <Page.Error />;
  // Without the permission to read endpoints, those of the topic are known by it.
  const choices = endpoints.data ?? rest.topic?.endpoints ?? [];
  return <TopicForm {...rest} catalog={catalog.data} endpoints={choices} />;
};

interface TopicActionsProps {
  topic: TopicView;
  can: Can;
}

const TopicActions = ({ topic, can }: TopicActionsProps) => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const [isDeleting, setIsDeleting] = useState(false);

  return (
    <Flex gap={2} wrap="wrap">
      {can('topics.delete') && topic.managedBy === null && (
        <Button variant="danger-light" startIcon={<Trash />} onClick={() => setIsDeleting(true)}>
          {formatMessage(t('action.delete'))}
        </Button>
      )}
      <CopyAsCode of={{ section: 'topics', id: topic.id }} />
      {can('messages.publish') && <PublishDialog topic={topic} />}
      <DeleteTopicDialog
        topic={isDeleting ? topic : null}
        onClose={() => setIsDeleting(false)}
        onDeleted={() => navigate(`${ROOT}/topics`, { replace: true })}
      />
    </Flex>
  );
};

const NewTopic = () => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const can = usePermissions();

  return (
    <DetailPage
      list="topics"
      title={formatMessage(t('topics.create'))}
      subtitle={formatMessage(t('topic.subtitle'))}
    >
      <Editor
        topic={undefined}
        can={can}
        canSave={can('topics.create')}
        onSaved={(saved) => navigate(topicPath(saved.id), { replace: true })}
      />
    </DetailPage>
  );
};

const StoredTopic = ({ id }: { id: number }) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const {
    data: topic,
    isLoading,
    error,
    refetch,
  } = useGetWebhookTopicQuery(id, {
    refetchOnMountOrArgChange: true,
    skip: Number.isNaN(id),
  });
  const [reloads, setReloads] = useState(0);

  if (isLoading) return <Page.Loading />;
  if (Number.isNaN(id) || (error && statusOf(error) === NOT_FOUND)) {
    return <NotFoundPage list="topics" content={formatMessage(t('topic.not-found'))} />;
  }
  if (!topic) return <Page.Error />;
  const reload = async () => {
    await refetch();
    setReloads(reloads + 1);
  };

  return (
    <DetailPage
      list="topics"
      title={topic.name}
      subtitle={formatMessage(t('topic.subtitle'))}
      actions={<TopicActions topic={topic} can={can} />}
    >
      <Flex direction="column" alignItems="stretch" gap={6}>
        <ManagedNotice file={topic.managedBy} text="managed.notice.topic" />
        <Editor
          key={reloads}
          topic={topic}
          can={can}
          canSave={can('topics.update') && topic.managedBy === null}
          fetchLatest={() => refetch().unwrap()}
          onReload={() => void reload()}
        />
      </Flex>
    </DetailPage>
  );
};

/** Page of a topic, `/topics/7`, or of a new one, `/topics/new`. */
export const TopicPage = () => {
  const { id = 'new' } = useParams<'id'>();
  return id === 'new' ? <NewTopic /> : <StoredTopic key={id} id={Number(id)} />;
};
