import { Button, Flex, Link, Loader, Modal, Typography } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useErrorText } from '../../hooks/useErrorText';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useTestWebhookEndpointMutation } from '../../services/endpoints';
import { messagePath } from '../../utils/paths';
import { t } from '../../utils/translation';
import { FailureDoctor } from '../../components/doctor/FailureDoctor';
import { AttemptDetails } from '../../components/messages/AttemptDetails';
import { OutcomeBadge } from '../../components/messages/OutcomeBadge';

import type { EndpointView, TestSendResult } from '../../../../server/src/panel/contract';

const Result = ({ result, endpointId }: { result: TestSendResult; endpointId: number }) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  const { attempt, messageId } = result;
  const { status } = attempt;
  const isDelivered = status !== null && status >= 200 && status < 300;

  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Flex gap={3} wrap="wrap">
        <OutcomeBadge outcome={attempt.outcome} status={attempt.status} />
        <Typography>
          {formatMessage(t('test.took'), { duration: formatDuration(attempt.durationMs) })}
        </Typography>
        <Link tag={NavLink} to={messagePath(messageId)}>
          {formatMessage(t('test.open'))}
        </Link>
      </Flex>
      {!isDelivered && <FailureDoctor failure={attempt} endpointId={endpointId} />}
      <AttemptDetails attempt={attempt} />
    </Flex>
  );
};

interface TestSendProps {
  endpoint: EndpointView;
}

/** Sends a test event and shows the response. */
export const TestSend = ({ endpoint }: TestSendProps) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const [send, { data, error, isLoading, reset }] = useTestWebhookEndpointMutation();
  const start = () => void send(endpoint.id);

  return (
    <Modal.Root onOpenChange={(open) => (open ? start() : reset())}>
      <Modal.Trigger>
        <Button variant="secondary" startIcon={<PaperPlane />}>
          {formatMessage(t('test.action'))}
        </Button>
      </Modal.Trigger>
      <Modal.Content>
        <Modal.Header closeLabel={formatMessage(t('action.close'))}>
          <Modal.Title>{formatMessage(t('test.title'), { name: endpoint.name })}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          {isLoading && (
            <Flex justifyContent="center" padding={6}>
              <Loader>{formatMessage(t('test.sending'))}</Loader>
            </Flex>
          )}
          {error !== undefined && (
            <Typography textColor="danger600" role="alert">
              {errorText(error)}
            </Typography>
          )}
          {data !== undefined && <Result result={data} endpointId={endpoint.id} />}
        </Modal.Body>
        <Modal.Footer>
          <Modal.Close>
            <Button variant="tertiary">{formatMessage(t('action.close'))}</Button>
          </Modal.Close>
          <Button loading={isLoading} onClick={start}>
            {formatMessage(t('test.again'))}
          </Button>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
};
