import { Button } from '@strapi/design-system';
import { Check } from '@strapi/icons';
import { useForm } from '@strapi/strapi/admin';
import { createPortal } from 'react-dom';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { useHeaderSlot } from '../headerSlot';

import type { RefObject } from 'react';

/** Saves the form from the page's header, which stays visible. Disabled while there is nothing to save. */
export const SaveButton = ({ formRef }: { formRef: RefObject<HTMLFormElement> }) => {
  const { formatMessage } = useIntl();
  const isSubmitting = useForm('SaveButton', (form) => form.isSubmitting);
  const modified = useForm('SaveButton', (form) => form.modified);
  const slot = useHeaderSlot();
  if (slot === null) return null;

  return createPortal(
    <Button
      startIcon={<Check />}
      loading={isSubmitting}
      disabled={!modified}
      onClick={() => formRef.current?.requestSubmit()}
    >
      {formatMessage(t('action.save'))}
    </Button>,
    slot
  );
};
