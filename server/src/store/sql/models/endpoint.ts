/**
 * A URL that subscribes to topics, with all settings of its attempts. Secrets are encrypted at
 * rest.
 */
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
    /** `active`, `paused` (by a user) or `disabled` (by a 410 response or long failure). */
    state: { type: 'string', default: 'active' },
    stateReason: { type: 'text' },
    stateChangedAt: instant(),
    /** JSON array of `{ name, value, secret }`, encrypted as a whole. */
    headers: { type: 'text' },
    secret: { type: 'text' },
    /** Also signs until `previousSecretUntil`. */
    previousSecret: { type: 'text' },
    previousSecretUntil: instant(),
    retryPolicy: { type: 'json' },
    jitterPercent: { type: 'integer', default: 20 },
    /** `[400, 422]`: these statuses are not retried. Null: none. */
    finalStatuses: { type: 'json' },
    timeoutMs: { type: 'integer' },
    /** `['standard']`, `['standard', 'jwt']`. */
    signatures: { type: 'json' },
    /** Name of the header of kind `hmac`. */
    signatureHeader: { type: 'string' },
    /** JSON array of `{ kind, id, label }`: their changes are not sent. */
    ignoredActors: { type: 'json' },
    /** Messages a minute about one document before it is held. Null: any number. */
    documentLimit: { type: 'integer' },
    /** Describes the event in `ce-*` headers. */
    cloudEvents: { type: 'boolean', default: false },
    /**
     * Requests in flight at once, over all delivering nodes. Null: `dispatcher.slotsPerEndpoint` on
     * each node.
     */
    maxParallel: { type: 'integer' },
    /** `core/gates/delivery-mode.ts`; null: every event, as it happens. */
    delivery: { type: 'json' },
    /** `core/gates/send-rate.ts`; null: any number. */
    rateLimit: { type: 'json' },
    /** Remembers what its receiver has acknowledged of each document. */
    ledger: { type: 'boolean', default: false },
    /** `core/ledger/plan.ts`; null: compared when somebody asks for it. */
    reconcile: { type: 'json' },
    /** When it is compared next. Null: not known yet. */
    reconcileAt: instant(),
    /** `core/filter`; null: every event of its topics. */
    filter: { type: 'json' },
    /** `core/shape/shape.ts`; null: events are sent as they are. */
    shape: { type: 'json' },
    /** Callback and failure callback with their options, as JSON text, encrypted. */
    callbacks: { type: 'text' },
    /**
     * Certificate authority and client certificate as JSON text. Encrypted, because it holds a
     * private key.
     */
    tls: { type: 'text' },
    /** User name and password for a message broker as JSON text, encrypted. */
    credentials: { type: 'text' },
    firstFailureAt: instant(),
    /** JSON text of `core/health/breaker.ts`; null while healthy. */
    breaker: { type: 'text' },
    /** Removed unless its receiver claims until then. Null: it is kept. */
    expiresAt: instant(),
    /** The file that describes it; null: it is edited in the panel. */
    managedBy: { type: 'string' },
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
