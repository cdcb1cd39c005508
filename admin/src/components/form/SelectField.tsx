import {
  MultiSelect,
  MultiSelectOption,
  SingleSelect,
  SingleSelectOption,
} from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';

import { FormField, type FieldWords } from './FormField';
import { useNoOptions, type OptionSource } from './useNoOptions';
import { useReadOnly } from './useReadOnly';

interface Option<Value extends string | number> {
  value: Value;
  label: string;
}

interface SelectFieldProps<Value extends string | number> extends FieldWords {
  options: readonly Option<Value>[];
  placeholder?: string;
  from?: OptionSource;
}

/** Select with a single choice. */
export const SelectField = <Value extends string | number>({
  options,
  placeholder,
  from,
  ...words
}: SelectFieldProps<Value>) => {
  const { value, onChange } = useField<Value>(words.name);
  const isReadOnly = useReadOnly();
  const noOptions = useNoOptions(options, from);

  return (
    <FormField {...words} note={noOptions}>
      <SingleSelect
        disabled={isReadOnly || options.length === 0}
        placeholder={placeholder}
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
export const MultiSelectField = ({
  options,
  placeholder,
  from,
  ...words
}: SelectFieldProps<number>) => {
  const { value = [], onChange } = useField<number[]>(words.name);
  const isReadOnly = useReadOnly();
  const noOptions = useNoOptions(options, from);

  return (
    <FormField {...words} note={noOptions}>
      <MultiSelect
        withTags
        disabled={isReadOnly || options.length === 0}
        placeholder={placeholder}
        value={value.map(String)}
        onChange={(chosen: string[]) => onChange(words.name, chosen.map(Number))}
        onClear={isReadOnly ? undefined : () => onChange(words.name, [])}
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
