import { Layouts, Page } from '@strapi/strapi/admin';
import { lazy, Suspense, type ComponentType } from 'react';
import { Route, Routes } from 'react-router-dom';

import { NarrowNavigation, Navigation } from '../components/Navigation';
import { usePermissions } from '../hooks/usePermissions';

import type { PermissionUid } from '../permissions';

const OverviewPage = lazy(() =>
  import('./overview/OverviewPage').then((module) => ({ default: module.OverviewPage }))
);
const TopicsPage = lazy(() =>
  import('./topics/TopicsPage').then((module) => ({ default: module.TopicsPage }))
);
const TopicPage = lazy(() =>
  import('./topics/TopicPage').then((module) => ({ default: module.TopicPage }))
);
const EndpointsPage = lazy(() =>
  import('./endpoints/EndpointsPage').then((module) => ({ default: module.EndpointsPage }))
);
const ImportPage = lazy(() =>
  import('./import/ImportPage').then((module) => ({ default: module.ImportPage }))
);
const EndpointPage = lazy(() =>
  import('./endpoints/EndpointPage').then((module) => ({ default: module.EndpointPage }))
);
const MessagesPage = lazy(() =>
  import('./messages/MessagesPage').then((module) => ({ default: module.MessagesPage }))
);
const MessagePage = lazy(() =>
  import('./messages/MessagePage').then((module) => ({ default: module.MessagePage }))
);
const DeadLettersPage = lazy(() =>
  import('./dead-letters/DeadLettersPage').then((module) => ({ default: module.DeadLettersPage }))
);

const EventCatalogPage = lazy(() =>
  import('./event-catalog/EventCatalogPage').then((module) => ({
    default: module.EventCatalogPage,
  }))
);
const SchedulesPage = lazy(() =>
  import('./schedules/SchedulesPage').then((module) => ({ default: module.SchedulesPage }))
);
const SchedulePage = lazy(() =>
  import('./schedules/SchedulePage').then((module) => ({ default: module.SchedulePage }))
);
const QueuesPage = lazy(() =>
  import('./queues/QueuesPage').then((module) => ({ default: module.QueuesPage }))
);
const FlowControlPage = lazy(() =>
  import('./flow-control/FlowControlPage').then((module) => ({ default: module.FlowControlPage }))
);
const SigningKeysPage = lazy(() =>
  import('./signing-keys/SigningKeysPage').then((module) => ({ default: module.SigningKeysPage }))
);

const AuditLogPage = lazy(() =>
  import('./audit-log/AuditLogPage').then((module) => ({ default: module.AuditLogPage }))
);

interface PageRoute {
  path: string;
  Component: ComponentType;
  permission: PermissionUid;
}

const PAGES: readonly PageRoute[] = [
  { path: '', Component: OverviewPage, permission: 'messages.read' },
  { path: 'topics', Component: TopicsPage, permission: 'topics.read' },
  { path: 'topics/:id', Component: TopicPage, permission: 'topics.read' },
  { path: 'event-catalog', Component: EventCatalogPage, permission: 'topics.read' },
  { path: 'endpoints', Component: EndpointsPage, permission: 'endpoints.read' },
  { path: 'endpoints/import', Component: ImportPage, permission: 'settings.import' },
  { path: 'endpoints/:id', Component: EndpointPage, permission: 'endpoints.read' },
  { path: 'messages', Component: MessagesPage, permission: 'messages.read' },
  { path: 'messages/:messageId', Component: MessagePage, permission: 'messages.read' },
  { path: 'schedules', Component: SchedulesPage, permission: 'schedules.read' },
  { path: 'schedules/:scheduleId', Component: SchedulePage, permission: 'schedules.read' },
  { path: 'queues', Component: QueuesPage, permission: 'queues.read' },
  { path: 'flow-control', Component: FlowControlPage, permission: 'flow-control.read' },
  { path: 'signing-keys', Component: SigningKeysPage, permission: 'signing-keys.read' },
  { path: 'audit-log', Component: AuditLogPage, permission: 'audit-log.read' },
  { path: 'dead-letters', Component: DeadLettersPage, permission: 'messages.read' },
];

/** Routes of the plugin, each behind its permission. */
export const App = () => {
  const can = usePermissions();

  return (
    <Layouts.Root sideNav={<Navigation can={can} />}>
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
