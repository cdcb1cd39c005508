/**
 * The calls of the QStash API: which method on which path is answered by which action. `-` stands where
 * the caller's own text was cut out of the path (`request-target.ts`).
 *
 * Strapi's router alone could not say what is missing: it has a catch-all GET route for files, so
 * that every path exists and a wrong method looks like a missing file.
 */
import { PLACEHOLDER } from './request-target';

export interface QstashCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/v2` on. */
  path: string;
  /** Its name is also the scope that a custom API token is given: `find` and `findOne` only read. */
  handler: string;
}

// prettier-ignore
export const CALLS: readonly QstashCall[] = [
  { method: 'POST',   path: `/v2/publish/${PLACEHOLDER}`,        handler: 'v2-messages.publish' },
  { method: 'POST',   path: `/v2/enqueue/:queue/${PLACEHOLDER}`, handler: 'v2-messages.enqueue' },
  { method: 'POST',   path: '/v2/batch',                         handler: 'v2-messages.batch' },
  { method: 'GET',    path: '/v2/messages/:messageId',           handler: 'v2-messages.findOne' },
  { method: 'DELETE', path: '/v2/messages/:messageId',           handler: 'v2-messages.cancel' },
  { method: 'DELETE', path: '/v2/messages',                      handler: 'v2-messages.cancelMany' },

  { method: 'GET',    path: '/v2/topics',                        handler: 'v2-topics.find' },
  { method: 'GET',    path: '/v2/topics/:name',                  handler: 'v2-topics.findOne' },
  { method: 'PATCH',  path: '/v2/topics/:name',                  handler: 'v2-topics.update' },
  { method: 'DELETE', path: '/v2/topics/:name',                  handler: 'v2-topics.delete' },
  { method: 'POST',   path: '/v2/topics/:name/endpoints',        handler: 'v2-topics.addEndpoints' },
  { method: 'DELETE', path: '/v2/topics/:name/endpoints',        handler: 'v2-topics.removeEndpoints' },

  { method: 'GET',    path: '/v2/dlq',                           handler: 'v2-dlq.find' },
  { method: 'DELETE', path: '/v2/dlq',                           handler: 'v2-dlq.deleteMany' },
  { method: 'POST',   path: '/v2/dlq/retry',                     handler: 'v2-dlq.retryMany' },
  { method: 'POST',   path: '/v2/dlq/retry/:dlqId',              handler: 'v2-dlq.retry' },
  { method: 'GET',    path: '/v2/dlq/:dlqId',                    handler: 'v2-dlq.findOne' },
  { method: 'DELETE', path: '/v2/dlq/:dlqId',                    handler: 'v2-dlq.delete' },

  { method: 'GET',    path: '/v2/events',                        handler: 'v2-logs.find' },
  { method: 'GET',    path: '/v2/logs',                          handler: 'v2-logs.find' },
  { method: 'GET',    path: '/v2/queues',                        handler: 'v2-queues.find' },
  { method: 'POST',   path: '/v2/queues',                        handler: 'v2-queues.upsert' },
  { method: 'GET',    path: '/v2/queues/:name',                  handler: 'v2-queues.findOne' },
  { method: 'DELETE', path: '/v2/queues/:name',                  handler: 'v2-queues.delete' },
  { method: 'POST',   path: '/v2/queues/:name/pause',            handler: 'v2-queues.pause' },
  { method: 'POST',   path: '/v2/queues/:name/resume',           handler: 'v2-queues.resume' },

  { method: 'GET',    path: '/v2/schedules',                     handler: 'v2-schedules.find' },
  { method: 'POST',   path: `/v2/schedules/${PLACEHOLDER}`,      handler: 'v2-schedules.create' },
  { method: 'GET',    path: '/v2/schedules/:scheduleId',         handler: 'v2-schedules.findOne' },
  { method: 'DELETE', path: '/v2/schedules/:scheduleId',         handler: 'v2-schedules.delete' },
  { method: 'PATCH',  path: '/v2/schedules/:scheduleId/pause',   handler: 'v2-schedules.pause' },
  { method: 'POST',   path: '/v2/schedules/:scheduleId/pause',   handler: 'v2-schedules.pause' },
  { method: 'PATCH',  path: '/v2/schedules/:scheduleId/resume',  handler: 'v2-schedules.resume' },
  { method: 'POST',   path: '/v2/schedules/:scheduleId/resume',  handler: 'v2-schedules.resume' },

  { method: 'GET',    path: '/v2/flowControl',                   handler: 'v2-flow-control.find' },
  { method: 'GET',    path: `/v2/flowControl/${PLACEHOLDER}`,    handler: 'v2-flow-control.findOne' },
  { method: 'POST',   path: `/v2/flowControl/${PLACEHOLDER}/pause`,     handler: 'v2-flow-control.pause' },
  { method: 'POST',   path: `/v2/flowControl/${PLACEHOLDER}/resume`,    handler: 'v2-flow-control.resume' },
  { method: 'POST',   path: `/v2/flowControl/${PLACEHOLDER}/pin`,       handler: 'v2-flow-control.pin' },
  { method: 'POST',   path: `/v2/flowControl/${PLACEHOLDER}/unpin`,     handler: 'v2-flow-control.unpin' },
  { method: 'POST',   path: `/v2/flowControl/${PLACEHOLDER}/resetRate`, handler: 'v2-flow-control.resetRate' },
  { method: 'POST',   path: `/v2/flowControl/${PLACEHOLDER}/reset`,     handler: 'v2-flow-control.resetRate' },
  { method: 'GET',    path: '/v2/globalParallelism',             handler: 'v2-global-parallelism.find' },

  { method: 'GET',    path: '/v2/keys',                          handler: 'v2-keys.reveal' },
  { method: 'POST',   path: '/v2/keys/rotate',                   handler: 'v2-keys.rotate' },
  { method: 'GET',    path: '/v2/readiness',                     handler: 'v2-readiness.find' },
];

/** Parts of the service that are not here, and what to do instead. */
const NOT_OFFERED: readonly (readonly [path: RegExp, text: string])[] = [
  [
    /^\/llm\//,
    "the LLM API is not offered here: publish to the provider's URL, with a callback for the answer",
  ],
  [
    /^\/v2\/(workflows|trigger|batch\/trigger|notify|waiters)\b/,
    'Upstash Workflow is not offered here: publish, enqueue, schedule and callbacks are',
  ],
];

/** @returns why a path is not served though clients call it, or null. */
export const notOffered = (path: string): string | null =>
  NOT_OFFERED.find(([pattern]) => pattern.test(path))?.[1] ?? null;

/** @returns the methods a path is called with; none: there is no such path. */
export function methodsOf(path: string): string[] {
  return CALLS.filter((call) => matches(call.path, path)).map(({ method }) => method);
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => {
    const text = given[index];
    return part.startsWith(':') ? text !== '' : part === text;
  });
}
