import { SubNav } from '@strapi/strapi/admin';
import { useEffect, useRef } from 'react';
import { useIntl } from 'react-intl';
import { NavLink, useLocation } from 'react-router-dom';
import { styled } from 'styled-components';

import { ROOT } from '../utils/paths';
import { t } from '../utils/translation';

import type { Can } from '../hooks/usePermissions';
import type { PermissionUid } from '../permissions';

type Place =
  | 'overview'
  | 'topics'
  | 'endpoints'
  | 'event-catalog'
  | 'messages'
  | 'dead-letters'
  | 'schedules'
  | 'queues'
  | 'flow-control'
  | 'signing-keys'
  | 'audit-log';

interface PlaceOf {
  place: Place;
  to: string;
  permission: PermissionUid;
}

const GROUPS: readonly { group: 'monitor' | 'configure' | 'advanced'; places: PlaceOf[] }[] = [
  {
    group: 'monitor',
    places: [
      { place: 'overview', to: ROOT, permission: 'messages.read' },
      { place: 'messages', to: `${ROOT}/messages`, permission: 'messages.read' },
      { place: 'dead-letters', to: `${ROOT}/dead-letters`, permission: 'messages.read' },
    ],
  },
  {
    group: 'configure',
    places: [
      { place: 'endpoints', to: `${ROOT}/endpoints`, permission: 'endpoints.read' },
      { place: 'topics', to: `${ROOT}/topics`, permission: 'topics.read' },
      { place: 'event-catalog', to: `${ROOT}/event-catalog`, permission: 'topics.read' },
      { place: 'schedules', to: `${ROOT}/schedules`, permission: 'schedules.read' },
    ],
  },
  {
    group: 'advanced',
    places: [
      { place: 'queues', to: `${ROOT}/queues`, permission: 'queues.read' },
      { place: 'flow-control', to: `${ROOT}/flow-control`, permission: 'flow-control.read' },
      { place: 'signing-keys', to: `${ROOT}/signing-keys`, permission: 'signing-keys.read' },
      { place: 'audit-log', to: `${ROOT}/audit-log`, permission: 'audit-log.read' },
    ],
  },
];

const groupsFor = (can: Can) =>
  GROUPS.map(({ group, places }) => ({
    group,
    places: places.filter(({ permission }) => can(permission)),
  })).filter(({ places }) => places.length > 0);

/** Links to the plugin's pages that the user may read. */
export const Navigation = ({ can }: { can: Can }) => {
  const { formatMessage } = useIntl();

  return (
    <SubNav.Main aria-label={formatMessage(t('nav.label'))}>
      <SubNav.Header label={formatMessage(t('plugin.name'))} />
      <SubNav.Content>
        <SubNav.Sections>
          {groupsFor(can).map(({ group, places }) => (
            <SubNav.Section key={group} label={formatMessage(t(`nav.${group}`))}>
              {places.map(({ place, to }) => (
                <SubNav.Link
                  key={place}
                  to={to}
                  end={place === 'overview'}
                  label={formatMessage(t(`nav.${place}`))}
                />
              ))}
            </SubNav.Section>
          ))}
        </SubNav.Sections>
      </SubNav.Content>
    </SubNav.Main>
  );
};

const Row = styled.nav`
  display: flex;
  overflow-x: auto;
  gap: ${({ theme }) => theme.spaces[1]};
  padding: ${({ theme }) => theme.spaces[2]};
  background: ${({ theme }) => theme.colors.neutral0};
  border-bottom: 1px solid ${({ theme }) => theme.colors.neutral150};

  ${({ theme }) => theme.breakpoints.medium} {
    display: none;
  }
`;

const RowLink = styled(NavLink)`
  flex: none;
  padding: ${({ theme }) => `${theme.spaces[2]} ${theme.spaces[3]}`};
  border-radius: ${({ theme }) => theme.borderRadius};
  color: ${({ theme }) => theme.colors.neutral800};
  font-size: 1.4rem;
  text-decoration: none;

  &.active {
    background: ${({ theme }) => theme.colors.primary100};
    color: ${({ theme }) => theme.colors.primary700};
  }
`;

/** The same links in a row, because Strapi hides the side navigation in narrow windows. */
export const NarrowNavigation = ({ can }: { can: Can }) => {
  const { formatMessage } = useIntl();
  const { pathname } = useLocation();
  const row = useRef<HTMLElement>(null);

  // The row may be wider than the window: scroll to the current page.
  useEffect(() => {
    const here = row.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (!here || !row.current) return;
    const middle = (row.current.clientWidth - here.clientWidth) / 2;
    row.current.scrollLeft = here.offsetLeft - row.current.offsetLeft - middle;
  }, [pathname]);

  return (
    <Row ref={row} aria-label={formatMessage(t('nav.label'))}>
      {groupsFor(can)
        .flatMap(({ places }) => places)
        .map(({ place, to }) => (
          <RowLink key={place} to={to} end={place === 'overview'}>
            {formatMessage(t(`nav.${place}`))}
          </RowLink>
        ))}
    </Row>
  );
};
