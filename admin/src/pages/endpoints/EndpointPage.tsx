import { Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useNavigate, useParams } from 'react-router-dom';

import { Copyable } from '../../components/Copyable';
import { DetailPage } from '../../components/DetailPage';
import { failureOf } from '../../components/doctor/diagnose';
import { FailureDoctor } from '../../components/doctor/FailureDoctor';
import { JobProgress } from '../../components/messages/JobProgress';
import { ManagedNotice } from '../../components/Managed';
import { NotFoundPage } from '../../components/NotFoundPage';
import { EndpointBadge } from '../../components/EndpointBadge';
import { EndpointActions, type EndpointDialog } from './EndpointActions';
import { EndpointDialogs } from './EndpointDialogs';
import {
  EndpointForm,
  urlWarningOf,
  type CreatedEndpoint,
  type EndpointFormProps,
} from './EndpointForm';
import { EndpointNotice } from './EndpointNotice';
import { HeldDocuments } from './HeldDocuments';
import { WaitingBatch } from './WaitingBatch';
import { EndpointTabs } from './EndpointTabs';
import { SchemaNotice } from './SchemaNotice';
import { SecretDialog } from './SecretDialog';
import { useAddressPart } from '../../hooks/useAddressPart';
import { useNotify } from '../../hooks/useNotify';
import { usePermissions, type Can } from '../../hooks/usePermissions';
import { useLiveRefetch } from '../../hooks/useRefetchWhile';
import {
  useGetWebhookEndpointQuery,
  useResumeWebhookEndpointMutation,
} from '../../services/endpoints';
import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { useListWebhookTopicsQuery } from '../../services/topics';
import { endpointPath } from '../../utils/paths';
import { NOT_FOUND, statusOf } from '../../utils/apiError';
import { isPulled } from '../../utils/pull';
import { t } from '../../utils/translation';

import type { EndpointView } from '../../../../server/src/panel/contract';

/** Loads the topics, then shows the form: read-only if a file manages the endpoint. */
const Editor = ({ can, ...props }: Omit<EndpointFormProps, 'topics'> & { can: Can }) => {
  const topics = useListWebhookTopicsQuery(undefined, { skip: !can('topics.read') });
  const { endpoint } = props;
  const isSetup = endpoint === undefined && can('topics.read') && can('topics.create');
  const catalog = useGetWebhooksCatalogQuery(undefined, { skip: !isSetup });
  if (topics.isLoading || catalog.isLoading) return <Page.Loading />;
  return (
    <EndpointForm
      {...props}
      canSave={props.canSave && !endpoint?.managedBy}
      topics={topics.data ?? endpoint?.topics ?? []}
      catalog={isSetup ? catalog.data : undefined}
    />
  );
};

const NewEndpoint = () => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const can = usePermissions();
  const [created, setCreated] = useState<CreatedEndpoint | null>(null);
  const mayTest = can('endpoints.test') && can('topics.read') && (created?.topics.length ?? 0) > 0;
  const open = (testsEntry: boolean) =>
    created &&
    navigate(endpointPath(created.id), {
      replace: true,
      state: { urlWarning: urlWarningOf(created), testsEntry },
    });

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
        shown={created}
        isPulled={created !== null && isPulled(created)}
        onClose={() => open(false)}
        {...(mayTest && { onTest: () => open(true) })}
      />
    </DetailPage>
  );
};

/** Why the endpoint fails, and what to do. */
const EndpointDoctor = ({ endpoint }: { endpoint: EndpointView }) => {
  const failure = failureOf(endpoint);
  return failure && <FailureDoctor failure={failure} endpointId={endpoint.id} />;
};

/** Where messages are sent, or claimed by the receiver. */
const addressOf = ({ pullUrl, url }: EndpointView): string => pullUrl ?? url;

/** The dialog that the address names, `?open=rotate`, where it makes sense and the user may. */
function linkedDialog(
  name: string | null,
  { state }: EndpointView,
  can: Can
): EndpointDialog | null {
  if (name === 'rotate' && can('endpoints.rotate-secret')) return name;
  return name === 'resume' && state !== 'active' && can('endpoints.update') ? name : null;
}

const StoredEndpoint = ({ id }: { id: number }) => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const {
    data: endpoint,
    isLoading,
    error,
    refetch,
  } = useGetWebhookEndpointQuery(id, {
    refetchOnMountOrArgChange: true,
    skip: Number.isNaN(id),
  });
  const [dialog, setDialog] = useState<EndpointDialog | null>(null);
  const [linked, setLinked] = useAddressPart('open');
  const notify = useNotify();
  const [resume] = useResumeWebhookEndpointMutation();
  useLiveRefetch(endpoint !== undefined && endpoint.breaker !== null, refetch);
  const [reloads, setReloads] = useState(0);

  if (isLoading) return <Page.Loading />;
  if (Number.isNaN(id) || (error && statusOf(error) === NOT_FOUND)) {
    return <NotFoundPage list="endpoints" content={formatMessage(t('endpoint.not-found'))} />;
  }
  if (!endpoint) return <Page.Error />;
  const reload = async () => {
    await refetch();
    setReloads(reloads + 1);
  };
  const tryNow = async () =>
    notify.settled(await resume({ id, held: 'deliver' }), 'endpoint.tried');

  return (
    <DetailPage
      list="endpoints"
      title={endpoint.name}
      badge={<EndpointBadge endpoint={endpoint} />}
      subtitle={<Copyable text={addressOf(endpoint)} label={formatMessage(t('endpoint.url'))} />}
      actions={<EndpointActions endpoint={endpoint} can={can} onOpen={setDialog} />}
    >
      <EndpointTabs
        endpoint={endpoint}
        canTest={can('endpoints.test')}
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
          <>
            <ManagedNotice file={endpoint.managedBy} />
            <EndpointNotice
              endpoint={endpoint}
              onResume={can('endpoints.update') ? () => setDialog('resume') : undefined}
              onTry={can('endpoints.update') ? () => void tryNow() : undefined}
            />
            {can('messages.read') && (
              <JobProgress endpointId={endpoint.id} onProgress={() => void refetch()} />
            )}
            <SchemaNotice endpoint={endpoint} />
            {endpoint.delivery.mode === 'batch' && (
              <WaitingBatch endpointId={endpoint.id} canSend={can('endpoints.update')} />
            )}
            <HeldDocuments endpointId={endpoint.id} canRelease={can('endpoints.update')} />
            <EndpointDoctor endpoint={endpoint} />
          </>
        }
      />
      <EndpointDialogs
        endpoint={endpoint}
        open={dialog ?? linkedDialog(linked, endpoint, can)}
        onClose={() => {
          setDialog(null);
          setLinked(null);
        }}
      />
    </DetailPage>
  );
};

/** Page of an endpoint, `/endpoints/7`, or of a new one, `/endpoints/new`. */
export const EndpointPage = () => {
  const { id = 'new' } = useParams<'id'>();
  return id === 'new' ? <NewEndpoint /> : <StoredEndpoint key={id} id={Number(id)} />;
};
