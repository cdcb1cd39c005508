import { Button, Flex } from '@strapi/design-system';
import { Check } from '@strapi/icons';
import { useForm } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

/** Save button, disabled while there is nothing to save. */
export const SaveButton = () => {
  const { formatMessage } = useIntl();
  const isSubmitting = useForm('SaveButton', (form) => form.isSubmitting);
  const modified = useForm('SaveButton', (form) => form.modified);

  return (
    <Flex>
      <Button type="submit" startIcon={<Check />} loading={isSubmitting} disabled={!modified}>
        {formatMessage(t('action.save'))}
      </Button>
    </Flex>
  );
};
