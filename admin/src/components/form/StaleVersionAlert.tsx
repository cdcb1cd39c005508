import { Alert, Button, Flex } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

interface StaleVersionAlertProps {
  /** Discards the input and loads the stored values. */
  onReload: () => void;
  /** Saves the input over the stored values. */
  onOverwrite: () => void;
  onClose: () => void;
}

/** Shown when another user has saved the same item in the meantime. */
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
