import { Box, Link, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useTypeName } from '../../hooks/useTypeName';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { CellDetail } from '../FittingTable';
import { Instant } from '../Instant';
import { SelectCell, type Selection } from '../ListTable';

import { EndpointLink } from './EndpointLink';
import { MessageStateBadge } from './MessageStateBadge';
import { OutcomeBadge } from './OutcomeBadge';
import { Td, Tr } from '../Table';

import type { ReactNode } from 'react';
import type { MessageView } from '../../../../server/src/panel/contract';

interface MessageRowProps {
  message: MessageView;
  selection?: Selection;
  hasReceiver: boolean;
  actions?: ReactNode;
}

/** Time of the next attempt, or of completion. */
export const NextStep = ({ message }: { message: MessageView }) => {
  const { formatMessage } = useIntl();
  const { state, heldBy, batched, notBefore, finishedAt } = message;

  if (heldBy === 'document') return <>{formatMessage(t('message.next.held-document'))}</>;
  if (heldBy === 'endpoint') return <>{formatMessage(t('message.next.held'))}</>;
  if (batched) return <>{formatMessage(t('message.next.batched'))}</>;
  if (state === 'active') return <>{formatMessage(t('message.next.active'))}</>;
  if (notBefore !== null) {
    return (
      <>{formatMessage(t('message.next.due'), { when: <Instant key="when" at={notBefore} /> })}</>
    );
  }
  return finishedAt === null ? <>–</> : <Instant at={finishedAt} />;
};

/** The entry of a message: its title, content type and locale. The id of a message that is about none. */
export const aboutOf = (message: MessageView, typeName: (uid: string) => string): string => {
  const { uid, entryTitle, entryLocale, messageId } = message;
  if (uid === null) return messageId;
  return [entryTitle, typeName(uid), entryLocale].filter(Boolean).join(' · ');
};

const Receiver = ({ message }: { message: MessageView }) => (
  <>
    <EndpointLink endpoint={message} />
    <CellDetail>{message.url}</CellDetail>
  </>
);

export const MessageRow = ({ message, selection, hasReceiver, actions }: MessageRowProps) => {
  const { formatMessage } = useIntl();
  const typeName = useTypeName();

  return (
    <Tr>
      {selection && <SelectCell id={message.messageId} selection={selection} />}
      <Td>
        <Link tag={NavLink} to={messagePath(message.messageId)}>
          {message.event}
        </Link>
        <CellDetail>{aboutOf(message, typeName)}</CellDetail>
      </Td>
      {hasReceiver && (
        <Td>
          <Receiver message={message} />
        </Td>
      )}
      <Td>
        <MessageStateBadge message={message} />
      </Td>
      <Td>
        {message.lastOutcome === null ? (
          <Typography textColor="neutral600">–</Typography>
        ) : (
          <Box>
            <OutcomeBadge outcome={message.lastOutcome} status={message.lastStatus} />
            <Typography tag="p" variant="pi" textColor="neutral600">
              {formatMessage(t('message.attempts'), { count: message.attempts })}
            </Typography>
          </Box>
        )}
      </Td>
      <Td>
        <Typography>
          <NextStep message={message} />
        </Typography>
      </Td>
      <Td>
        <Typography>
          <Instant at={message.createdAt} />
        </Typography>
      </Td>
      <Td>{actions}</Td>
    </Tr>
  );
};
