/**
 * Tables that are no content types: nothing for people to see, export or transfer. Registered by
 * `register.ts` with `strapi.get('models').add(...models)`; Strapi creates and migrates them.
 */
import { instant } from '../content-types/hidden';
import { UID } from './tables';

/** Strapi's own models have it under this name. An object each, like `instant`. */
const id = () => ({ type: 'increments' }) as const;

const deduplication = {
  uid: UID.deduplication,
  singularName: 'deduplication',
  tableName: 'gw_deduplication',
  attributes: {
    id: id(),
    /** SHA-256 of the key: any length fits, and databases that ignore case still tell keys apart. */
    digest: { type: 'string', column: { unique: true } },
    messageId: { type: 'string' },
    expiresAt: instant(),
  },
  indexes: [{ name: 'gw_deduplication_expiry_idx', columns: ['expires_at', 'id'] }],
};

const job = {
  uid: UID.job,
  singularName: 'job',
  tableName: 'gw_jobs',
  attributes: {
    id: id(),
    kind: { type: 'string' },
    /** JSON text. */
    filter: { type: 'text' },
    state: { type: 'string' },
    upTo: { type: 'integer' },
    position: { type: 'integer' },
    total: { type: 'integer' },
    done: { type: 'integer' },
    leaseToken: { type: 'string' },
    leaseUntil: instant(),
    startedAt: instant(),
    finishedAt: instant(),
  },
  indexes: [{ name: 'gw_jobs_state_idx', columns: ['state', 'id'] }],
};

/** One row, counting changes of topics and endpoints, so that other nodes notice them. */
const directory = {
  uid: UID.directory,
  singularName: 'directory',
  tableName: 'gw_directory',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    version: instant(),
  },
};

export const models = [deduplication, job, directory];
