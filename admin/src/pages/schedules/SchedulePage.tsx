import { Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useNavigate, useParams } from 'react-router-dom';

import { Copyable } from '../../components/Copyable';
import { DetailPage } from '../../components/DetailPage';
import { NotFoundPage } from '../../components/NotFoundPage';
import { ScheduleActions } from './ScheduleActions';
import { ScheduleFacts } from './ScheduleFacts';
import { ScheduleForm, type ScheduleFormProps } from './ScheduleForm';
import { useDestinationName } from './useDestinationName';
import { usePermissions, type Can } from '../../hooks/usePermissions';
import { useListWebhookEndpointsQuery } from '../../services/endpoints';
import { useGetWebhookScheduleQuery } from '../../services/schedules';
import { useListWebhookTopicsQuery } from '../../services/topics';
import { NOT_FOUND, statusOf } from '../../utils/apiError';
import { schedulePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { ScheduleView, TopicView } from '../../../../server/src/panel/contract';

/** Adds the schedule's own destination: it may be deleted, or not listed without the permission. */
const including = <T,>(listed: readonly T[] = [], own: T | null, isSame: (one: T) => boolean) =>
  own === null || listed.some(isSame) ? listed : [...listed, own];

/** Loads the destinations, then shows the form. */
const Editor = ({
  can,
  ...props
}: Omit<ScheduleFormProps, 'topics' | 'endpoints'> & { can: Can }) => {
  const topics = useListWebhookTopicsQuery(undefined, { skip: !can('topics.read') });
  const endpoints = useListWebhookEndpointsQuery(undefined, { skip: !can('endpoints.read') });
  if (topics.isLoading || endpoints.isLoading) return <Page.Loading />;
  const { topic = null, endpoint = null } = props.schedule ?? {};
  const named = topic === null ? null : { name: topic };
  return (
    <ScheduleForm
      {...props}
      topics={including<Pick<TopicView, 'name'>>(topics.data, named, ({ name }) => name === topic)}
      endpoints={including<NonNullable<ScheduleView['endpoint']>>(
        endpoints.data,
        endpoint,
        ({ id }) => id === endpoint?.id
      )}
    />
  );
};

const NewSchedule = () => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const can = usePermissions();

  return (
    <DetailPage
      list="schedules"
      title={formatMessage(t('schedules.create'))}
      subtitle={formatMessage(t('schedules.subtitle'))}
    >
      <Editor
        schedule={undefined}
        can={can}
        canSave={can('schedules.create')}
        onCreated={({ scheduleId }) => navigate(schedulePath(scheduleId), { replace: true })}
      />
    </DetailPage>
  );
};

const StoredSchedule = ({ scheduleId }: { scheduleId: string }) => {
  const { formatMessage } = useIntl();
  const nameOf = useDestinationName();
  const can = usePermissions();
  const {
    data: schedule,
    isLoading,
    error,
    refetch,
  } = useGetWebhookScheduleQuery(scheduleId, {
    refetchOnMountOrArgChange: true,
  });
  const [reloads, setReloads] = useState(0);

  if (isLoading) return <Page.Loading />;
  if (error && statusOf(error) === NOT_FOUND) {
    return <NotFoundPage list="schedules" content={formatMessage(t('schedule.not-found'))} />;
  }
  if (!schedule) return <Page.Error />;
  const reload = async () => {
    await refetch();
    setReloads(reloads + 1);
  };

  return (
    <DetailPage
      list="schedules"
      title={nameOf(schedule)}
      subtitle={<Copyable text={scheduleId} label={formatMessage(t('schedule.id'))} />}
      actions={<ScheduleActions schedule={schedule} can={can} />}
    >
      <ScheduleFacts schedule={schedule} canReadMessages={can('messages.read')} />
      <Editor
        key={reloads}
        schedule={schedule}
        can={can}
        canSave={
          can('schedules.update') && schedule.problem === null && schedule.managedBy === null
        }
        fetchLatest={() => refetch().unwrap()}
        onReload={() => void reload()}
      />
    </DetailPage>
  );
};

/** Page of a schedule, `/schedules/scd_…`, or of a new one, `/schedules/new`. */
export const SchedulePage = () => {
  const { scheduleId = 'new' } = useParams<'scheduleId'>();
  return scheduleId === 'new' ? (
    <NewSchedule />
  ) : (
    <StoredSchedule key={scheduleId} scheduleId={scheduleId} />
  );
};
