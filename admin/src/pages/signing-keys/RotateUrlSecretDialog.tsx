import { Checkbox, Flex, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useRotateWebhookUrlSecretMutation } from '../../services/limits';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';
import { Instant } from '../../components/Instant';

interface RotateUrlSecretDialogProps {
  /** Until when the previous secret also signs, or null. */
  previousUntil: number | null;
  onClose: () => void;
  onRotated: () => void;
}

/** Rotates the secret. The old one also signs for a day, so that no message is refused. */
export const RotateUrlSecretDialog = ({
  previousUntil,
  onClose,
  onRotated,
}: RotateUrlSecretDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [rotate, { isLoading }] = useRotateWebhookUrlSecretMutation();
  const [force, setForce] = useState(false);

  const confirm = async () => {
    if (!notify.settled(await rotate(force ? { force } : {}), 'keys.url.rotated')) return;
    onRotated();
    onClose();
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('keys.url.rotate.title'))}
      confirmLabel={formatMessage(t('rotate.confirm'))}
      onConfirm={confirm}
      isBusy={isLoading}
      isDisabled={previousUntil !== null && !force}
    >
      <Flex direction="column" alignItems="stretch" gap={4} width="100%">
        <Typography>{formatMessage(t('keys.url.rotate.body'))}</Typography>
        {previousUntil !== null && (
          <Checkbox checked={force} onCheckedChange={(checked) => setForce(checked === true)}>
            {formatMessage(t('rotate.force'), {
              when: <Instant key="when" at={previousUntil} />,
            })}
          </Checkbox>
        )}
      </Flex>
    </ConfirmAction>
  );
};
