import { Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useNavigate, useParams } from 'react-router-dom';

import { DetailPage } from '../../components/DetailPage';
import { EndpointActions, type EndpointDialog } from './EndpointActions';
import { EndpointDialogs } from './EndpointDialogs';
import {
  EndpointForm,
  urlWarningOf,
  type CreatedEndpoint,
  type EndpointFormProps,
} from './EndpointForm';
import { EndpointNotice } from './EndpointNotice';
import { EndpointTabs } from './EndpointTabs';
import { SecretDialog } from './SecretDialog';
import { usePermissions, type Can } from '../../hooks/usePermissions';
import { useGetWebhookEndpointQuery } from '../../services/endpoints';
import { useListWebhookTopicsQuery } from '../../services/topics';
import { endpointPath } from '../../utils/paths';
import { t } from '../../utils/translation';

/** Loads the topics, then shows the form. */
const Editor = ({ can, ...props }: Omit<EndpointFormProps, 'topics'> & { can: Can }) => {
  const topics = useListWebhookTopicsQuery(undefined, { skip: !can('topics.read') });
  if (topics.isLoading) return <Page.Loading />;
  return <EndpointForm {...props} topics={topics.data ?? []} />;
};

const NewEndpoint = () => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const can = usePermissions();
  const [created, setCreated] = useState<CreatedEndpoint | null>(null);

  return (
    <DetailPage
      list="endpoints"
      title={formatMessage(t('endpoints.create'))}
      subtitle={formatMessage(t('endpoint.subtitle'))}
    >
      <Editor
        endpoint={undefined}
        can={can}
        canSave={can('endpoints.create')}
        onCreated={setCreated}
      />
      <SecretDialog
        secret={created?.secret ?? null}
        onClose={() =>
          created &&
          navigate(endpointPath(created.id), {
            replace: true,
            state: { urlWarning: urlWarningOf(created) },
          })
        }
      />
    </DetailPage>
  );
};

const StoredEndpoint = ({ id }: { id: number }) => {
  const can = usePermissions();
  const {
    data: endpoint,
    isLoading,
    refetch,
  } = useGetWebhookEndpointQuery(id, {
    refetchOnMountOrArgChange: true,
  });
  const [dialog, setDialog] = useState<EndpointDialog | null>(null);
  const [reloads, setReloads] = useState(0);

  if (isLoading) return <Page.Loading />;
  if (!endpoint) return <Page.Error />;
  const reload = async () => {
    await refetch();
    setReloads(reloads + 1);
  };

  return (
    <DetailPage
      list="endpoints"
      title={endpoint.name}
      subtitle={endpoint.url}
      actions={<EndpointActions endpoint={endpoint} can={can} onOpen={setDialog} />}
    >
      <EndpointTabs
        endpoint={endpoint}
        canReadMessages={can('messages.read')}
        settings={
          <Editor
            key={reloads}
            endpoint={endpoint}
            can={can}
            canSave={can('endpoints.update')}
            fetchLatest={() => refetch().unwrap()}
            onReload={() => void reload()}
          />
        }
        notice={
          <EndpointNotice
            endpoint={endpoint}
            onResume={can('endpoints.update') ? () => setDialog('resume') : undefined}
          />
        }
      />
      <EndpointDialogs endpoint={endpoint} open={dialog} onClose={() => setDialog(null)} />
    </DetailPage>
  );
};

/** Page of an endpoint, `/endpoints/7`, or of a new one, `/endpoints/new`. */
export const EndpointPage = () => {
  const { id = 'new' } = useParams<'id'>();
  return id === 'new' ? <NewEndpoint /> : <StoredEndpoint key={id} id={Number(id)} />;
};
