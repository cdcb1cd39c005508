import { TextInput, Textarea } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';

import { FormField, type FieldWords } from './FormField';
import { useReadOnly } from './useReadOnly';

interface TextFieldProps extends FieldWords {
  placeholder?: string;
  isMultiline?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  type?: 'text' | 'url' | 'password';
}

/** A line of text. Empty is `''`, not null, so that the server can report it as missing. */
export const TextField = ({
  placeholder,
  isMultiline,
  disabled,
  type,
  autoFocus,
  ...words
}: TextFieldProps) => {
  const { value, onChange } = useField<string>(words.name);
  const isReadOnly = useReadOnly();
  const shared = {
    value: value ?? '',
    placeholder,
    name: words.name,
    disabled: disabled ?? isReadOnly,
  };

  return (
    <FormField {...words}>
      {isMultiline === true ? (
        <Textarea
          {...shared}
          onChange={(event: React.ChangeEvent<HTMLTextAreaElement>) =>
            onChange(words.name, event.target.value)
          }
        />
      ) : (
        <TextInput
          {...shared}
          autoFocus={autoFocus}
          type={type ?? 'text'}
          autoComplete={type === 'password' ? 'new-password' : 'off'}
          onChange={(event: React.ChangeEvent<HTMLInputElement>) =>
            onChange(words.name, event.target.value)
          }
        />
      )}
    </FormField>
  );
};
