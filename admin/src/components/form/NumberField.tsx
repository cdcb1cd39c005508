import { NumberInput } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';

import { FormField, type FieldWords } from './FormField';
import { useReadOnly } from './useReadOnly';

interface NumberFieldProps extends FieldWords {
  /** Stored units per typed unit: 1000 for milliseconds typed as seconds. */
  scale?: number;
  placeholder?: string;
}

/** A number. Empty is null: the default applies. */
export const NumberField = ({ scale = 1, placeholder, ...words }: NumberFieldProps) => {
  const { value, onChange } = useField<number | null>(words.name);
  const isReadOnly = useReadOnly();

  return (
    <FormField {...words}>
      <NumberInput
        disabled={isReadOnly}
        name={words.name}
        placeholder={placeholder}
        value={value == null ? undefined : value / scale}
        onValueChange={(typed) =>
          onChange(words.name, typed === undefined ? null : Math.round(typed * scale))
        }
      />
    </FormField>
  );
};
