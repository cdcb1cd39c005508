import {
  useActOnWebhookScheduleMutation,
  useRunWebhookScheduleMutation,
} from '../../services/schedules';

import { useNotify } from '../../hooks/useNotify';
import { pathOfMessages } from '../../utils/paths';

import type { ScheduleView } from '../../../../server/src/panel/contract';

/** Actions of a schedule that need no confirmation. */
export const useScheduleActions = ({ scheduleId, paused }: ScheduleView) => {
  const notify = useNotify();
  const [act, acting] = useActOnWebhookScheduleMutation();
  const [run, running] = useRunWebhookScheduleMutation();

  return {
    isBusy: acting.isLoading || running.isLoading,
    toggle: async () => {
      const result = await act({ scheduleId, action: paused ? 'resume' : 'pause' });
      notify.settled(result, paused ? 'schedule.resumed' : 'schedule.paused');
    },
    runNow: async () => {
      const result = await run(scheduleId);
      const messageIds = 'data' in result ? (result.data?.messageIds ?? []) : [];
      notify.settled(
        result,
        'topic.published',
        { count: messageIds.length },
        pathOfMessages(messageIds, { scheduleId: [scheduleId] })
      );
    },
  };
};
