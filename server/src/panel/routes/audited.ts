/** Routes whose calls are in the audit log, by handler. All others read, preview or test. */
import type { AuditedItem } from '../../store/log/audit-types';

export interface Audited {
  /** The writes of the call that are entries are those of such items. */
  items: readonly AuditedItem[];
  action: string;
  /** Added after the call, because it has no transaction of its own. */
  isAfter?: true;
  /** Each write is an entry. By default the first one is. */
  isEach?: true;
}

const one = (item: AuditedItem, action: string): Audited => ({ items: [item], action });
const after = (item: AuditedItem, action: string): Audited => ({
  ...one(item, action),
  isAfter: true,
});
/** A selection is changed at once, a filter by a job. */
const bulk = (action: string): Audited => ({ items: ['message', 'job'], action });

export const AUDITED: Readonly<Record<string, Audited>> = {
  'topics.create': one('topic', 'create'),
  'topics.update': one('topic', 'update'),
  'topics.delete': one('topic', 'delete'),
  'topics.publish': after('topic', 'publish'),

  'manual-sends.toTopic': after('topic', 'send-entries'),
  'manual-sends.toEndpoint': after('endpoint', 'send-entries'),

  'endpoints.create': one('endpoint', 'create'),
  'endpoints.setup': { items: ['topic', 'endpoint'], action: 'create', isEach: true },
  'endpoints.update': one('endpoint', 'update'),
  'endpoints.delete': one('endpoint', 'delete'),
  'endpoints.pause': one('endpoint', 'pause'),
  'endpoints.resume': one('endpoint', 'resume'),
  'endpoints.rotateSecret': one('endpoint', 'rotate-secret'),
  'endpoints.acknowledgeSchema': after('endpoint', 'acknowledge-schema'),
  'endpoints.releaseDocument': after('endpoint', 'release-document'),
  'endpoints.sendBatch': after('endpoint', 'send-batch'),

  'messages.replay': one('message', 'replay'),
  'messages.cancel': one('message', 'cancel'),
  'messages.sendNow': one('message', 'send-now'),
  'messages.bulkReplay': bulk('replay'),
  'messages.bulkCancel': bulk('cancel'),
  'messages.bulkDelete': bulk('delete'),
  'events.replay': one('job', 'replay-events'),
  'jobs.backfill': one('job', 'backfill'),
  'jobs.reconcile': one('job', 'reconcile'),
  'jobs.forgetLedger': after('endpoint', 'forget-ledger'),
  'jobs.cancel': one('job', 'cancel'),
  'jobs.pause': one('job', 'pause'),
  'jobs.resume': one('job', 'resume'),

  'schedules.create': one('schedule', 'create'),
  'schedules.update': one('schedule', 'update'),
  'schedules.delete': one('schedule', 'delete'),
  'schedules.pause': one('schedule', 'pause'),
  'schedules.resume': one('schedule', 'resume'),
  'schedules.runNow': after('schedule', 'run-now'),

  'queues.create': one('queue', 'create'),
  'queues.update': one('queue', 'update'),
  'queues.delete': one('queue', 'delete'),
  'queues.pause': one('queue', 'pause'),
  'queues.resume': one('queue', 'resume'),
  'flow-control.pause': one('flow-key', 'pause'),
  'flow-control.resume': one('flow-key', 'resume'),
  'flow-control.pin': one('flow-key', 'pin'),
  'flow-control.unpin': one('flow-key', 'unpin'),
  'flow-control.resetRate': one('flow-key', 'reset-rate'),

  'signing-keys.reveal': after('signing-keys', 'reveal'),
  'signing-keys.rotate': after('signing-keys', 'rotate'),
  'signing-keys.rotateUrlSecret': after('signing-keys', 'rotate-url-secret'),
  'alerts.update': one('alerts', 'update'),
  'environments.adopt': after('environment', 'adopt'),
  'environments.discardPending': after('environment', 'discard-pending'),
  'native-webhooks.import': { items: ['topic', 'endpoint'], action: 'import', isEach: true },
};
