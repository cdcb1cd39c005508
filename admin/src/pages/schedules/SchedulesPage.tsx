import { LinkButton } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { ListTable } from '../../components/ListTable';
import { DeleteScheduleDialog } from './DeleteScheduleDialog';
import { ScheduleRow } from './ScheduleRow';
import { usePermissions } from '../../hooks/usePermissions';
import { useListWebhookSchedulesQuery } from '../../services/schedules';
import { schedulePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { ScheduleView } from '../../../../server/src/panel/contract';

const COLUMNS = ['destination', 'when', 'next', 'last', 'state'] as const;

/** Page of the schedules. */
export const SchedulesPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data, isLoading, isError } = useListWebhookSchedulesQuery(undefined, {
    refetchOnMountOrArgChange: true,
    // A cron runs at most once a minute.
    pollingInterval: 60_000,
  });
  const [doomed, setDoomed] = useState<ScheduleView | null>(null);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

  const create = can('schedules.create') && (
    <LinkButton tag={NavLink} to={schedulePath('new')} startIcon={<Plus />}>
      {formatMessage(t('schedules.create'))}
    </LinkButton>
  );

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('schedules.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('schedules.title'))}
        subtitle={formatMessage(t('schedules.subtitle'))}
        primaryAction={data.length > 0 && create}
      />
      <Layouts.Content>
        <ListTable
          rows={data.map((schedule) => ({ ...schedule, id: schedule.scheduleId }))}
          columns={COLUMNS.map((name) => ({
            name,
            label: formatMessage(t(`schedules.column.${name}`)),
          }))}
          renderRow={(schedule) => (
            <ScheduleRow
              key={schedule.scheduleId}
              schedule={schedule}
              can={can}
              onDelete={() => setDoomed(schedule)}
            />
          )}
          empty={{ content: formatMessage(t('schedules.empty')), action: create }}
        />
      </Layouts.Content>
      {doomed !== null && (
        <DeleteScheduleDialog
          schedule={doomed}
          onClose={() => setDoomed(null)}
          onDeleted={() => setDoomed(null)}
        />
      )}
    </Page.Main>
  );
};
