import { Box, Button } from '@strapi/design-system';
import { SubNav } from '@strapi/strapi/admin';
import { useEffect, useRef } from 'react';
import { useIntl } from 'react-intl';
import { NavLink, useLocation } from 'react-router-dom';
import { styled } from 'styled-components';

import { t } from '../utils/translation';

import { groupsFor, placesFor } from './places';

import type { Can } from '../hooks/usePermissions';

interface NavigationProps {
  can: Can;
  onShowShortcuts: () => void;
}

/** Links to the plugin's pages that the user may read. */
export const Navigation = ({ can, onShowShortcuts }: NavigationProps) => {
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
        <Box paddingLeft={1}>
          <Button variant="ghost" size="S" onClick={onShowShortcuts}>
            {formatMessage(t('shortcuts.title'))}
          </Button>
        </Box>
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
      {placesFor(can).map(({ place, to }) => (
        <RowLink key={place} to={to} end={place === 'overview'}>
          {formatMessage(t(`nav.${place}`))}
        </RowLink>
      ))}
    </Row>
  );
};
