/**
 * The plugin's tables, as models of Strapi's database layer. Strapi creates and migrates them.
 *
 * They are not content types: nothing of theirs is edited as content, and what an environment sends
 * to whom is not carried to another one by `strapi export`, `import` or `transfer` (docs/decisions/0015).
 */
import { attempt } from './models/attempt';
import { id, instant } from './models/columns';
import { endpoint } from './models/endpoint';
import { event } from './models/event';
import { message } from './models/message';
import { topic } from './models/topic';
import { UID } from './tables';

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
    skipped: { type: 'integer' },
    leaseToken: { type: 'string' },
    leaseUntil: instant(),
    startedAt: instant(),
    finishedAt: instant(),
  },
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

/** FIFO queues. A row is never deleted: messages that still wait name it by its id. */
const queue = {
  uid: UID.queue,
  singularName: 'queue',
  tableName: 'gw_queues',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    parallelism: { type: 'integer' },
    paused: { type: 'boolean' },
    /** Not shown any more; back as new when somebody uses the name again. */
    removed: { type: 'boolean' },
    madeAt: instant(),
    changedAt: instant(),
  },
};

/** Flow-control keys: their limits, and what they have let through in the current period. */
const flowKey = {
  uid: UID.flowKey,
  singularName: 'flow-key',
  tableName: 'gw_flow_keys',
  attributes: {
    id: id(),
    /** SHA-256 of the key: databases that ignore case still tell keys apart. */
    digest: { type: 'string', column: { unique: true } },
    name: { type: 'string' },
    /** Null: no limit. */
    parallelism: { type: 'integer' },
    rate: { type: 'integer' },
    periodMs: instant(),
    parallelismPinned: { type: 'boolean' },
    ratePinned: { type: 'boolean' },
    paused: { type: 'boolean' },
    /** Messages let through since `periodStart`. */
    rateCount: { type: 'integer' },
    periodStart: instant(),
  },
};

const schedule = {
  uid: UID.schedule,
  singularName: 'schedule',
  tableName: 'gw_schedules',
  attributes: {
    id: id(),
    scheduleId: { type: 'string', column: { unique: true } },
    cron: { type: 'string' },
    timezone: { type: 'string' },
    /** What is published, as JSON text, encrypted. */
    publish: { type: 'text' },
    source: { type: 'string' },
    callerIp: { type: 'string' },
    paused: { type: 'boolean' },
    /** Null while it is paused, and when it will never run again. */
    nextAt: instant(),
    lastAt: instant(),
    /** JSON text. */
    lastMessageIds: { type: 'text' },
    lastError: { type: 'text' },
    madeAt: instant(),
    version: { type: 'integer' },
  },
};

/** Attempts counted by step of time, endpoint, outcome and latency: `core/health/statistics.ts`. */
const rollup = {
  uid: UID.rollup,
  singularName: 'rollup',
  tableName: 'gw_rollups',
  attributes: {
    id: id(),
    /** All that is told apart, in one: what a row is found by when there is more to add. */
    slot: { type: 'string', column: { unique: true } },
    grainMs: { type: 'integer' },
    at: instant(),
    /** 0: a bare URL. */
    endpointId: { type: 'integer' },
    settledAs: { type: 'string' },
    latencyMs: { type: 'integer' },
    attempts: instant(),
  },
};

/** The servers there are, each saying every few seconds that it is still there. */
const node = {
  uid: UID.node,
  singularName: 'node',
  tableName: 'gw_nodes',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    host: { type: 'string' },
    pid: { type: 'integer' },
    delivers: { type: 'boolean' },
    inFlight: { type: 'integer' },
    startedAt: instant(),
    seenAt: instant(),
  },
};

/** What the installation knows about itself, by name: the database's mark, the signing keys. */
const setting = {
  uid: UID.setting,
  singularName: 'setting',
  tableName: 'gw_settings',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    value: { type: 'text' },
  },
};

export const models = [
  topic,
  endpoint,
  event,
  message,
  attempt,
  deduplication,
  job,
  directory,
  queue,
  flowKey,
  schedule,
  rollup,
  node,
  setting,
];
