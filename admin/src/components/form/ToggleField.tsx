import { Toggle } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';

import { FormField, type FieldWords } from './FormField';
import { useReadOnly } from './useReadOnly';

export const ToggleField = (words: FieldWords) => {
  const { formatMessage } = useIntl();
  const { value = false, onChange } = useField<boolean>(words.name);
  const isReadOnly = useReadOnly();

  return (
    <FormField {...words}>
      <Toggle
        disabled={isReadOnly}
        name={words.name}
        checked={value}
        onLabel={formatMessage(t('form.on'))}
        offLabel={formatMessage(t('form.off'))}
        onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
          onChange(words.name, event.target.checked)
        }
      />
    </FormField>
  );
};
