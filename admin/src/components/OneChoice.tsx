import { Field, SingleSelect, SingleSelectOption } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../utils/translation';
import { useNoOptions, type OptionSource } from './form/useNoOptions';

interface OneChoiceProps {
  label: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  from?: OptionSource | undefined;
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
  from,
  onChoose,
  onClear,
  placeholder,
  required = false,
  size = 'M',
}: OneChoiceProps) => {
  const { formatMessage } = useIntl();
  const any = formatMessage(t('filter.any'));
  const noOptions = useNoOptions(options, from);
  return (
    <Field.Root required={required} hint={noOptions}>
      <Field.Label>{label}</Field.Label>
      <SingleSelect
        placeholder={placeholder ?? (required ? formatMessage(t('schedule.choose')) : any)}
        value={value}
        size={size}
        disabled={options.length === 0}
        onChange={(chosen) => onChoose(String(chosen))}
        {...(onClear && { clearLabel: any, onClear })}
      >
        {options.map((option) => (
          <SingleSelectOption key={option.value} value={option.value}>
            {option.label}
          </SingleSelectOption>
        ))}
      </SingleSelect>
      <Field.Hint />
    </Field.Root>
  );
};
