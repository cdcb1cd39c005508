import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { Link } from 'react-router-dom';
import { styled } from 'styled-components';

import { useFormatCount } from '../../hooks/useFormatCount';
import { untriedIn, useGetWebhooksOverviewQuery } from '../../services/overview';
import { filterQuery } from '../../utils/paths';
import { t } from '../../utils/translation';

import type {
  DisplayedState,
  MessageListFilter,
  Overview,
} from '../../../../server/src/panel/contract';

interface StatusTab {
  name: 'all' | 'pending' | 'retrying' | 'held' | 'active' | 'dead' | 'delivered' | 'canceled';
  /** Undefined: all. */
  displayed?: DisplayedState[];
  /** Undefined: too many to be counted by status. */
  count?: (overview: Overview) => number | undefined;
}

const TABS: readonly StatusTab[] = [
  { name: 'all' },
  { name: 'pending', displayed: ['pending'], count: untriedIn },
  { name: 'retrying', displayed: ['retrying'], count: ({ retrying }) => retrying ?? undefined },
  { name: 'held', displayed: ['held'], count: ({ held }) => held },
  { name: 'active', displayed: ['active'], count: ({ counts }) => counts.active },
  { name: 'dead', displayed: ['dead'], count: ({ counts }) => counts.dead },
  { name: 'delivered', displayed: ['delivered'], count: ({ counts }) => counts.delivered },
  { name: 'canceled', displayed: ['canceled'], count: ({ counts }) => counts.canceled },
];

const Row = styled.nav`
  display: flex;
  flex-wrap: wrap;
  gap: ${({ theme }) => theme.spaces[1]};
  border-bottom: 1px solid ${({ theme }) => theme.colors.neutral200};
`;

const Tab = styled(Link)`
  display: flex;
  gap: ${({ theme }) => theme.spaces[2]};
  padding: ${({ theme }) => `${theme.spaces[2]} ${theme.spaces[3]}`};
  border-bottom: 2px solid transparent;
  margin-bottom: -1px;
  text-decoration: none;

  &[aria-current='page'] {
    border-bottom-color: ${({ theme }) => theme.colors.primary600};
  }
`;

const sameStates = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  [...a].sort().join() === [...b].sort().join();

/** Links to the messages of each status. The counts are of the whole log, so a filtered list has none. */
export const StatusTabs = ({ filter }: { filter: MessageListFilter }) => {
  const { formatMessage } = useIntl();
  const formatCount = useFormatCount();
  const { displayed, ...others } = filter;
  const isNarrowed = Object.values(others).some((part) => part !== undefined && part !== '');
  const { data } = useGetWebhooksOverviewQuery(undefined, { pollingInterval: 15_000 });

  return (
    <Row aria-label={formatMessage(t('filter.displayed'))}>
      {TABS.map(({ name, displayed: states, count }) => {
        const isHere = sameStates(displayed, states);
        const number = data === undefined || isNarrowed ? undefined : count?.(data);
        const label = name === 'all' ? t('messages.tab.all') : t(`message.state.${name}`);
        return (
          <Tab
            key={name}
            to={{ search: filterQuery({ ...others, displayed: states }).toString() }}
            aria-current={isHere ? 'page' : undefined}
          >
            <Typography
              fontWeight={isHere ? 'bold' : undefined}
              textColor={isHere ? 'primary700' : 'neutral800'}
            >
              {formatMessage(label)}
            </Typography>
            {number !== undefined && (
              <Typography textColor={name === 'dead' && number > 0 ? 'danger600' : 'neutral600'}>
                {formatCount(number, data?.countedUpTo)}
              </Typography>
            )}
          </Tab>
        );
      })}
    </Row>
  );
};
