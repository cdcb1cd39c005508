import {
  MultiSelect,
  MultiSelectOption,
  SingleSelect,
  SingleSelectOption,
} from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';

import { FormField, type FieldWords } from './FormField';
import { useReadOnly } from './useReadOnly';

interface Option<Value extends string | number> {
  value: Value;
  label: string;
}

interface SelectFieldProps<Value extends string | number> extends FieldWords {
  options: readonly Option<Value>[];
  placeholder?: string;
}

/** Select with a single choice. */
export const SelectField = <Value extends string | number>({
  options,
  ...words
}: SelectFieldProps<Value>) => {
  const { value, onChange } = useField<Value>(words.name);
  const isReadOnly = useReadOnly();

  return (
    <FormField {...words}>
      <SingleSelect
        disabled={isReadOnly}
        value={value}
        onChange={(chosen) => onChange(words.name, chosen as Value)}
      >
        {options.map((option) => (
          <SingleSelectOption key={option.value} value={option.value}>
            {option.label}
          </SingleSelectOption>
        ))}
      </SingleSelect>
    </FormField>
  );
};

/** Select with several choices, by id. */
export const MultiSelectField = ({ options, placeholder, ...words }: SelectFieldProps<number>) => {
  const { value = [], onChange } = useField<number[]>(words.name);
  const isReadOnly = useReadOnly();

  return (
    <FormField {...words}>
      <MultiSelect
        withTags
        disabled={isReadOnly}
        placeholder={placeholder}
        value={value.map(String)}
        onChange={(chosen: string[]) => onChange(words.name, chosen.map(Number))}
        onClear={() => onChange(words.name, [])}
      >
        {options.map((option) => (
          <MultiSelectOption key={option.value} value={String(option.value)}>
            {option.label}
          </MultiSelectOption>
        ))}
      </MultiSelect>
    </FormField>
  );
};
