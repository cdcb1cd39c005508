import { Layouts, Page } from '@strapi/strapi/admin';
import { lazy, Suspense, useState, type ComponentType, type FunctionComponent } from 'react';
import { Route, Routes } from 'react-router-dom';

import { NarrowNavigation, Navigation } from '../components/Navigation';
import { Shortcuts } from '../components/shortcuts/Shortcuts';
import { usePermissions } from '../hooks/usePermissions';

import type { PermissionUid } from '../permissions';

/** A page of a group that is loaded when one of its pages is opened. */
const pageOf = <Name extends string>(
  load: () => Promise<Record<Name, FunctionComponent>>,
  name: Name
): ComponentType =>
  lazy(async (): Promise<{ default: FunctionComponent }> => ({ default: (await load())[name] }));

const overview = () => import('./overview/OverviewPage');
const log = () => import('./groups/log');
const endpoints = () => import('./groups/endpoints');
const topics = () => import('./groups/topics');
const schedules = () => import('./groups/schedules');
const advanced = () => import('./groups/advanced');

interface PageRoute {
  path: string;
  Component: ComponentType;
  permission: PermissionUid;
}

const PAGES: readonly PageRoute[] = [
  { path: '', Component: pageOf(overview, 'OverviewPage'), permission: 'messages.read' },
  { path: 'topics', Component: pageOf(topics, 'TopicsPage'), permission: 'topics.read' },
  { path: 'topics/:id', Component: pageOf(topics, 'TopicPage'), permission: 'topics.read' },
  {
    path: 'event-catalog',
    Component: pageOf(topics, 'EventCatalogPage'),
    permission: 'topics.read',
  },
  {
    path: 'endpoints',
    Component: pageOf(endpoints, 'EndpointsPage'),
    permission: 'endpoints.read',
  },
  {
    path: 'endpoints/import',
    Component: pageOf(endpoints, 'ImportPage'),
    permission: 'settings.import',
  },
  {
    path: 'endpoints/:id',
    Component: pageOf(endpoints, 'EndpointPage'),
    permission: 'endpoints.read',
  },
  { path: 'messages', Component: pageOf(log, 'MessagesPage'), permission: 'messages.read' },
  {
    path: 'messages/:messageId',
    Component: pageOf(log, 'MessagePage'),
    permission: 'messages.read',
  },
  {
    path: 'schedules',
    Component: pageOf(schedules, 'SchedulesPage'),
    permission: 'schedules.read',
  },
  {
    path: 'schedules/:scheduleId',
    Component: pageOf(schedules, 'SchedulePage'),
    permission: 'schedules.read',
  },
  { path: 'alerts', Component: pageOf(advanced, 'AlertsPage'), permission: 'alerts.read' },
  { path: 'queues', Component: pageOf(advanced, 'QueuesPage'), permission: 'queues.read' },
  {
    path: 'flow-control',
    Component: pageOf(advanced, 'FlowControlPage'),
    permission: 'flow-control.read',
  },
  {
    path: 'signing-keys',
    Component: pageOf(advanced, 'SigningKeysPage'),
    permission: 'signing-keys.read',
  },
  { path: 'audit-log', Component: pageOf(advanced, 'AuditLogPage'), permission: 'audit-log.read' },
  { path: 'dead-letters', Component: pageOf(log, 'DeadLettersPage'), permission: 'messages.read' },
];

/** Routes of the plugin, each behind its permission. */
export const App = () => {
  const can = usePermissions();
  const [hasHelp, setHasHelp] = useState(false);

  return (
    <Layouts.Root sideNav={<Navigation can={can} onShowShortcuts={() => setHasHelp(true)} />}>
      <Shortcuts can={can} isOpen={hasHelp} onOpen={setHasHelp} />
      <NarrowNavigation can={can} />
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
