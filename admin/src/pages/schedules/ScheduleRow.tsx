import { Flex, Link, Typography } from '@strapi/design-system';
import { Lightning, List, Pencil, Play, Stop, Trash } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { NavLink, useNavigate } from 'react-router-dom';

import { useDestinationName } from './useDestinationName';
import { useScheduleActions } from './useScheduleActions';
import { messagePath, messagesPath, schedulePath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { CellDetail } from '../../components/FittingTable';
import { Instant } from '../../components/Instant';
import { PausedBadge } from '../../components/PausedBadge';
import { ManagedBy } from '../../components/Managed';
import { RowMenu } from '../../components/RowMenu';
import { StatusBadge } from '../../components/StatusBadge';

import { CronText } from './CronText';
import { Td, Tr } from '../../components/Table';

import type { Can } from '../../hooks/usePermissions';
import type { ScheduleView } from '../../../../server/src/panel/contract';

interface ScheduleRowProps {
  schedule: ScheduleView;
  can: Can;
  onDelete: () => void;
}

const LastRun = ({ schedule, canRead }: { schedule: ScheduleView; canRead: boolean }) => {
  const { formatMessage } = useIntl();
  const { lastAt, lastError, lastMessageIds } = schedule;
  const [first] = lastMessageIds;
  if (lastAt === null) return <Typography textColor="neutral600">–</Typography>;
  return (
    <Flex direction="column" alignItems="flex-start">
      {canRead && first !== undefined ? (
        <Link tag={NavLink} to={messagePath(first)}>
          <Instant at={lastAt} />
        </Link>
      ) : (
        <Typography>
          <Instant at={lastAt} />
        </Typography>
      )}
      {lastError !== null && (
        <Typography variant="pi" textColor="danger600">
          {formatMessage(t('schedule.failed'), { reason: lastError })}
        </Typography>
      )}
    </Flex>
  );
};

/** One schedule: cron, destination and last run. */
export const ScheduleRow = ({ schedule, can, onDelete }: ScheduleRowProps) => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const nameOf = useDestinationName();
  const actions = useScheduleActions(schedule);
  const { scheduleId, paused, nextAt, problem } = schedule;
  const canUpdate = can('schedules.update');

  return (
    <Tr>
      <Td>
        <Link tag={NavLink} to={schedulePath(scheduleId)}>
          {nameOf(schedule)}
        </Link>
        <CellDetail>{scheduleId}</CellDetail>
        <ManagedBy file={schedule.managedBy} />
      </Td>
      <Td>
        <CronText cron={schedule.cron} timezone={schedule.timezone} />
      </Td>
      <Td>
        <Typography>{nextAt === null ? '–' : <Instant at={nextAt} />}</Typography>
      </Td>
      <Td>
        <LastRun schedule={schedule} canRead={can('messages.read')} />
      </Td>
      <Td>
        {problem === null ? (
          <PausedBadge paused={paused} />
        ) : (
          <StatusBadge variant="danger">{formatMessage(t('schedule.unreadable'))}</StatusBadge>
        )}
      </Td>
      <Td>
        <RowMenu
          name={scheduleId}
          actions={[
            can('messages.read') && {
              label: formatMessage(t('list.messages')),
              icon: <List />,
              onSelect: () => navigate(messagesPath({ scheduleId: [scheduleId] })),
            },
            canUpdate &&
              problem === null && {
                label: formatMessage(t('schedule.run')),
                icon: <Lightning />,
                onSelect: () => void actions.runNow(),
              },
            canUpdate && {
              label: formatMessage(t(paused ? 'resume.action' : 'pause.action')),
              icon: paused ? <Play /> : <Stop />,
              onSelect: () => void actions.toggle(),
            },
            canUpdate && {
              label: formatMessage(t('action.edit')),
              icon: <Pencil />,
              onSelect: () => navigate(schedulePath(scheduleId)),
            },
            can('schedules.delete') &&
              schedule.managedBy === null && {
                label: formatMessage(t('action.delete')),
                icon: <Trash />,
                isDanger: true,
                onSelect: onDelete,
              },
          ]}
        />
      </Td>
    </Tr>
  );
};
