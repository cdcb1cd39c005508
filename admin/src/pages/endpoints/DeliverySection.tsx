import { Grid } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { useIsPulled } from '../../utils/pull';
import { t } from '../../utils/translation';
import { NumberField } from '../../components/form/NumberField';
import { ToggleField } from '../../components/form/ToggleField';
import { SectionCard } from '../../components/SectionCard';

import { SECOND_MS } from '../../utils/time';

/** Limits, and headers that describe the event. */
export const DeliverySection = () => {
  const { formatMessage } = useIntl();
  const isPulled = useIsPulled();

  return (
    <SectionCard title={formatMessage(t('endpoint.delivery'))}>
      <Grid.Root gap={5}>
        {!isPulled && (
          <>
            <Grid.Item col={6} xs={12} alignItems="stretch">
              <NumberField
                name="timeoutMs"
                scale={SECOND_MS}
                label="endpoint.timeout"
                hint="endpoint.timeout.hint"
                placeholder={formatMessage(t('endpoint.as-configured'))}
              />
            </Grid.Item>
            <Grid.Item col={6} xs={12} alignItems="stretch">
              <NumberField
                name="maxParallel"
                label="endpoint.parallel"
                hint="endpoint.parallel.hint"
                placeholder={formatMessage(t('endpoint.as-configured'))}
              />
            </Grid.Item>
          </>
        )}
        <Grid.Item col={6} xs={12} alignItems="stretch">
          <ToggleField
            name="cloudEvents"
            label="endpoint.cloud-events"
            hint="endpoint.cloud-events.hint"
          />
        </Grid.Item>
      </Grid.Root>
    </SectionCard>
  );
};
