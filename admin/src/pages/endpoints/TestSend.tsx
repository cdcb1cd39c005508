import { Button, Flex, Loader, Modal, Typography } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { useErrorText } from '../../hooks/useErrorText';
import { useTestWebhookEndpointMutation } from '../../services/endpoints';
import { t } from '../../utils/translation';

import { TestResult } from './TestResult';

import type { EndpointView } from '../../../../server/src/panel/contract';

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
          {data !== undefined && <TestResult result={data} endpointId={endpoint.id} />}
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
