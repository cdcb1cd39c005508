/**
 * Routes of the QStash API, under `/api/guaranteed-webhooks`. A `-` replaces what the middleware cut out of
 * the path (`format/request-target.ts`).
 *
 * Only Strapi's API tokens are accepted: not users of the Users & Permissions plugin, and not its public
 * role, whatever permissions they have.
 */
import type { Core } from '@strapi/strapi';

import { serviceOf } from '../../app/service-of';
import { PLACEHOLDER } from '../format/request-target';

/** Strapi's strategy for API tokens, and its name in older versions. */
const API_TOKENS = ['content-api-token', 'api-token'];

export interface QstashRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /**
   * Custom API tokens store it as a permission, so it must not be renamed. Read-only tokens may call `find`
   * and `findOne`.
   */
  handler: string;
}

const route = (method: QstashRoute['method'], path: string, handler: string): QstashRoute => ({
  method,
  path,
  handler,
});

export const ROUTES: readonly QstashRoute[] = [
  route('POST', `/v2/publish/${PLACEHOLDER}`, 'v2-messages.publish'),
  route('POST', `/v2/enqueue/:queue/${PLACEHOLDER}`, 'v2-messages.enqueue'),
  route('POST', '/v2/batch', 'v2-messages.batch'),
  route('GET', '/v2/messages/:messageId', 'v2-messages.findOne'),
  route('DELETE', '/v2/messages/:messageId', 'v2-messages.cancel'),
  route('DELETE', '/v2/messages', 'v2-messages.cancelMany'),

  route('GET', '/v2/topics', 'v2-topics.find'),
  route('GET', '/v2/topics/:name', 'v2-topics.findOne'),
  route('PATCH', '/v2/topics/:name', 'v2-topics.update'),
  route('DELETE', '/v2/topics/:name', 'v2-topics.delete'),
  route('POST', '/v2/topics/:name/endpoints', 'v2-topics.addEndpoints'),
  route('DELETE', '/v2/topics/:name/endpoints', 'v2-topics.removeEndpoints'),

  route('GET', '/v2/dlq', 'v2-dlq.find'),
  route('DELETE', '/v2/dlq', 'v2-dlq.deleteMany'),
  route('POST', '/v2/dlq/retry', 'v2-dlq.retryMany'),
  route('POST', '/v2/dlq/retry/:dlqId', 'v2-dlq.retry'),
  route('GET', '/v2/dlq/:dlqId', 'v2-dlq.findOne'),
  route('DELETE', '/v2/dlq/:dlqId', 'v2-dlq.delete'),

  route('GET', '/v2/events', 'v2-logs.find'),
  route('GET', '/v2/logs', 'v2-logs.find'),
  route('GET', '/v2/queues', 'v2-queues.find'),
  route('POST', '/v2/queues', 'v2-queues.upsert'),
  route('GET', '/v2/queues/:name', 'v2-queues.findOne'),
  route('DELETE', '/v2/queues/:name', 'v2-queues.delete'),
  route('POST', '/v2/queues/:name/pause', 'v2-queues.pause'),
  route('POST', '/v2/queues/:name/resume', 'v2-queues.resume'),

  route('GET', '/v2/schedules', 'v2-schedules.find'),
  route('POST', `/v2/schedules/${PLACEHOLDER}`, 'v2-schedules.create'),
  route('GET', '/v2/schedules/:scheduleId', 'v2-schedules.findOne'),
  route('DELETE', '/v2/schedules/:scheduleId', 'v2-schedules.delete'),
  route('PATCH', '/v2/schedules/:scheduleId/pause', 'v2-schedules.pause'),
  route('POST', '/v2/schedules/:scheduleId/pause', 'v2-schedules.pause'),
  route('PATCH', '/v2/schedules/:scheduleId/resume', 'v2-schedules.resume'),
  route('POST', '/v2/schedules/:scheduleId/resume', 'v2-schedules.resume'),

  route('GET', '/v2/flowControl', 'v2-flow-control.find'),
  route('GET', `/v2/flowControl/${PLACEHOLDER}`, 'v2-flow-control.findOne'),
  route('POST', `/v2/flowControl/${PLACEHOLDER}/pause`, 'v2-flow-control.pause'),
  route('POST', `/v2/flowControl/${PLACEHOLDER}/resume`, 'v2-flow-control.resume'),
  route('POST', `/v2/flowControl/${PLACEHOLDER}/pin`, 'v2-flow-control.pin'),
  route('POST', `/v2/flowControl/${PLACEHOLDER}/unpin`, 'v2-flow-control.unpin'),
  route('POST', `/v2/flowControl/${PLACEHOLDER}/resetRate`, 'v2-flow-control.resetRate'),
  route('POST', `/v2/flowControl/${PLACEHOLDER}/reset`, 'v2-flow-control.resetRate'),
  route('GET', '/v2/globalParallelism', 'v2-global-parallelism.find'),

  route('GET', '/v2/keys', 'v2-keys.reveal'),
  route('POST', '/v2/keys/rotate', 'v2-keys.rotate'),
  route('GET', '/v2/readiness', 'v2-readiness.find'),
];

/** Strapi adds the scope to each route's `auth`, so the object is not shared. */
const strapiRoute = (route: QstashRoute) => ({
  ...route,
  config: { auth: { strategies: API_TOKENS } },
});

export const qstashRoutes = ({ strapi }: { strapi: Core.Strapi }) => ({
  type: 'content-api',
  routes: serviceOf(strapi, 'runtime').config.v2.enabled ? ROUTES.map(strapiRoute) : [],
});
