import { Box, Link, Typography } from '@strapi/design-system';
import { Table } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { endpointPath, messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { CellDetail } from '../FittingTable';
import { Instant } from '../Instant';

import { MessageStateBadge } from './MessageStateBadge';
import { OutcomeBadge } from './OutcomeBadge';

import type { ReactNode } from 'react';
import type { MessageView } from '../../../../server/src/panel/contract';

interface MessageRowProps {
  message: MessageView;
  isSelectable?: boolean;
  actions?: ReactNode;
}

/** Time of the next attempt, or of completion. */
export const NextStep = ({ message }: { message: MessageView }) => {
  const { formatMessage } = useIntl();
  const { state, held, notBefore, finishedAt } = message;

  if (held) return <>{formatMessage(t('message.next.held'))}</>;
  if (state === 'active') return <>{formatMessage(t('message.next.active'))}</>;
  if (notBefore !== null) {
    return (
      <>{formatMessage(t('message.next.due'), { when: <Instant key="when" at={notBefore} /> })}</>
    );
  }
  return finishedAt === null ? <>–</> : <Instant at={finishedAt} />;
};

const Receiver = ({ message }: { message: MessageView }) => {
  const { endpointId, endpointName, url } = message;
  return (
    <>
      {endpointId !== null && endpointName !== null && (
        <Link tag={NavLink} to={endpointPath(endpointId)}>
          {endpointName}
        </Link>
      )}
      <CellDetail>{url}</CellDetail>
    </>
  );
};

export const MessageRow = ({ message, isSelectable = false, actions }: MessageRowProps) => {
  const { formatMessage } = useIntl();

  return (
    <Table.Row>
      {isSelectable && <Table.CheckboxCell id={message.messageId} />}
      <Table.Cell>
        <Link tag={NavLink} to={messagePath(message.messageId)}>
          {message.event}
        </Link>
        <CellDetail>{message.uid ?? message.messageId}</CellDetail>
      </Table.Cell>
      <Table.Cell>
        <Receiver message={message} />
      </Table.Cell>
      <Table.Cell>
        <MessageStateBadge message={message} />
      </Table.Cell>
      <Table.Cell>
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
      </Table.Cell>
      <Table.Cell>
        <Typography>
          <NextStep message={message} />
        </Typography>
      </Table.Cell>
      <Table.Cell>
        <Typography>
          <Instant at={message.createdAt} />
        </Typography>
      </Table.Cell>
      <Table.Cell>{actions}</Table.Cell>
    </Table.Row>
  );
};
