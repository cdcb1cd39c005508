import { Checkbox, Flex, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { useNotify } from '../../hooks/useNotify';
import { useRotateWebhookSigningKeysMutation } from '../../services/limits';
import { t } from '../../utils/translation';
import { ConfirmAction } from '../../components/ConfirmAction';

const CONSEQUENCES = ['current', 'next', 'receivers', 'public'] as const;

interface RotateKeysDialogProps {
  onClose: () => void;
  onRotated: () => void;
}

/** Explains what a rotation does to receivers, and asks for confirmation. */
export const RotateKeysDialog = ({ onClose, onRotated }: RotateKeysDialogProps) => {
  const { formatMessage } = useIntl();
  const notify = useNotify();
  const [rotate, { isLoading }] = useRotateWebhookSigningKeysMutation();
  const [isUnderstood, setIsUnderstood] = useState(false);

  const confirm = async () => {
    if (!notify.settled(await rotate(), 'keys.rotated')) return;
    onRotated();
    onClose();
  };

  return (
    <ConfirmAction
      isOpen
      onClose={onClose}
      title={formatMessage(t('keys.rotate.title'))}
      confirmLabel={formatMessage(t('keys.rotate'))}
      onConfirm={confirm}
      isBusy={isLoading}
      isDisabled={!isUnderstood}
    >
      <Flex direction="column" alignItems="stretch" gap={4} width="100%">
        <ul style={{ listStyle: 'disc', paddingInlineStart: '2rem' }}>
          {CONSEQUENCES.map((consequence) => (
            <li key={consequence}>
              <Typography>{formatMessage(t(`keys.rotate.${consequence}`))}</Typography>
            </li>
          ))}
        </ul>
        <Checkbox
          checked={isUnderstood}
          onCheckedChange={(checked) => setIsUnderstood(checked === true)}
        >
          {formatMessage(t('keys.rotate.understood'))}
        </Checkbox>
      </Flex>
    </ConfirmAction>
  );
};
