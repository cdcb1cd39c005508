import { Layouts, Page } from '@strapi/strapi/admin';
import { lazy, Suspense, type ComponentType } from 'react';
import { Route, Routes } from 'react-router-dom';

import { Navigation } from '../components/Navigation';
import { usePermissions } from '../hooks/usePermissions';

import type { PermissionUid } from '../permissions';

const OverviewPage = lazy(() =>
  import('./OverviewPage').then((module) => ({ default: module.OverviewPage }))
);

interface PageRoute {
  path: string;
  Component: ComponentType;
  permission: PermissionUid;
}

const PAGES: readonly PageRoute[] = [
  { path: '', Component: OverviewPage, permission: 'messages.read' },
];

/** The plugin's pages beside their navigation, each shown to those who may read what is on it. */
export const App = () => {
  const can = usePermissions();

  return (
    <Layouts.Root sideNav={<Navigation can={can} />}>
      <Suspense fallback={<Page.Loading />}>
        <Routes>
          {PAGES.map(({ path, Component, permission }) => (
            <Route
              key={path}
              path={path}
              element={can(permission) ? <Component /> : <Page.NoPermissions />}
            />
          ))}
          <Route path="*" element={<Page.NoData />} />
        </Routes>
      </Suspense>
    </Layouts.Root>
  );
};
