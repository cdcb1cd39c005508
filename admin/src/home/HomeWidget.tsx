import { Box, Flex, Grid, Link, Typography } from '@strapi/design-system';
import { Widget } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { TroubleBadge } from '../components/TroubleBadge';
import { useFormatCount } from '../hooks/useFormatCount';
import { useGetWebhooksOverviewQuery } from '../services/overview';
import { useGetWebhooksStatisticsQuery } from '../services/statistics';
import { endpointPath, ROOT } from '../utils/paths';
import { t } from '../utils/translation';

import type { Overview, Statistics } from '../../../server/src/panel/contract';

const LISTED = 3;
const FIGURES = ['delivered', 'waiting', 'held', 'dead'] as const;

const figuresOf = (overview: Overview, statistics: Statistics) => ({
  delivered: statistics.totals.delivered,
  waiting: overview.waiting,
  held: overview.held,
  dead: overview.counts.dead,
});

/** Delivery status on Strapi's home page. */
export const HomeWidget = () => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const overview = useGetWebhooksOverviewQuery(undefined, { refetchOnMountOrArgChange: true });
  const statistics = useGetWebhooksStatisticsQuery(
    { range: 'day' },
    { refetchOnMountOrArgChange: true }
  );

  if (overview.isError || statistics.isError) return <Widget.Error />;
  if (overview.data === undefined || statistics.data === undefined) return <Widget.Loading />;

  const figures = figuresOf(overview.data, statistics.data);
  const trouble = overview.data.endpointsInTrouble;
  const { countedUpTo } = overview.data;
  const wordOf = (count: number, isCapped: boolean) =>
    formatCount(count, isCapped ? countedUpTo : Infinity);

  return (
    <Flex direction="column" alignItems="stretch" gap={5}>
      <Grid.Root gap={4}>
        {FIGURES.map((figure) => (
          <Grid.Item key={figure} col={3} xs={6} direction="column" alignItems="flex-start">
            <Typography variant="pi" textColor="neutral600">
              {formatMessage(t(`widget.${figure}`))}
            </Typography>
            <Typography
              variant="alpha"
              textColor={figure === 'dead' && figures.dead > 0 ? 'danger600' : 'neutral800'}
            >
              {wordOf(figures[figure], figure !== 'delivered')}
            </Typography>
          </Grid.Item>
        ))}
      </Grid.Root>
      {overview.data.environment.foreign && (
        <Typography textColor="danger600">
          <Link tag={NavLink} to={ROOT}>
            {formatMessage(t('environment.foreign.title'))}
          </Link>
        </Typography>
      )}
      {overview.data.endpoints === 0 ? null : trouble.length === 0 ? (
        <Typography textColor="neutral600">{formatMessage(t('overview.trouble.none'))}</Typography>
      ) : (
        <Box>
          <Typography tag="h3" variant="sigma" textColor="neutral600">
            {formatMessage(t('overview.trouble.title'))}
          </Typography>
          <Flex tag="ul" direction="column" alignItems="stretch" gap={2} paddingTop={2}>
            {trouble.slice(0, LISTED).map(({ id, name, state }) => (
              <Flex key={id} tag="li" justifyContent="space-between" gap={2}>
                <Link tag={NavLink} to={endpointPath(id)}>
                  {name}
                </Link>
                <TroubleBadge state={state} />
              </Flex>
            ))}
          </Flex>
          {trouble.length > LISTED && (
            <Typography tag="p" paddingTop={2} variant="pi" textColor="neutral600">
              {formatMessage(t('list.and-more'), { count: trouble.length - LISTED })}
            </Typography>
          )}
        </Box>
      )}
    </Flex>
  );
};
