import { Field } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { firstMessage } from '../../utils/formErrors';
import { t, type TranslationKey } from '../../utils/translation';

import type { ReactNode } from 'react';

export interface FieldWords {
  /** Path in the form's values and in the server's errors, such as `retryPolicy.expression`. */
  name: string;
  label: TranslationKey;
  hint?: TranslationKey;
  required?: boolean;
}

interface FormFieldProps extends FieldWords {
  children: ReactNode;
  /** Replaces the hint. */
  note?: ReactNode;
}

/** Adds label, hint and error to an input. */
export const FormField = ({ name, label, hint, note, required, children }: FormFieldProps) => {
  const { formatMessage } = useIntl();
  const { rawError } = useField(name);

  return (
    <Field.Root
      name={name}
      id={name}
      required={required}
      error={firstMessage(rawError)}
      hint={note ?? (hint === undefined ? undefined : formatMessage(t(hint)))}
      width="100%"
    >
      <Field.Label>{formatMessage(t(label))}</Field.Label>
      {children}
      <Field.Error />
      <Field.Hint />
    </Field.Root>
  );
};
