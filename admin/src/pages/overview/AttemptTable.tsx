import { Box, Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';

import { KINDS, totalOf } from './chart';
import { t } from '../../utils/translation';
import { LabelledTable } from '../../components/LabelledTable';
import { Td, Tr } from '../../components/Table';

import { useStepTime } from './useStepTime';

import type { Statistics } from '../../../../server/src/panel/contract';

/** The chart's data as a table: newest first, without empty steps. */
export const AttemptTable = ({ statistics }: { statistics: Statistics }) => {
  const { formatMessage, formatNumber } = useIntl();
  const stepTime = useStepTime(statistics);
  const labels = (['time', ...KINDS] as const).map((column) =>
    formatMessage(t(`overview.chart.${column}`))
  );
  const steps = statistics.steps.filter((step) => totalOf(step) > 0).reverse();

  return (
    <Box
      maxHeight="24rem"
      overflow="auto"
      tabIndex={0}
      role="region"
      aria-label={formatMessage(t('overview.statistics.title'))}
    >
      <LabelledTable labels={labels}>
        {steps.map((step) => (
          <Tr key={step.at}>
            <Td>
              <Typography>{stepTime.span(step.at)}</Typography>
            </Td>
            {KINDS.map((kind) => (
              <Td key={kind}>
                <Typography>{formatNumber(step[kind])}</Typography>
              </Td>
            ))}
          </Tr>
        ))}
      </LabelledTable>
    </Box>
  );
};
