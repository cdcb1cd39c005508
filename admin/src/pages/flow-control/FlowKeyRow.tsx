import { Flex, Typography } from '@strapi/design-system';
import { ClockCounterClockwise, List, Lock, Pin, Play, Stop } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { useNavigate } from 'react-router-dom';

import { useFormatCount } from '../../hooks/useFormatCount';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useNotify } from '../../hooks/useNotify';
import { useActOnWebhookFlowKeyMutation, type FlowKeyAction } from '../../services/limits';
import { messagesPath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { PausedBadge } from '../../components/PausedBadge';
import { RowMenu } from '../../components/RowMenu';
import { StatusBadge } from '../../components/StatusBadge';
import { Td, Tr } from '../../components/Table';

import type { Can } from '../../hooks/usePermissions';
import type { FlowKeyView } from '../../../../server/src/panel/contract';

interface FlowKeyRowProps {
  flowKey: FlowKeyView;
  can: Can;
  onPin: () => void;
}

const DONE = {
  pause: 'flow.done.pause',
  resume: 'flow.done.resume',
  unpin: 'flow.done.unpin',
  'reset-rate': 'flow.done.reset-rate',
} as const;

const Limit = ({ text, used, isPinned }: { text: string; used: string; isPinned: boolean }) => {
  const { formatMessage } = useIntl();
  return (
    <Flex direction="column" alignItems="flex-start">
      <Flex gap={2} wrap="wrap">
        <Typography>{text}</Typography>
        {isPinned && (
          <StatusBadge variant="secondary">{formatMessage(t('flow.pinned'))}</StatusBadge>
        )}
      </Flex>
      <Typography variant="pi" textColor="neutral600">
        {used}
      </Typography>
    </Flex>
  );
};

/** One flow-control key: limits, usage and waiting messages. */
export const FlowKeyRow = ({ flowKey, can, onPin }: FlowKeyRowProps) => {
  const { formatMessage, formatNumber } = useIntl();
  const formatCount = useFormatCount();
  const formatDuration = useFormatDuration();
  const navigate = useNavigate();
  const notify = useNotify();
  const [act] = useActOnWebhookFlowKeyMutation();
  const { key, rate, parallelism, paused, ratePinned, parallelismPinned } = flowKey;
  const canUpdate = can('flow-control.update');
  const unlimited = formatMessage(t('flow.unlimited'));

  const run = async (action: FlowKeyAction) =>
    void notify.settled(await act({ key, action }), DONE[action], { name: key });

  return (
    <Tr>
      <Td>
        <Typography fontWeight="bold" ellipsis tag="p" maxWidth="28rem" title={key}>
          {key}
        </Typography>
      </Td>
      <Td>
        <Limit
          text={
            rate === null
              ? unlimited
              : formatMessage(t('flow.rate.of'), {
                  count: rate,
                  period: formatDuration(flowKey.periodMs),
                })
          }
          used={formatMessage(t('flow.rate.used'), { count: flowKey.rateUsed })}
          isPinned={ratePinned}
        />
      </Td>
      <Td>
        <Limit
          text={parallelism === null ? unlimited : formatNumber(parallelism)}
          used={formatMessage(t('flow.in-flight'), { count: flowKey.inFlight })}
          isPinned={parallelismPinned}
        />
      </Td>
      <Td>
        <Typography>{formatCount(flowKey.waiting)}</Typography>
      </Td>
      <Td>
        <PausedBadge paused={paused} />
      </Td>
      <Td>
        <RowMenu
          name={key}
          actions={[
            can('messages.read') && {
              label: formatMessage(t('list.messages')),
              icon: <List />,
              onSelect: () => navigate(messagesPath({ flowControlKey: [key] })),
            },
            canUpdate && {
              label: formatMessage(t(paused ? 'resume.action' : 'pause.action')),
              icon: paused ? <Play /> : <Stop />,
              onSelect: () => void run(paused ? 'resume' : 'pause'),
            },
            canUpdate && {
              label: formatMessage(t('flow.pin')),
              icon: <Pin />,
              onSelect: onPin,
            },
            canUpdate &&
              (ratePinned || parallelismPinned) && {
                label: formatMessage(t('flow.unpin')),
                icon: <Lock />,
                onSelect: () => void run('unpin'),
              },
            canUpdate && {
              label: formatMessage(t('flow.reset-rate')),
              icon: <ClockCounterClockwise />,
              onSelect: () => void run('reset-rate'),
            },
          ]}
        />
      </Td>
    </Tr>
  );
};
