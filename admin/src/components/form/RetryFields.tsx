import { Flex, Grid } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { RETRY_KINDS, retryPolicyOf, type RetryFields as Fields } from '../../utils/retryFields';
import { t } from '../../utils/translation';

import { NumberField } from './NumberField';
import { RetryPreview } from './RetryPreview';
import { SelectField } from './SelectField';
import { TextField } from './TextField';

import type { ReactNode } from 'react';

/** Inputs of the chosen kind of policy. */
const KindFields = ({ name, kind }: { name: string; kind: Fields['kind'] }) => {
  switch (kind) {
    case 'inherited':
    case 'none':
      return null;
    case 'list':
      return (
        <TextField
          name={`${name}.delaysMs`}
          label="retry.delays"
          hint="retry.delays.hint"
          placeholder="5s, 5m, 30m, 2h"
        />
      );
    case 'expression':
      return (
        <>
          <TextField
            name={`${name}.expression`}
            label="retry.expression"
            hint="retry.expression.hint"
            placeholder="pow(2, retried) * 1000"
          />
          <NumberField name={`${name}.maxRetries`} label="retry.max" placeholder="5" />
        </>
      );
    case 'standard':
    case 'qstash':
      return (
        <NumberField
          name={`${name}.maxRetries`}
          label="retry.max"
          hint="retry.max.hint"
          placeholder={kind === 'standard' ? '9' : '3'}
        />
      );
  }
};

interface RetryFieldsProps {
  /** Path in the form's values. */
  name: string;
  jitterPercent: number;
  /** Offers to inherit the policy. */
  canInherit?: boolean;
  children?: ReactNode;
}

/** Retry policy with a preview of its times. */
export const RetryFields = ({
  name,
  jitterPercent,
  canInherit = false,
  children,
}: RetryFieldsProps) => {
  const { formatMessage } = useIntl();
  const { value: fields } = useField<Fields>(name);
  if (fields === undefined) return null;
  const result = retryPolicyOf(fields);
  const kinds = canInherit ? (['inherited', ...RETRY_KINDS] as const) : RETRY_KINDS;

  return (
    <Grid.Root gap={6}>
      <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch">
        <Flex direction="column" alignItems="stretch" gap={5}>
          <SelectField
            name={`${name}.kind`}
            label="retry.kind"
            options={kinds.map((kind) => ({
              value: kind,
              label: formatMessage(t(`retry.kind.${kind}`)),
            }))}
          />
          <KindFields name={name} kind={fields.kind} />
          {children}
        </Flex>
      </Grid.Item>
      <Grid.Item col={6} s={12} xs={12} direction="column" alignItems="stretch">
        {'policy' in result && result.policy !== null && (
          <RetryPreview policy={result.policy} jitterPercent={jitterPercent} />
        )}
      </Grid.Item>
    </Grid.Root>
  );
};
