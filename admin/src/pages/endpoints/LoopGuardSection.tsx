import { Grid } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { t } from '../../utils/translation';
import { LatestEvents } from '../../components/filter/WithheldEvents';
import { NumberField } from '../../components/form/NumberField';
import { SectionCard } from '../../components/SectionCard';

import { ActorsField } from './ActorsField';

import type { EndpointView } from '../../../../server/src/panel/contract';

/** Keeps receivers that write back from going in circles. */
export const LoopGuardSection = ({ ignored }: { ignored: EndpointView['ignored'] }) => {
  const { formatMessage } = useIntl();

  return (
    <SectionCard
      title={formatMessage(t('guard.title'))}
      subtitle={formatMessage(t('guard.subtitle'))}
    >
      <Grid.Root gap={5}>
        <Grid.Item col={6} xs={12} alignItems="stretch">
          <ActorsField />
        </Grid.Item>
        <Grid.Item col={6} xs={12} alignItems="stretch">
          <NumberField
            name="documentLimit"
            label="guard.limit"
            hint="guard.limit.hint"
            placeholder={formatMessage(t('guard.limit.none'))}
          />
        </Grid.Item>
        {ignored !== null && (
          <Grid.Item col={12} alignItems="stretch">
            <LatestEvents title="guard.ignored" events={ignored} />
          </Grid.Item>
        )}
      </Grid.Root>
    </SectionCard>
  );
};
