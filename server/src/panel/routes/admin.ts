/** Routes of the admin API. Served under `/guaranteed-webhooks`, to admins and admin tokens. */
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

/**
 * @param call method and path
 * @param handler `controller.action`
 */
function route(call: string, handler: string, permission: Permission, shapes?: Shapes): AdminRoute {
  const [method, path] = call.split(' ') as [AdminRoute['method'], string];
  return { method, path, handler, permission, ...shapes };
}

export const ADMIN_ROUTES: readonly AdminRoute[] = [
  route('GET /overview', 'overview.read', 'messages.read'),
  route('GET /catalog', 'overview.catalog', 'topics.read'),
  route('GET /event-catalog', 'overview.eventCatalog', 'topics.read', {
    query: shown.eventCatalogQuery,
  }),
  route('GET /statistics', 'statistics.read', 'messages.read', { query: shown.statisticsQuery }),
  route('GET /deliveries', 'deliveries.find', 'messages.read', { query: shown.entryQuery }),
  route('GET /knowledge', 'deliveries.knowledge', 'messages.read', { query: shown.entryQuery }),

  route('GET /topics', 'topics.find', 'topics.read'),
  route('POST /topics', 'topics.create', 'topics.create', is.byService),
  route('POST /topics/trial', 'topics.trial', 'messages.read', is.byService),
  route('GET /topics/:id', 'topics.findOne', 'topics.read'),
  route('PUT /topics/:id', 'topics.update', 'topics.update', is.byService),
  route('DELETE /topics/:id', 'topics.delete', 'topics.delete'),
  route('POST /topics/:id/publish', 'topics.publish', 'messages.publish', is.byService),
  route('POST /topics/:id/send', 'manual-sends.toTopic', 'messages.send', is.byService),
  route('GET /topics/:id/code', 'settings.topicCode', 'topics.read'),

  route('GET /endpoints', 'endpoints.find', 'endpoints.read'),
  route('POST /endpoints', 'endpoints.create', 'endpoints.create', is.byService),
  route('POST /endpoints/setup', 'endpoints.setup', 'endpoints.create', is.byService),
  route('GET /endpoints/health', 'endpoints.health', 'endpoints.read'),
  route('GET /endpoints/actors', 'endpoints.actors', 'endpoints.update'),
  route('GET /endpoints/:id/held-documents', 'endpoints.heldDocuments', 'endpoints.read'),
  route(
    'POST /endpoints/:id/held-documents/release',
    'endpoints.releaseDocument',
    'endpoints.update',
    is.byService
  ),
  route('GET /endpoints/:id/batch', 'endpoints.waitingBatch', 'endpoints.read'),
  route('POST /endpoints/:id/batch/send', 'endpoints.sendBatch', 'endpoints.update'),
  route('GET /endpoints/formats', 'endpoints.formats', 'endpoints.read'),
  route('POST /endpoints/trial', 'endpoints.trial', 'messages.read', is.byService),
  route('POST /endpoints/shape-preview', 'endpoints.previewShape', 'endpoints.read', is.byService),
  route('GET /endpoints/:id', 'endpoints.findOne', 'endpoints.read'),
  route('GET /endpoints/:id/history', 'audit.endpointHistory', 'endpoints.read', {
    query: shown.historyQuery,
  }),
  route('PUT /endpoints/:id', 'endpoints.update', 'endpoints.update', is.byService),
  route('DELETE /endpoints/:id', 'endpoints.delete', 'endpoints.delete', {
    query: is.endpointDeleteQuery,
  }),
  route('POST /endpoints/:id/pause', 'endpoints.pause', 'endpoints.update', { body: is.pauseBody }),
  route('POST /endpoints/:id/resume', 'endpoints.resume', 'endpoints.update', is.byService),
  route(
    'POST /endpoints/:id/rotate-secret',
    'endpoints.rotateSecret',
    'endpoints.rotate-secret',
    is.byService
  ),
  route(
    'POST /endpoints/:id/acknowledge-schema',
    'endpoints.acknowledgeSchema',
    'endpoints.update'
  ),
  route('POST /endpoints/:id/test', 'endpoints.test', 'endpoints.test', { body: is.testBody }),
  route('POST /endpoints/:id/send', 'manual-sends.toEndpoint', 'messages.send', is.byService),
  route('GET /send-targets', 'manual-sends.targets', 'messages.send', {
    query: shown.sendTargetsQuery,
  }),
  route('POST /endpoints/:id/backfill', 'jobs.backfill', 'messages.replay', is.byService),
  route('POST /endpoints/:id/reconcile', 'jobs.reconcile', 'messages.replay', is.byService),
  route('GET /endpoints/:id/ledger', 'jobs.ledger', 'messages.read'),
  route('GET /endpoints/:id/differences', 'jobs.differences', 'messages.read', {
    query: shown.differencesQuery,
  }),
  route('POST /endpoints/:id/ledger/forget', 'jobs.forgetLedger', 'messages.replay', is.byService),
  route('POST /endpoints/:id/check-signature', 'endpoints.checkSignature', 'endpoints.test', {
    body: is.signatureCheckBody,
  }),
  route('POST /endpoints/retry-preview', 'endpoints.retryPreview', 'endpoints.read', {
    body: is.retryPreviewBody,
  }),
  route('GET /endpoints/:id/code', 'settings.endpointCode', 'endpoints.read'),

  route('GET /messages', 'messages.find', 'messages.read', { query: is.messagesQuery }),
  route('GET /messages/export', 'messages.export', 'messages.read', { query: is.exportQuery }),
  route('POST /messages/replay', 'messages.bulkReplay', 'messages.replay', { body: is.bulkBody }),
  route('POST /messages/cancel', 'messages.bulkCancel', 'messages.cancel', { body: is.bulkBody }),
  route('POST /messages/delete', 'messages.bulkDelete', 'messages.delete', { body: is.bulkBody }),
  route('GET /messages/:messageId', 'messages.findOne', 'messages.read'),
  route('GET /messages/:messageId/previous', 'messages.before', 'messages.read'),
  route('POST /messages/:messageId/replay', 'messages.replay', 'messages.replay'),
  route('POST /messages/:messageId/cancel', 'messages.cancel', 'messages.cancel'),
  route('POST /messages/:messageId/send-now', 'messages.sendNow', 'messages.replay'),
  route('GET /dead-letters/groups', 'messages.deadLetterReasons', 'messages.read'),

  route('GET /schedules', 'schedules.find', 'schedules.read'),
  route('POST /schedules', 'schedules.create', 'schedules.create', { body: gates.scheduleBody }),
  route('POST /schedules/preview', 'schedules.preview', 'schedules.read', {
    body: gates.cronPreviewBody,
  }),
  route('GET /schedules/:scheduleId', 'schedules.findOne', 'schedules.read'),
  route('PUT /schedules/:scheduleId', 'schedules.update', 'schedules.update', {
    body: gates.scheduleUpdateBody,
  }),
  route('DELETE /schedules/:scheduleId', 'schedules.delete', 'schedules.delete'),
  route('POST /schedules/:scheduleId/pause', 'schedules.pause', 'schedules.update'),
  route('POST /schedules/:scheduleId/resume', 'schedules.resume', 'schedules.update'),
  route('POST /schedules/:scheduleId/run-now', 'schedules.runNow', 'schedules.update'),
  route('GET /schedules/:scheduleId/code', 'settings.scheduleCode', 'schedules.read'),

  route('GET /queues', 'queues.find', 'queues.read'),
  route('POST /queues', 'queues.create', 'queues.create', { body: gates.queueBody }),
  route('PUT /queues/:name', 'queues.update', 'queues.update', { body: gates.queueUpdateBody }),
  route('DELETE /queues/:name', 'queues.delete', 'queues.delete'),
  route('POST /queues/:name/pause', 'queues.pause', 'queues.update'),
  route('POST /queues/:name/resume', 'queues.resume', 'queues.update'),

  // A key may contain any character, including slashes, so it is sent in the body.
  route('GET /flow-control', 'flow-control.find', 'flow-control.read', {
    query: gates.flowControlQuery,
  }),
  route('POST /flow-control/pause', 'flow-control.pause', 'flow-control.update', {
    body: gates.flowKeyBody,
  }),
  route('POST /flow-control/resume', 'flow-control.resume', 'flow-control.update', {
    body: gates.flowKeyBody,
  }),
  route('POST /flow-control/pin', 'flow-control.pin', 'flow-control.update', is.byService),
  route('POST /flow-control/unpin', 'flow-control.unpin', 'flow-control.update', {
    body: gates.flowKeyBody,
  }),
  route('POST /flow-control/reset-rate', 'flow-control.resetRate', 'flow-control.update', {
    body: gates.flowKeyBody,
  }),

  route('GET /signing-keys', 'signing-keys.find', 'signing-keys.read'),
  route('GET /signing-keys/reveal', 'signing-keys.reveal', 'signing-keys.reveal'),
  route('POST /signing-keys/rotate', 'signing-keys.rotate', 'signing-keys.rotate'),
  route(
    'POST /signing-keys/rotate-url-secret',
    'signing-keys.rotateUrlSecret',
    'signing-keys.rotate',
    is.byService
  ),

  route('GET /reconcile-offers', 'jobs.offers', 'messages.read'),
  route('POST /reconcile-offers/dismiss', 'jobs.dismissOffers', 'messages.replay', is.byService),
  route('GET /jobs', 'jobs.find', 'messages.read'),
  route('GET /jobs/:id', 'jobs.findOne', 'messages.read'),
  route('POST /jobs/:id/cancel', 'jobs.cancel', 'messages.read'),
  route('POST /jobs/:id/pause', 'jobs.pause', 'messages.replay'),
  route('POST /jobs/:id/resume', 'jobs.resume', 'messages.replay'),

  route('GET /alerts', 'alerts.read', 'alerts.read'),
  route('PUT /alerts', 'alerts.update', 'alerts.update', is.byService),
  route('POST /alerts/test', 'alerts.test', 'alerts.update'),

  route('GET /environment', 'environments.read', 'messages.read'),
  route('POST /environment/adopt', 'environments.adopt', 'settings.update'),
  route('POST /environment/discard-pending', 'environments.discardPending', 'settings.update'),

  route('POST /settings/plan', 'settings.plan', 'endpoints.update', { body: is.settingsPlanBody }),

  route('GET /native-webhooks', 'native-webhooks.find', 'settings.import'),
  route('POST /native-webhooks/import', 'native-webhooks.import', 'settings.import', {
    body: shown.nativeImportBody,
  }),

  route('GET /audit-log', 'audit.find', 'audit-log.read', { query: shown.auditQuery }),
  route('GET /audit-log/people', 'audit.people', 'audit-log.read'),

  route('GET /metrics', 'metrics.read', 'metrics.read'),
  route('GET /health', 'metrics.health', 'metrics.read'),

  route('GET /events', 'events.find', 'messages.read', { query: is.eventsQuery }),
  route('POST /events/replay', 'events.replay', 'messages.replay', { body: is.eventReplayBody }),
  route('GET /events/:id', 'events.findOne', 'messages.read'),
];
