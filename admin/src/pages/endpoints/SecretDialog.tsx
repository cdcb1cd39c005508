import { Box, Button, Flex, Modal, Typography } from '@strapi/design-system';
import { Download } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { saveFile } from '../../utils/saveFile';
import { t } from '../../utils/translation';
import { CodeBlock } from '../../components/CodeBlock';

import { envFile } from './envFile';

import type { EndpointSecret } from '../../../../server/src/panel/contract';

/** Browsers change names that begin with a dot. */
const FILE_NAME = 'webhooks.env';

interface SecretDialogProps {
  /** Null while closed. */
  shown: EndpointSecret | null;
  /** Its receiver claims messages with the token. */
  isPulled: boolean;
  onClose: () => void;
  /** Goes on with a test. */
  onTest?: () => void;
}

/** Shows a signing secret once. Only its button closes it, so that no stray key loses the secret. */
export const SecretDialog = ({ shown, isPulled, onClose, onTest }: SecretDialogProps) => {
  const { formatMessage } = useIntl();
  const download = () => {
    const variables = {
      WEBHOOK_SECRET: shown?.secret ?? '',
      ...(isPulled && { WEBHOOK_TOKEN: shown?.token ?? '' }),
    };
    saveFile(new Blob([envFile(variables)], { type: 'text/plain' }), FILE_NAME);
  };

  return (
    <Modal.Root open={shown !== null}>
      <Modal.Content
        onEscapeKeyDown={(event) => event.preventDefault()}
        onInteractOutside={(event) => event.preventDefault()}
      >
        <Box paddingTop={4} paddingLeft={5} paddingRight={5}>
          <Modal.Title>{formatMessage(t('secret.title'))}</Modal.Title>
        </Box>
        <Modal.Body>
          <Flex direction="column" alignItems="stretch" gap={4}>
            <Typography>{formatMessage(t('secret.body'))}</Typography>
            <CodeBlock label={formatMessage(t('secret.label'))}>{shown?.secret ?? ''}</CodeBlock>
            {isPulled && (
              <>
                <Typography>{formatMessage(t('secret.token'))}</Typography>
                <CodeBlock label={formatMessage(t('pull.token'))}>{shown?.token ?? ''}</CodeBlock>
              </>
            )}
            <div>
              <Button variant="secondary" startIcon={<Download />} onClick={download}>
                {formatMessage(t('secret.download'))}
              </Button>
            </div>
          </Flex>
        </Modal.Body>
        <Modal.Footer justifyContent="flex-end">
          <Flex gap={2}>
            {onTest && (
              <Button variant="tertiary" onClick={onTest}>
                {formatMessage(t('trial.action'))}
              </Button>
            )}
            <Button onClick={onClose}>{formatMessage(t('secret.done'))}</Button>
          </Flex>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
};
