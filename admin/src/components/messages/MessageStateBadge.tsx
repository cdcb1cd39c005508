import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { StatusBadge } from '../StatusBadge';

import type { MessageView } from '../../../../server/src/panel/contract';

export const VARIANTS = {
  pending: 'secondary',
  retrying: 'warning',
  held: 'warning',
  active: 'primary',
  delivered: 'success',
  dead: 'danger',
  canceled: 'neutral',
} as const;

/** On hold and Retrying are not states of the queue. They follow from other fields. */
export const appearanceOf = ({
  state,
  held,
  attempts,
}: Pick<MessageView, 'state' | 'held' | 'attempts'>): keyof typeof VARIANTS => {
  if (state !== 'pending') return state;
  if (held) return 'held';
  return attempts > 0 ? 'retrying' : 'pending';
};

/** Key of the word for it. A canceled message that another one replaced says so. */
export const stateWordOf = (
  message: Pick<MessageView, 'state' | 'held' | 'attempts' | 'supersededBy'>
) => {
  const appearance = appearanceOf(message);
  const isReplaced = appearance === 'canceled' && message.supersededBy !== null;
  return `message.state.${isReplaced ? 'replaced' : appearance}` as const;
};

export const MessageStateBadge = ({ message }: { message: MessageView }) => {
  const { formatMessage } = useIntl();
  return (
    <StatusBadge variant={VARIANTS[appearanceOf(message)]}>
      {formatMessage(t(stateWordOf(message)))}
    </StatusBadge>
  );
};
