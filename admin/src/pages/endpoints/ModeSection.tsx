import { Box, Flex, Grid, Radio, Typography } from '@strapi/design-system';
import { useField } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { FormField } from '../../components/form/FormField';
import { NumberField } from '../../components/form/NumberField';
import { SelectField } from '../../components/form/SelectField';
import { useReadOnly } from '../../components/form/useReadOnly';
import { SectionCard } from '../../components/SectionCard';
import { useIsPulled } from '../../utils/pull';
import { SECOND_MS } from '../../utils/time';
import { t } from '../../utils/translation';

import { LedgerFields } from './LedgerFields';
import { MODES, type Mode } from './deliveryFields';
import { ModePicture } from './ModePicture';

const NAME = 'delivery.mode';

const ModeField = () => {
  const { formatMessage } = useIntl();
  const { value, onChange } = useField<Mode>(NAME);
  const isReadOnly = useReadOnly();

  return (
    <FormField name={NAME} label="mode.label">
      <Radio.Group
        value={value}
        disabled={isReadOnly}
        onValueChange={(chosen: string) => onChange(NAME, chosen as Mode)}
        aria-label={formatMessage(t('mode.label'))}
      >
        <Grid.Root gap={4}>
          {MODES.map((mode) => (
            <Grid.Item key={mode} col={6} xs={12} direction="column" alignItems="stretch">
              <Box
                padding={4}
                hasRadius
                borderColor={mode === value ? 'primary600' : 'neutral200'}
                height="100%"
              >
                <Flex direction="column" alignItems="stretch" gap={3}>
                  <Radio.Item value={mode}>{formatMessage(t(`mode.${mode}`))}</Radio.Item>
                  <Typography variant="pi" textColor="neutral600">
                    {formatMessage(t(`mode.${mode}.hint`))}
                  </Typography>
                  <ModePicture mode={mode} />
                </Flex>
              </Box>
            </Grid.Item>
          ))}
        </Grid.Root>
      </Radio.Group>
    </FormField>
  );
};

/** Which of the events are sent, and how many messages at most. */
export const ModeSection = () => {
  const { formatMessage } = useIntl();
  const { value: mode } = useField<Mode>(NAME);
  const isPulled = useIsPulled();

  return (
    <SectionCard
      title={formatMessage(t('mode.title'))}
      subtitle={formatMessage(t('mode.subtitle'))}
    >
      <Flex direction="column" alignItems="stretch" gap={5}>
        <ModeField />
        <Grid.Root gap={5}>
          {mode === 'quiet-time' && (
            <>
              <Grid.Item col={4} xs={12} alignItems="stretch">
                <NumberField name="delivery.quietMs" scale={SECOND_MS} label="mode.quiet" />
              </Grid.Item>
              <Grid.Item col={4} xs={12} alignItems="stretch">
                <NumberField name="delivery.maxWaitMs" scale={SECOND_MS} label="mode.wait" />
              </Grid.Item>
            </>
          )}
          {(mode === 'quiet-time' || mode === 'transaction') && (
            <Grid.Item col={4} xs={12} alignItems="stretch">
              <NumberField name="delivery.maxEvents" label="mode.events" />
            </Grid.Item>
          )}
        </Grid.Root>
        {!isPulled && (
          <Grid.Root gap={5}>
            <Grid.Item col={6} xs={12} alignItems="stretch">
              <NumberField
                name="rateLimit.count"
                label="rate.count"
                hint="rate.count.hint"
                placeholder={formatMessage(t('guard.limit.none'))}
              />
            </Grid.Item>
            <Grid.Item col={6} xs={12} alignItems="stretch">
              <SelectField
                name="rateLimit.per"
                label="rate.per"
                options={(['second', 'minute'] as const).map((value) => ({
                  value,
                  label: formatMessage(t(`rate.per.${value}`)),
                }))}
              />
            </Grid.Item>
          </Grid.Root>
        )}
        <LedgerFields />
      </Flex>
    </SectionCard>
  );
};
