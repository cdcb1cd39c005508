import { Flex, Grid, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { HeadersField } from '../../components/form/HeadersField';
import { NumberField } from '../../components/form/NumberField';
import { RetryFields } from '../../components/form/RetryFields';
import { TextField } from '../../components/form/TextField';

import type { ReactNode } from 'react';
import { SECOND_MS } from '../../utils/time';

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <Flex tag="section" direction="column" alignItems="stretch" gap={3}>
    <Typography tag="h4" variant="omega" fontWeight="bold">
      {title}
    </Typography>
    {children}
  </Flex>
);

/**
 * Options of a callback. Empty ones follow the message it reports on.
 *
 * @param name path in the form's values.
 */
export const CallbackOptions = ({ name }: { name: string }) => {
  const { formatMessage } = useIntl();

  return (
    <Flex direction="column" alignItems="stretch" gap={6}>
      <Part title={formatMessage(t('headers.title'))}>
        <HeadersField name={`${name}.headers`} />
      </Part>
      <Part title={formatMessage(t('retry.title'))}>
        <RetryFields name={`${name}.retryPolicy`} jitterPercent={0} canInherit>
          <NumberField
            name={`${name}.timeoutMs`}
            scale={SECOND_MS}
            label="endpoint.timeout"
            hint="endpoint.timeout.hint"
            placeholder={formatMessage(t('endpoint.as-configured'))}
          />
        </RetryFields>
      </Part>
      <Part title={formatMessage(t('flow.title'))}>
        <Grid.Root gap={4}>
          <Grid.Item col={6} xs={12} alignItems="stretch">
            <TextField
              name={`${name}.flowControl.key`}
              label="flow.key"
              hint="callback.flow.hint"
            />
          </Grid.Item>
          <Grid.Item col={2} xs={12} alignItems="stretch">
            <NumberField name={`${name}.flowControl.parallelism`} label="flow.parallelism" />
          </Grid.Item>
          <Grid.Item col={2} xs={12} alignItems="stretch">
            <NumberField name={`${name}.flowControl.rate`} label="flow.rate" />
          </Grid.Item>
          <Grid.Item col={2} xs={12} alignItems="stretch">
            <NumberField
              name={`${name}.flowControl.periodMs`}
              scale={SECOND_MS}
              label="flow.period"
            />
          </Grid.Item>
        </Grid.Root>
      </Part>
    </Flex>
  );
};
