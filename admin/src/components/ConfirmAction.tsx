import { Button, Dialog } from '@strapi/design-system';
import { WarningCircle } from '@strapi/icons';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import type { ReactNode } from 'react';

interface ConfirmActionProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** Describes the consequences. */
  children: ReactNode;
  confirmLabel: string;
  /** Where "Cancel" would be ambiguous. */
  dismissLabel?: string;
  onConfirm: () => Promise<void> | void;
  isBusy?: boolean;
  /** Disables the confirm button, for example while a count is loading. */
  isDisabled?: boolean;
  variant?: 'danger-light' | 'success-light' | 'default';
}

/** Asks for confirmation. Stays open while the action runs. */
export const ConfirmAction = ({
  isOpen,
  onClose,
  title,
  children,
  confirmLabel,
  dismissLabel,
  onConfirm,
  isBusy = false,
  isDisabled = false,
  variant = 'danger-light',
}: ConfirmActionProps) => {
  const { formatMessage } = useIntl();

  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Content>
        <Dialog.Header>{title}</Dialog.Header>
        <Dialog.Body icon={<WarningCircle fill="danger600" />}>{children}</Dialog.Body>
        <Dialog.Footer>
          <Dialog.Cancel>
            <Button fullWidth variant="tertiary">
              {dismissLabel ?? formatMessage(t('action.cancel'))}
            </Button>
          </Dialog.Cancel>
          <Button
            fullWidth
            variant={variant}
            loading={isBusy}
            disabled={isDisabled}
            onClick={() => void onConfirm()}
          >
            {confirmLabel}
          </Button>
        </Dialog.Footer>
      </Dialog.Content>
    </Dialog.Root>
  );
};
