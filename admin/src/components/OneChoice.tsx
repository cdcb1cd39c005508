import { Field, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';

interface OneChoiceProps {
  label: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  onChoose: (value: string) => void;
  /** Absent: something is always chosen. */
  onClear?: () => void;
  /** Says what no choice means. */
  placeholder?: string;
  required?: boolean;
  size?: 'S' | 'M';
}

/** One choice of a few, outside of a form of Strapi's. */
export const OneChoice = ({
  label,
  value = '',
  options,
  onChoose,
  onClear,
  placeholder,
  required = false,
  size = 'M',
}: OneChoiceProps) => {
  const { formatMessage } = useIntl();
  const any = formatMessage(t('filter.any'));
  return (
    <Field.Root required={required}>
      <Field.Label>{label}</Field.Label>
      <SingleSelect
        placeholder={placeholder ?? any}
        value={value}
        size={size}
        onChange={(chosen) => onChoose(String(chosen))}
        {...(onClear && { clearLabel: any, onClear })}
      >
        {options.map((option) => (
          <SingleSelectOption key={option.value} value={option.value}>
            {option.label}
          </SingleSelectOption>
        ))}
      </SingleSelect>
    </Field.Root>
  );
};
