/** The admin API: one row a route. Served under `/guaranteed-webhooks`, to admins and admin tokens. */
import type { Permission } from '../permissions';
import type { Shapes } from './edge';
import * as shown from './schemas-pages';
import * as is from './schemas';
import * as gates from './schemas-gates';

export interface AdminRoute extends Shapes {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** `controller.action` */
  handler: string;
  permission: Permission;
}

// prettier-ignore
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  { method: 'GET',    path: '/overview', handler: 'overview.read',    permission: 'messages.read' },
  { method: 'GET',    path: '/catalog',  handler: 'overview.catalog', permission: 'topics.read' },
  { method: 'GET',    path: '/statistics', handler: 'statistics.read', permission: 'messages.read', query: shown.statisticsQuery },
  { method: 'GET',    path: '/deliveries', handler: 'deliveries.find', permission: 'messages.read', query: shown.entryQuery },

  { method: 'GET',    path: '/topics',             handler: 'topics.find',    permission: 'topics.read' },
  { method: 'POST',   path: '/topics',             handler: 'topics.create',  permission: 'topics.create', body: is.topicBody },
  { method: 'GET',    path: '/topics/:id',         handler: 'topics.findOne', permission: 'topics.read' },
  { method: 'PUT',    path: '/topics/:id',         handler: 'topics.update',  permission: 'topics.update', body: is.topicUpdateBody },
  { method: 'DELETE', path: '/topics/:id',         handler: 'topics.delete',  permission: 'topics.delete' },
  { method: 'POST',   path: '/topics/:id/publish', handler: 'topics.publish', permission: 'messages.publish', body: is.publishBody },

  { method: 'GET',    path: '/endpoints',                   handler: 'endpoints.find',         permission: 'endpoints.read' },
  { method: 'POST',   path: '/endpoints',                   handler: 'endpoints.create',       permission: 'endpoints.create', body: is.endpointBody },
  { method: 'GET',    path: '/endpoints/health',            handler: 'endpoints.health',       permission: 'endpoints.read' },
  { method: 'GET',    path: '/endpoints/:id',               handler: 'endpoints.findOne',      permission: 'endpoints.read' },
  { method: 'PUT',    path: '/endpoints/:id',               handler: 'endpoints.update',       permission: 'endpoints.update', body: is.endpointUpdateBody },
  { method: 'DELETE', path: '/endpoints/:id',               handler: 'endpoints.delete',       permission: 'endpoints.delete', query: is.endpointDeleteQuery },
  { method: 'POST',   path: '/endpoints/:id/pause',         handler: 'endpoints.pause',        permission: 'endpoints.update', body: is.pauseBody },
  { method: 'POST',   path: '/endpoints/:id/resume',        handler: 'endpoints.resume',       permission: 'endpoints.update', body: is.resumeBody },
  { method: 'POST',   path: '/endpoints/:id/rotate-secret', handler: 'endpoints.rotateSecret', permission: 'endpoints.rotate-secret', body: is.rotateBody },
  { method: 'POST',   path: '/endpoints/:id/test',          handler: 'endpoints.test',         permission: 'endpoints.test' },
  { method: 'POST',   path: '/endpoints/retry-preview',     handler: 'endpoints.retryPreview', permission: 'endpoints.read', body: is.retryPreviewBody },

  { method: 'GET',    path: '/messages',                     handler: 'messages.find',       permission: 'messages.read', query: is.messagesQuery },
  { method: 'POST',   path: '/messages/replay',              handler: 'messages.bulkReplay', permission: 'messages.replay', body: is.bulkBody },
  { method: 'POST',   path: '/messages/cancel',              handler: 'messages.bulkCancel', permission: 'messages.cancel', body: is.bulkBody },
  { method: 'POST',   path: '/messages/delete',              handler: 'messages.bulkDelete', permission: 'messages.delete', body: is.bulkBody },
  { method: 'GET',    path: '/messages/:messageId',          handler: 'messages.findOne',    permission: 'messages.read' },
  { method: 'POST',   path: '/messages/:messageId/replay',   handler: 'messages.replay',     permission: 'messages.replay' },
  { method: 'POST',   path: '/messages/:messageId/cancel',   handler: 'messages.cancel',     permission: 'messages.cancel' },
  { method: 'POST',   path: '/messages/:messageId/send-now', handler: 'messages.sendNow',    permission: 'messages.replay' },
  { method: 'GET',    path: '/dead-letters/groups',          handler: 'messages.deadLetterGroups', permission: 'messages.read' },

  { method: 'GET',    path: '/schedules',                     handler: 'schedules.find',    permission: 'schedules.read' },
  { method: 'POST',   path: '/schedules',                     handler: 'schedules.create',  permission: 'schedules.create', body: gates.scheduleBody },
  { method: 'POST',   path: '/schedules/preview',             handler: 'schedules.preview', permission: 'schedules.read', body: gates.cronPreviewBody },
  { method: 'GET',    path: '/schedules/:scheduleId',         handler: 'schedules.findOne', permission: 'schedules.read' },
  { method: 'PUT',    path: '/schedules/:scheduleId',         handler: 'schedules.update',  permission: 'schedules.update', body: gates.scheduleUpdateBody },
  { method: 'DELETE', path: '/schedules/:scheduleId',         handler: 'schedules.delete',  permission: 'schedules.delete' },
  { method: 'POST',   path: '/schedules/:scheduleId/pause',   handler: 'schedules.pause',   permission: 'schedules.update' },
  { method: 'POST',   path: '/schedules/:scheduleId/resume',  handler: 'schedules.resume',  permission: 'schedules.update' },
  { method: 'POST',   path: '/schedules/:scheduleId/run-now', handler: 'schedules.runNow',  permission: 'schedules.update' },

  { method: 'GET',    path: '/queues',              handler: 'queues.find',   permission: 'queues.read' },
  { method: 'POST',   path: '/queues',              handler: 'queues.create', permission: 'queues.create', body: gates.queueBody },
  { method: 'PUT',    path: '/queues/:name',        handler: 'queues.update', permission: 'queues.update', body: gates.queueUpdateBody },
  { method: 'DELETE', path: '/queues/:name',        handler: 'queues.delete', permission: 'queues.delete' },
  { method: 'POST',   path: '/queues/:name/pause',  handler: 'queues.pause',  permission: 'queues.update' },
  { method: 'POST',   path: '/queues/:name/resume', handler: 'queues.resume', permission: 'queues.update' },

  // A key may contain any character, including slashes, so it is sent in the body.
  { method: 'GET',    path: '/flow-control',            handler: 'flow-control.find',      permission: 'flow-control.read', query: gates.flowControlQuery },
  { method: 'POST',   path: '/flow-control/pause',      handler: 'flow-control.pause',     permission: 'flow-control.update', body: gates.flowKeyBody },
  { method: 'POST',   path: '/flow-control/resume',     handler: 'flow-control.resume',    permission: 'flow-control.update', body: gates.flowKeyBody },
  { method: 'POST',   path: '/flow-control/pin',        handler: 'flow-control.pin',       permission: 'flow-control.update', body: gates.pinBody },
  { method: 'POST',   path: '/flow-control/unpin',      handler: 'flow-control.unpin',     permission: 'flow-control.update', body: gates.flowKeyBody },
  { method: 'POST',   path: '/flow-control/reset-rate', handler: 'flow-control.resetRate', permission: 'flow-control.update', body: gates.flowKeyBody },

  { method: 'GET',    path: '/signing-keys',        handler: 'signing-keys.find',   permission: 'signing-keys.read' },
  { method: 'GET',    path: '/signing-keys/reveal', handler: 'signing-keys.reveal', permission: 'signing-keys.reveal' },
  { method: 'POST',   path: '/signing-keys/rotate', handler: 'signing-keys.rotate', permission: 'signing-keys.rotate' },
  { method: 'POST',   path: '/signing-keys/rotate-url-secret', handler: 'signing-keys.rotateUrlSecret', permission: 'signing-keys.rotate', body: is.rotateBody },

  { method: 'GET',    path: '/jobs',            handler: 'jobs.find',    permission: 'messages.read' },
  { method: 'GET',    path: '/jobs/:id',        handler: 'jobs.findOne', permission: 'messages.read' },
  { method: 'POST',   path: '/jobs/:id/cancel', handler: 'jobs.cancel',  permission: 'messages.read' },

  { method: 'GET',    path: '/environment',                 handler: 'environments.read',           permission: 'messages.read' },
  { method: 'POST',   path: '/environment/adopt',           handler: 'environments.adopt',          permission: 'settings.update' },
  { method: 'POST',   path: '/environment/discard-pending', handler: 'environments.discardPending', permission: 'settings.update' },

  { method: 'GET',    path: '/native-webhooks',        handler: 'native-webhooks.find',   permission: 'settings.import' },
  { method: 'POST',   path: '/native-webhooks/import', handler: 'native-webhooks.import', permission: 'settings.import', body: shown.nativeImportBody },

  { method: 'GET',    path: '/metrics', handler: 'metrics.read',   permission: 'metrics.read' },
  { method: 'GET',    path: '/health',  handler: 'metrics.health', permission: 'metrics.read' },

  { method: 'GET',    path: '/events',     handler: 'events.find',    permission: 'messages.read', query: is.eventsQuery },
  { method: 'GET',    path: '/events/:id', handler: 'events.findOne', permission: 'messages.read' },
];
