import { Button, Flex, Modal } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

import type { ReactNode } from 'react';

interface FormDialogProps {
  title: string;
  submitLabel: string;
  onSubmit: () => Promise<unknown>;
  onClose: () => void;
  isBusy: boolean;
  isDisabled?: boolean;
  children: ReactNode;
}

const FORM_ID = 'guaranteed-webhooks-dialog';

/** A form in a dialog. Closes only on save or cancel, so that a stray click loses no input. */
export const FormDialog = ({
  title,
  submitLabel,
  onSubmit,
  onClose,
  isBusy,
  isDisabled = false,
  children,
}: FormDialogProps) => {
  const { formatMessage } = useIntl();

  return (
    <Modal.Root open onOpenChange={(open) => !open && onClose()}>
      <Modal.Content onInteractOutside={(event) => event.preventDefault()}>
        <Modal.Header closeLabel={formatMessage(t('action.close'))}>
          <Modal.Title>{title}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          <form
            id={FORM_ID}
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void onSubmit();
            }}
          >
            <Flex direction="column" alignItems="stretch" gap={5}>
              {children}
            </Flex>
          </form>
        </Modal.Body>
        <Modal.Footer>
          <Button variant="tertiary" onClick={onClose}>
            {formatMessage(t('action.cancel'))}
          </Button>
          <Button type="submit" form={FORM_ID} loading={isBusy} disabled={isDisabled}>
            {submitLabel}
          </Button>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
};
