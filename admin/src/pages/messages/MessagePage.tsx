import { Flex, Grid, Typography } from '@strapi/design-system';
import { BackButton, Layouts, Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { useParams } from 'react-router-dom';

import { Copyable } from '../../components/Copyable';
import { AttemptTimeline } from './AttemptTimeline';
import { NotFoundPage } from '../../components/NotFoundPage';
import { CauseCard } from './CauseCard';
import { MessageActions } from './MessageActions';
import { MessageDoctor } from './MessageDoctor';
import { MessageFacts } from './MessageFacts';
import { PayloadCard } from './PayloadCard';
import { MessageTable } from '../../components/messages/MessageTable';
import { SectionCard } from '../../components/SectionCard';
import { useFollowedAttempt } from '../../hooks/useFollowedAttempt';
import { usePermissions } from '../../hooks/usePermissions';
import { useRefetchWhile } from '../../hooks/useRefetchWhile';
import { useGetWebhookMessageQuery } from '../../services/messages';
import { NOT_FOUND, statusOf } from '../../utils/apiError';
import { isMoving } from '../../components/messages/moving';
import { ROOT } from '../../utils/paths';
import { t } from '../../utils/translation';

/** Page of a message. */
export const MessagePage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { messageId = '' } = useParams<'messageId'>();
  const {
    data: message,
    isLoading,
    error,
    refetch,
  } = useGetWebhookMessageQuery(messageId, {
    refetchOnMountOrArgChange: true,
  });
  useRefetchWhile(message !== undefined && isMoving(message), refetch);
  const follow = useFollowedAttempt(message);

  if (isLoading) return <Page.Loading />;
  if (error && statusOf(error) === NOT_FOUND) {
    return <NotFoundPage list="messages" content={formatMessage(t('message.not-found'))} />;
  }
  if (!message) return <Page.Error />;

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('message.title'), { event: message.event })}</Page.Title>
      <Layouts.Header
        title={message.event}
        subtitle={
          <Typography tag="p" variant="epsilon" textColor="neutral600">
            {message.entryTitle !== null && `${message.entryTitle} · `}
            <Copyable text={message.messageId} label={formatMessage(t('message.id'))} />
          </Typography>
        }
        navigationAction={<BackButton fallback={`${ROOT}/messages`} />}
        primaryAction={<MessageActions message={message} can={can} onAsked={follow} />}
      />
      <Layouts.Content>
        <Grid.Root gap={5}>
          <Grid.Item col={8} s={12} xs={12} direction="column" alignItems="stretch" gap={5}>
            <SectionCard title={formatMessage(t('attempts.title'))}>
              <Flex direction="column" alignItems="stretch" gap={4}>
                <MessageDoctor message={message} can={can} />
                <AttemptTimeline message={message} />
              </Flex>
            </SectionCard>
            <PayloadCard message={message} />
          </Grid.Item>
          <Grid.Item col={4} s={12} xs={12} direction="column" alignItems="stretch" gap={5}>
            <MessageFacts message={message} />
            <CauseCard cause={message.cause} canReadCatalog={can('topics.read')} />
          </Grid.Item>
        </Grid.Root>
        {(['siblings', 'callbacks'] as const)
          .filter((list) => message[list].length > 0)
          .map((list) => (
            <Flex key={list} direction="column" alignItems="stretch" paddingTop={5}>
              <SectionCard title={formatMessage(t(`message.${list}`))}>
                <MessageTable messages={message[list]} empty={{ content: '' }} />
              </SectionCard>
            </Flex>
          ))}
      </Layouts.Content>
    </Page.Main>
  );
};
