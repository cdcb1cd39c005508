/** A URL that subscribes to topics, with everything an attempt needs to know. Secrets are encrypted at rest. */
import { UID } from '../tables';
import { id, instant, timestamps } from './columns';

export const endpoint = {
  uid: UID.endpoint,
  singularName: 'endpoint',
  tableName: 'gw_endpoints',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    url: { type: 'text' },
    method: { type: 'string', default: 'POST' },
    /** `active`, `paused` (by a person) or `disabled` (by 410, or long failure). */
    state: { type: 'string', default: 'active' },
    stateReason: { type: 'text' },
    stateChangedAt: instant(),
    /** JSON array of `{ name, value, secret }`, encrypted as a whole. */
    headers: { type: 'text' },
    secret: { type: 'text' },
    /** Signs beside `secret` until `previousSecretUntil`. */
    previousSecret: { type: 'text' },
    previousSecretUntil: instant(),
    retryPolicy: { type: 'json' },
    jitterPercent: { type: 'integer', default: 20 },
    timeoutMs: { type: 'integer' },
    /** `['standard']`, `['standard', 'jwt']`. */
    signatures: { type: 'json' },
    /** Requests in flight at once, shared by the nodes that deliver. Null: `dispatcher.slotsPerEndpoint` on each node. */
    maxParallel: { type: 'integer' },
    /** Callback and failure callback with their options, as JSON text, encrypted. */
    callbacks: { type: 'text' },
    /** Own authority and client certificate as JSON text, encrypted: there is a private key in it. */
    tls: { type: 'text' },
    firstFailureAt: instant(),
    /** JSON text of `core/health/breaker.ts`; null while it is well. */
    breaker: { type: 'text' },
    version: { type: 'integer', default: 1 },
    topics: {
      type: 'relation',
      relation: 'manyToMany',
      target: UID.topic,
      inversedBy: 'endpoints',
    },
    ...timestamps(),
  },
};
