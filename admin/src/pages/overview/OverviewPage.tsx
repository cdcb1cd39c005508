import { Flex, Grid } from '@strapi/design-system';
import { Layouts, Page } from '@strapi/strapi/admin';
import { useIntl } from 'react-intl';

import { EnvironmentBanner } from './EnvironmentBanner';
import { StatisticsCard } from './StatisticsCard';
import { UpcomingMessages } from './UpcomingMessages';
import { DispatcherStatus } from './DispatcherStatus';
import { FirstSteps } from './FirstSteps';
import { OverviewStats } from './OverviewStats';
import { StrapiProblems } from './StrapiProblems';
import { ReconcileOffers } from '../../components/ReconcileOffers';
import { RefreshButton } from '../../components/RefreshButton';
import { TroubledEndpoints } from './TroubledEndpoints';
import { Warnings } from './Warnings';
import { usePermissions } from '../../hooks/usePermissions';
import { useLiveRefetch } from '../../hooks/useRefetchWhile';
import { useGetWebhooksOverviewQuery } from '../../services/overview';
import { t } from '../../utils/translation';

import type { Overview } from '../../../../server/src/panel/contract';

const isMoving = ({ counts, held }: Overview) => counts.active > 0 || counts.pending > held;

const isUntouched = ({ counts }: Overview) => Object.values(counts).every((count) => count === 0);

export const OverviewPage = () => {
  const { formatMessage } = useIntl();
  const can = usePermissions();
  const { data, isLoading, isError, isFetching, refetch } = useGetWebhooksOverviewQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  useLiveRefetch(data !== undefined && isMoving(data), refetch);

  if (isLoading) return <Page.Loading />;
  if (isError || !data) return <Page.Error />;

  return (
    <Page.Main>
      <Page.Title>{formatMessage(t('overview.title'))}</Page.Title>
      <Layouts.Header
        title={formatMessage(t('overview.title'))}
        subtitle={formatMessage(t('overview.subtitle'))}
        primaryAction={<RefreshButton isBusy={isFetching} onRefresh={refetch} />}
      />
      <Layouts.Content>
        <Flex direction="column" alignItems="stretch" gap={6}>
          <EnvironmentBanner overview={data} mayResolve={can('settings.update')} />
          <StrapiProblems overview={data} />
          <Warnings warnings={data.warnings} />
          <ReconcileOffers />
          {isUntouched(data) && <FirstSteps can={can} />}
          <OverviewStats overview={data} />
          {data.endpoints > 0 && <TroubledEndpoints endpoints={data.endpointsInTrouble} />}
          {!isUntouched(data) && <StatisticsCard />}
          <Grid.Root gap={4}>
            <Grid.Item col={6} s={12} xs={12} alignItems="stretch">
              <UpcomingMessages messages={data.upcoming} />
            </Grid.Item>
            <Grid.Item col={6} s={12} xs={12} alignItems="stretch">
              <DispatcherStatus overview={data} />
            </Grid.Item>
          </Grid.Root>
        </Flex>
      </Layouts.Content>
    </Page.Main>
  );
};
