import { Button, Flex } from '@strapi/design-system';
import { Lightning, Play, Stop, Trash } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useNavigate } from 'react-router-dom';

import { CopyAsCode } from '../../components/CodeDialog';
import { useScheduleActions } from './useScheduleActions';
import { ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';

import { DeleteScheduleDialog } from './DeleteScheduleDialog';

import type { Can } from '../../hooks/usePermissions';
import type { ScheduleView } from '../../../../server/src/panel/contract';

interface ScheduleActionsProps {
  schedule: ScheduleView;
  can: Can;
}

export const ScheduleActions = ({ schedule, can }: ScheduleActionsProps) => {
  const { formatMessage } = useIntl();
  const navigate = useNavigate();
  const { isBusy, toggle, runNow } = useScheduleActions(schedule);
  const [isDeleting, setIsDeleting] = useState(false);
  const { paused, problem } = schedule;

  return (
    <Flex gap={2} wrap="wrap">
      {can('schedules.delete') && schedule.managedBy === null && (
        <Button variant="danger-light" startIcon={<Trash />} onClick={() => setIsDeleting(true)}>
          {formatMessage(t('action.delete'))}
        </Button>
      )}
      {problem === null && <CopyAsCode of={{ section: 'schedules', id: schedule.scheduleId }} />}
      {can('schedules.update') && (
        <>
          <Button
            variant="tertiary"
            startIcon={paused ? <Play /> : <Stop />}
            disabled={isBusy}
            onClick={() => void toggle()}
          >
            {formatMessage(t(paused ? 'resume.action' : 'pause.action'))}
          </Button>
          {problem === null && (
            <Button
              variant="secondary"
              startIcon={<Lightning />}
              disabled={isBusy}
              onClick={() => void runNow()}
            >
              {formatMessage(t('schedule.run'))}
            </Button>
          )}
        </>
      )}
      {isDeleting && (
        <DeleteScheduleDialog
          schedule={schedule}
          onClose={() => setIsDeleting(false)}
          onDeleted={() => navigate(`${ROOT}/schedules`, { replace: true })}
        />
      )}
    </Flex>
  );
};
