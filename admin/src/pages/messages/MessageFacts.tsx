import { Link } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { messagePath, schedulePath } from '../../utils/paths';
import { requestLine } from '../../utils/requestLine';
import { t } from '../../utils/translation';
import { Copyable } from '../../components/Copyable';
import { Facts, type Fact } from '../../components/Facts';
import { Instant } from '../../components/Instant';
import { SectionCard } from '../../components/SectionCard';

import { EndpointLink } from '../../components/messages/EndpointLink';
import { MessageStateBadge } from '../../components/messages/MessageStateBadge';
import { NextStep } from '../../components/messages/MessageRow';

import type { MessageDetail } from '../../../../server/src/panel/contract';

/** Status, destination and origin of a message. */
export const MessageFacts = ({ message }: { message: MessageDetail }) => {
  const { formatMessage, formatDate } = useIntl();
  const fact = (key: Parameters<typeof t>[0], value: Fact['value']): Fact => ({
    label: formatMessage(t(key)),
    value,
  });
  const id = (key: Parameters<typeof t>[0], text: string, to?: string): Fact =>
    fact(
      key,
      <Copyable text={text} label={formatMessage(t(key))}>
        {to === undefined ? (
          text
        ) : (
          <Link tag={NavLink} to={to}>
            {text}
          </Link>
        )}
      </Copyable>
    );
  const { sourceMessageId, supersededBy, topicName, dlqId, labels } = message;
  const { queueName, flowControlKey, scheduleId, keptUntil } = message;

  return (
    <SectionCard title={formatMessage(t('message.facts'))}>
      <Facts
        facts={[
          fact('message.state', <MessageStateBadge message={message} />),
          fact(
            message.finishedAt === null ? 'message.next' : 'message.finished',
            <NextStep message={message} />
          ),
          fact(
            'message.endpoint',
            message.endpointId === null ? '–' : <EndpointLink endpoint={message} />
          ),
          fact('message.topic', topicName ?? '–'),
          fact(
            'message.url',
            <Copyable text={message.url} label={formatMessage(t('endpoint.url'))}>
              {requestLine(message)}
            </Copyable>
          ),
          fact('message.made', formatMessage(t('message.attempts'), { count: message.attempts })),
          fact('message.created', <Instant at={message.createdAt} />),
          ...(keptUntil === null
            ? []
            : [
                fact(
                  'message.kept',
                  formatDate(keptUntil, { dateStyle: 'medium', timeStyle: 'short' })
                ),
              ]),
          ...(labels.length > 0 ? [fact('message.labels', labels.join(', '))] : []),
          ...(queueName === null ? [] : [fact('message.queue', queueName)]),
          ...(flowControlKey === null ? [] : [fact('message.flow-key', flowControlKey)]),
          ...(scheduleId === null
            ? []
            : [id('message.schedule', scheduleId, schedulePath(scheduleId))]),
          ...(dlqId === null ? [] : [id('message.dlq-id', dlqId)]),
          ...(supersededBy === null
            ? []
            : [id('message.replaced-by', supersededBy, messagePath(supersededBy))]),
          ...(sourceMessageId === null
            ? []
            : [id('message.callback-of', sourceMessageId, messagePath(sourceMessageId))]),
        ]}
      />
    </SectionCard>
  );
};
