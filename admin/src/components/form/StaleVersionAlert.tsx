import { Alert, Button, Flex } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

interface StaleVersionAlertProps {
  /** Throws the typed input away for what is stored now. */
  onReload: () => void;
  /** Saves the typed input over what somebody else stored. */
  onOverwrite: () => void;
  onClose: () => void;
}

/** Two people edited the same thing: nothing was overwritten and nothing typed is lost; choose. */
export const StaleVersionAlert = ({ onReload, onOverwrite, onClose }: StaleVersionAlertProps) => {
  const { formatMessage } = useIntl();

  return (
    <Alert
      variant="warning"
      title={formatMessage(t('form.stale.title'))}
      closeLabel={formatMessage(t('action.dismiss'))}
      onClose={onClose}
      action={
        <Flex gap={2}>
          <Button size="S" variant="secondary" onClick={onReload}>
            {formatMessage(t('form.stale.reload'))}
          </Button>
          <Button size="S" variant="danger-light" onClick={onOverwrite}>
            {formatMessage(t('form.stale.overwrite'))}
          </Button>
        </Flex>
      }
    >
      {formatMessage(t('form.stale.body'))}
    </Alert>
  );
};
