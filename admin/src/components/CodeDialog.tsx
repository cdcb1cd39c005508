import { Button, Flex, Loader, Modal, Typography } from '@strapi/design-system';
import { CodeBlock as CodeIcon } from '@strapi/icons';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useErrorText } from '../hooks/useErrorText';
import { useGetWebhookSettingsCodeQuery, type Described } from '../services/settingsCode';
import { t } from '../utils/translation';
import { CodeBlock } from './CodeBlock';

interface CodeDialogProps {
  of: Described;
  onClose: () => void;
}

/** Shows an item as its part of the settings file, to be copied. */
export const CodeDialog = ({ of, onClose }: CodeDialogProps) => {
  const { formatMessage } = useIntl();
  const { errorText } = useErrorText();
  const { data, error } = useGetWebhookSettingsCodeQuery(of, { refetchOnMountOrArgChange: true });

  return (
    <Modal.Root open onOpenChange={(open) => !open && onClose()}>
      <Modal.Content>
        <Modal.Header closeLabel={formatMessage(t('action.close'))}>
          <Modal.Title>{formatMessage(t('code.copy'))}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          <Flex direction="column" alignItems="stretch" gap={4}>
            {data && (
              <>
                <Typography>{formatMessage(t('code.body'), { file: data.file })}</Typography>
                <CodeBlock label={data.file}>{data.code}</CodeBlock>
              </>
            )}
            {error && <Typography textColor="danger600">{errorText(error)}</Typography>}
            {!data && !error && <Loader />}
          </Flex>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
};

/** Opens the dialog. */
export const CopyAsCode = ({ of }: { of: Described }) => {
  const { formatMessage } = useIntl();
  const [isOpen, setIsOpen] = useState(false);

  return (
    <>
      <Button variant="tertiary" startIcon={<CodeIcon />} onClick={() => setIsOpen(true)}>
        {formatMessage(t('code.copy'))}
      </Button>
      {isOpen && <CodeDialog of={of} onClose={() => setIsOpen(false)} />}
    </>
  );
};
