import { Box, Button, Flex, Loader, Typography } from '@strapi/design-system';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { styled } from 'styled-components';

import { useAddressPart } from '../../hooks/useAddressPart';
import { useFormatDuration } from '../../hooks/useFormatDuration';
import { useGetWebhooksStatisticsQuery } from '../../services/statistics';
import { KINDS, successPercent, totalOf, type Kind } from './chart';
import { t } from '../../utils/translation';
import { SectionCard } from '../../components/SectionCard';

import { AttemptChart, KIND_COLORS } from './AttemptChart';
import { AttemptTable } from './AttemptTable';

import type { Statistics, StatisticsRange } from '../../../../server/src/panel/contract';

const RANGES: readonly StatisticsRange[] = ['hour', 'day', 'week'];
const DEFAULT_RANGE: StatisticsRange = 'day';
const REFRESH_MS = 30_000;
const PERCENTILES = ['p50Ms', 'p95Ms', 'p99Ms'] as const;

const Swatch = styled.span<{ $kind: Kind }>`
  display: inline-block;
  width: 1rem;
  height: 1rem;
  border-radius: 2px;
  background: ${({ theme, $kind }) => theme.colors[KIND_COLORS[$kind]]};
`;

const Totals = ({ totals }: Pick<Statistics, 'totals'>) => {
  const { formatMessage, formatNumber } = useIntl();
  const percent = successPercent(totals);
  return (
    <Flex gap={5} wrap="wrap">
      {KINDS.map((kind) => (
        <Flex key={kind} gap={2}>
          <Swatch $kind={kind} aria-hidden />
          <Typography fontWeight="bold">{formatNumber(totals[kind])}</Typography>
          <Typography textColor="neutral600">
            {formatMessage(t(`overview.chart.${kind}`))}
          </Typography>
        </Flex>
      ))}
      {percent !== null && (
        <Typography textColor="neutral600">
          {formatMessage(t('overview.statistics.success'), {
            percent: formatNumber(percent, { maximumFractionDigits: 1 }),
          })}
        </Typography>
      )}
    </Flex>
  );
};

const Latency = ({ latency }: Pick<Statistics, 'latency'>) => {
  const { formatMessage } = useIntl();
  const formatDuration = useFormatDuration();
  if (latency === null) return null;
  return (
    <Flex tag="dl" gap={5} wrap="wrap" margin={0}>
      {PERCENTILES.map((percentile) => (
        <Flex key={percentile} gap={2}>
          <Typography tag="dt" textColor="neutral600">
            {formatMessage(t(`overview.latency.${percentile}`))}
          </Typography>
          <Typography tag="dd" margin={0} fontWeight="bold">
            {formatDuration(latency[percentile])}
          </Typography>
        </Flex>
      ))}
    </Flex>
  );
};

const Picture = ({ statistics }: { statistics: Statistics }) => {
  const { formatMessage } = useIntl();
  const [isTable, setIsTable] = useState(false);

  if (totalOf(statistics.totals) === 0) {
    return (
      <Box paddingTop={8} paddingBottom={8}>
        <Typography tag="p" textAlign="center" textColor="neutral600">
          {formatMessage(t('overview.statistics.none'))}
        </Typography>
      </Box>
    );
  }
  return (
    <Flex direction="column" alignItems="stretch" gap={4}>
      <Totals totals={statistics.totals} />
      {isTable ? (
        <AttemptTable statistics={statistics} />
      ) : (
        <AttemptChart statistics={statistics} />
      )}
      <Flex justifyContent="space-between" gap={4} wrap="wrap">
        <Latency latency={statistics.latency} />
        <Button variant="ghost" size="S" onClick={() => setIsTable(!isTable)}>
          {formatMessage(t(isTable ? 'overview.chart.as-chart' : 'overview.chart.as-table'))}
        </Button>
      </Flex>
    </Flex>
  );
};

interface StatisticsCardProps {
  /** Undefined: all endpoints. */
  endpointId?: number;
}

/** Results of attempts and response times of the last hour, day or week. */
export const StatisticsCard = ({ endpointId }: StatisticsCardProps) => {
  const { formatMessage } = useIntl();
  const [chosen, setRange] = useAddressPart('range');
  const range = RANGES.find((one) => one === chosen) ?? DEFAULT_RANGE;
  const { data, isError } = useGetWebhooksStatisticsQuery(
    { range, endpointId },
    { refetchOnMountOrArgChange: true, pollingInterval: REFRESH_MS }
  );

  return (
    <SectionCard
      title={formatMessage(t('overview.statistics.title'))}
      subtitle={formatMessage(t('overview.statistics.subtitle'))}
      action={
        <Flex gap={1} role="group" aria-label={formatMessage(t('overview.range'))}>
          {RANGES.map((one) => (
            <Button
              key={one}
              size="S"
              variant={one === range ? 'secondary' : 'tertiary'}
              aria-pressed={one === range}
              onClick={() => setRange(one)}
            >
              {formatMessage(t(`overview.range.${one}`))}
            </Button>
          ))}
        </Flex>
      }
    >
      {isError ? (
        <Typography textColor="danger600">
          {formatMessage(t('overview.statistics.failed'))}
        </Typography>
      ) : data === undefined ? (
        <Flex justifyContent="center" padding={8}>
          <Loader small>{formatMessage(t('overview.statistics.loading'))}</Loader>
        </Flex>
      ) : (
        <Picture statistics={data} />
      )}
    </SectionCard>
  );
};
