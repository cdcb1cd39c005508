/**
 * The plugin's tables, as models of Strapi's database layer. Strapi creates and migrates them.
 *
 * They are not content types, so `strapi export`, `import` and `transfer` do not carry what one
 * environment sends to another (docs/decisions/0015).
 */
import { attempt } from './models/attempt';
import { audit } from './models/audit';
import { id, instant, rowId } from './models/columns';
import { difference } from './models/difference';
import { endpoint } from './models/endpoint';
import { event } from './models/event';
import { ledger } from './models/ledger';
import { message } from './models/message';
import { outbox } from './models/outbox';
import { topic } from './models/topic';
import { undelivered } from './models/undelivered';
import { withheld } from './models/withheld';
import { UID } from './tables';

const deduplication = {
  uid: UID.deduplication,
  singularName: 'deduplication',
  tableName: 'gw_deduplication',
  attributes: {
    id: id(),
    /**
     * SHA-256 of the key: fits any length, and differs where a case-insensitive database sees no
     * difference.
     */
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
    /** Of a job that sends documents to an endpoint, or compares them. */
    endpointId: rowId(),
    /** JSON text. */
    filter: { type: 'text' },
    state: { type: 'string' },
    upTo: instant(),
    /** Of a backfill: which of its content types is being sent. */
    part: { type: 'integer' },
    position: instant(),
    total: { type: 'integer' },
    done: { type: 'integer' },
    skipped: { type: 'integer' },
    /** JSON text: what a reconciliation has found (`core/ledger/compare.ts`). */
    findings: { type: 'text' },
    leaseToken: { type: 'string' },
    leaseUntil: instant(),
    startedAt: instant(),
    finishedAt: instant(),
    /** JSON text: who started it. */
    actor: { type: 'text' },
  },
};

/** One row that counts changes of topics and endpoints, so that other nodes notice them. */
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

/** FIFO queues. A row is never deleted, because waiting messages refer to its id. */
const queue = {
  uid: UID.queue,
  singularName: 'queue',
  tableName: 'gw_queues',
  attributes: {
    id: id(),
    name: { type: 'string', column: { unique: true } },
    parallelism: { type: 'integer' },
    paused: { type: 'boolean' },
    /** Hidden. Using the name again restores it. */
    removed: { type: 'boolean' },
    madeAt: instant(),
    changedAt: instant(),
  },
};

/** Flow-control keys: limits, and usage of the current period. */
const flowKey = {
  uid: UID.flowKey,
  singularName: 'flow-key',
  tableName: 'gw_flow_keys',
  attributes: {
    id: id(),
    /** SHA-256 of the key: differs where a case-insensitive database sees no difference. */
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
    /** The message to publish, as JSON text, encrypted. */
    publish: { type: 'text' },
    source: { type: 'string' },
    callerIp: { type: 'string' },
    paused: { type: 'boolean' },
    /** Null while paused, and when it will never run again. */
    nextAt: instant(),
    lastAt: instant(),
    /** JSON text. */
    lastMessageIds: { type: 'text' },
    lastError: { type: 'text' },
    /** The file that describes it; null: it is edited in the panel. */
    managedBy: { type: 'string' },
    madeAt: instant(),
    version: { type: 'integer' },
  },
};

/** Attempts counted by time step, endpoint, outcome and latency: `core/health/statistics.ts`. */
const rollup = {
  uid: UID.rollup,
  singularName: 'rollup',
  tableName: 'gw_rollups',
  attributes: {
    id: id(),
    /** All dimensions in one text, unique, to find the row to add to. */
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

/** Servers. Each reports from time to time that it is alive. */
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
    /** Without a report by then it is silent. */
    silentAt: instant(),
  },
};

/** Facts of the installation by name: the database's mark, the signing keys. */
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
  outbox,
  undelivered,
  attempt,
  deduplication,
  job,
  directory,
  queue,
  flowKey,
  schedule,
  rollup,
  withheld,
  ledger,
  difference,
  audit,
  node,
  setting,
];
