import { Button, Flex, MenuItem, SimpleMenu, Typography } from '@strapi/design-system';
import { ArrowsCounterClockwise, Duplicate, PaperPlane } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useCopy } from '../../hooks/useCopy';
import { useNotify } from '../../hooks/useNotify';
import { useActOnWebhookMessageMutation } from '../../services/messages';
import { curlCommand, fetchCall, httpieCommand } from './requestCode';
import { isHttp } from '../../utils/requestLine';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

import type { Can } from '../../hooks/usePermissions';
import type { MessageDetail } from '../../../../server/src/panel/contract';

type Action = 'replay' | 'cancel' | 'send-now';

/** Actions that the server allows. */
export const possibleFor = ({ state, held, endpointDeleted }: MessageDetail): readonly Action[] => {
  if (state === 'active') return ['cancel'];
  if (state === 'pending') return held ? ['cancel'] : ['send-now', 'cancel'];
  return endpointDeleted ? [] : ['replay'];
};

const PERMISSION = {
  replay: 'messages.replay',
  cancel: 'messages.cancel',
  'send-now': 'messages.replay',
} as const;

interface MessageActionsProps {
  message: MessageDetail;
  can: Can;
  /** Called before an attempt is asked for. */
  onAsked: () => void;
}

/** Actions of a message. Replaying a delivered message and canceling ask for confirmation. */
export const MessageActions = ({ message, can, onAsked }: MessageActionsProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const copy = useCopy();
  const [act, { isLoading }] = useActOnWebhookMessageMutation();
  const [asking, setAsking] = useState<'replay' | 'cancel' | null>(null);
  const isPossible = (action: Action) =>
    possibleFor(message).includes(action) && can(PERMISSION[action]);

  const run = async (action: Action) => {
    if (action !== 'cancel') onAsked();
    const result = await act({ messageId: message.messageId, action });
    setAsking(null);
    if ('error' in result) return notify.failure(result.error);
    return notify.success(`message.done.${action}`);
  };

  return (
    <Flex gap={2} wrap="wrap">
      {isHttp(message.url) && (
        <SimpleMenu
          variant="tertiary"
          startIcon={<Duplicate />}
          label={formatMessage(t('message.copy'))}
        >
          <MenuItem onSelect={() => void copy(curlCommand(message))}>
            {formatMessage(t('message.copy-curl'))}
          </MenuItem>
          <MenuItem onSelect={() => void copy(httpieCommand(message))}>
            {formatMessage(t('message.copy-httpie'))}
          </MenuItem>
          <MenuItem onSelect={() => void copy(fetchCall(message))}>
            {formatMessage(t('message.copy-fetch'))}
          </MenuItem>
        </SimpleMenu>
      )}
      {isPossible('cancel') && (
        <Button variant="danger-light" onClick={() => setAsking('cancel')}>
          {formatMessage(t('message.cancel'))}
        </Button>
      )}
      {isPossible('send-now') && (
        <Button
          startIcon={<PaperPlane />}
          aria-keyshortcuts="r"
          loading={isLoading}
          onClick={() => void run('send-now')}
        >
          {formatMessage(t('message.send-now'))}
        </Button>
      )}
      {isPossible('replay') && (
        <Button
          startIcon={<ArrowsCounterClockwise />}
          aria-keyshortcuts="r"
          loading={isLoading}
          onClick={() => (message.state === 'delivered' ? setAsking('replay') : void run('replay'))}
        >
          {formatMessage(t('message.replay'))}
        </Button>
      )}
      <ConfirmAction
        isOpen={asking !== null}
        onClose={() => setAsking(null)}
        title={formatMessage(t(asking === 'replay' ? 'message.replay' : 'message.cancel'))}
        confirmLabel={formatMessage(t(asking === 'replay' ? 'message.replay' : 'message.cancel'))}
        dismissLabel={formatMessage(t(asking === 'replay' ? 'action.cancel' : 'message.keep'))}
        variant={asking === 'replay' ? 'default' : 'danger-light'}
        isBusy={isLoading}
        onConfirm={() => run(asking ?? 'cancel')}
      >
        <Typography textAlign="center">
          {formatMessage(t(asking === 'replay' ? 'message.replay.sure' : 'message.cancel.sure'))}
        </Typography>
      </ConfirmAction>
    </Flex>
  );
};
