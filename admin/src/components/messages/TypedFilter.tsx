import { Field, TextInput } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';

import { t, type TranslationKey } from '../../utils/translation';

interface TypedFilterProps {
  label: TranslationKey;
  hint?: TranslationKey;
  placeholder?: string;
  value: string;
  onApply: (typed: string) => void;
}

/** A typed filter, applied on blur or Enter. */
export const TypedFilter = ({ label, hint, placeholder, value, onApply }: TypedFilterProps) => {
  const { formatMessage } = useIntl();
  const [typed, setTyped] = useState(value);
  // Leaving the field unchanged must not return to the first page.
  const apply = () => typed.trim() !== value && onApply(typed.trim());

  return (
    <Field.Root hint={hint && formatMessage(t(hint))}>
      <Field.Label>{formatMessage(t(label))}</Field.Label>
      <TextInput
        value={typed}
        placeholder={placeholder}
        autoComplete="off"
        onChange={(event: React.ChangeEvent<HTMLInputElement>) => setTyped(event.target.value)}
        onBlur={apply}
        onKeyDown={(event: React.KeyboardEvent) => event.key === 'Enter' && apply()}
      />
      <Field.Hint />
    </Field.Root>
  );
};
