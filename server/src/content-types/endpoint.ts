/** A URL that subscribes to topics, with everything an attempt needs to know. Secrets are encrypted at rest. */
import { HIDDEN, instant } from './hidden';

export default {
  schema: {
    kind: 'collectionType',
    collectionName: 'gw_endpoints',
    info: { singularName: 'endpoint', pluralName: 'endpoints', displayName: 'Endpoint' },
    options: { draftAndPublish: false },
    pluginOptions: HIDDEN,
    attributes: {
      name: { type: 'string', required: true, column: { unique: true } },
      url: { type: 'text', required: true },
      method: { type: 'string', default: 'POST' },
      /** `active`, `paused` (by a person) or `disabled` (by 410, or long failure). */
      state: { type: 'string', default: 'active' },
      stateReason: { type: 'text' },
      stateChangedAt: instant(),
      /** JSON array of `{ name, value, secret }`, encrypted as a whole. */
      headers: { type: 'text', private: true },
      secret: { type: 'text', private: true },
      /** Signs beside `secret` until `previousSecretUntil`. */
      previousSecret: { type: 'text', private: true },
      previousSecretUntil: instant(),
      retryPolicy: { type: 'json' },
      jitterPercent: { type: 'integer', default: 20 },
      timeoutMs: { type: 'integer' },
      /** `['standard']`, `['standard', 'jwt']`. */
      signatures: { type: 'json' },
      /** Requests in flight at once from one node; null means the configured default. */
      maxParallel: { type: 'integer' },
      /** Callback and failure callback with their options, as JSON text, encrypted. */
      callbacks: { type: 'text', private: true },
      /** Own authority and client certificate as JSON text, encrypted: there is a private key in it. */
      tls: { type: 'text', private: true },
      firstFailureAt: instant(),
      /** JSON text of `core/health/breaker.ts`; null while it is well. */
      breaker: { type: 'text' },
      version: { type: 'integer', default: 1 },
      topics: {
        type: 'relation',
        relation: 'manyToMany',
        target: 'plugin::guaranteed-webhooks.topic',
        inversedBy: 'endpoints',
      },
    },
  },
};
