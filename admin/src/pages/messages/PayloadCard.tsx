import { Box, Button, Flex, Link, Loader, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { DiffView } from '../../components/json/DiffView';
import { readableBody } from '../../components/messages/body';
import { BodyView } from '../../components/messages/BodyView';
import { Instant } from '../../components/Instant';
import { SectionCard } from '../../components/SectionCard';
import { useErrorText } from '../../hooks/useErrorText';
import { useGetWebhookMessageBeforeQuery } from '../../services/messages';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';

import type { MessageDetail, StoredBody } from '../../../../server/src/panel/contract';

interface ComparisonProps {
  messageId: string;
  body: StoredBody;
}

/** Differences from the message before about the same entry. */
const Comparison = ({ messageId, body }: ComparisonProps) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const { data, error } = useGetWebhookMessageBeforeQuery(messageId);

  if (error) return <Typography textColor="danger600">{errorText(error)}</Typography>;
  if (data === undefined) return <Loader small />;
  const { previous } = data;
  if (previous === null) return <Typography>{formatMessage(t('diff.none'))}</Typography>;
  return (
    <Flex direction="column" alignItems="stretch" gap={2}>
      <Typography textColor="neutral600">
        {formatMessage(t('diff.with'), {
          event: (
            <Link key="event" tag={NavLink} to={messagePath(previous.messageId)}>
              {previous.event}
            </Link>
          ),
          when: <Instant key="when" at={previous.createdAt} />,
        })}
      </Typography>
      <DiffView
        before={readableBody(previous.body).text}
        after={readableBody(body).text}
        label={formatMessage(t('diff.title'))}
      />
    </Flex>
  );
};

/** Payload of a message, as it is or compared with what the endpoint was sent before. */
export const PayloadCard = ({ message }: { message: MessageDetail }) => {
  const { formatMessage } = useIntl();
  const [isCompared, setIsCompared] = useState(false);
  const { messageId, body, contentType, entryDocumentId, endpointId } = message;
  const canCompare = body !== null && entryDocumentId !== null && endpointId !== null;

  return (
    <SectionCard title={formatMessage(t('message.body'))} subtitle={contentType}>
      <Flex direction="column" alignItems="stretch" gap={4}>
        {canCompare && (
          <Box>
            <Button size="S" variant="tertiary" onClick={() => setIsCompared(!isCompared)}>
              {formatMessage(t(isCompared ? 'diff.hide' : 'diff.show'))}
            </Button>
          </Box>
        )}
        {canCompare && isCompared ? (
          <Comparison messageId={messageId} body={body} />
        ) : (
          <BodyView body={body} label={formatMessage(t('message.body'))} />
        )}
      </Flex>
    </SectionCard>
  );
};
