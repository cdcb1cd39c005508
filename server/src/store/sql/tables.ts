/**
 * Names of the plugin's tables and columns: the only source of identifiers for the SQL in `store/`.
 *
 * Table names come from Strapi, which may shorten them. Columns are what Strapi makes of the
 * attributes in `models.ts` (snake case).
 */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../../plugin-id';

export const UID = {
  topic: `plugin::${PLUGIN_ID}.topic`,
  endpoint: `plugin::${PLUGIN_ID}.endpoint`,
  event: `plugin::${PLUGIN_ID}.event`,
  message: `plugin::${PLUGIN_ID}.message`,
  outbox: `plugin::${PLUGIN_ID}.outbox`,
  undelivered: `plugin::${PLUGIN_ID}.undelivered`,
  attempt: `plugin::${PLUGIN_ID}.attempt`,
  deduplication: `plugin::${PLUGIN_ID}.deduplication`,
  job: `plugin::${PLUGIN_ID}.job`,
  directory: `plugin::${PLUGIN_ID}.directory`,
  queue: `plugin::${PLUGIN_ID}.queue`,
  flowKey: `plugin::${PLUGIN_ID}.flow-key`,
  schedule: `plugin::${PLUGIN_ID}.schedule`,
  rollup: `plugin::${PLUGIN_ID}.rollup`,
  withheld: `plugin::${PLUGIN_ID}.withheld`,
  ledger: `plugin::${PLUGIN_ID}.ledger-entry`,
  difference: `plugin::${PLUGIN_ID}.difference`,
  audit: `plugin::${PLUGIN_ID}.audit`,
  node: `plugin::${PLUGIN_ID}.node`,
  setting: `plugin::${PLUGIN_ID}.setting`,
} as const;

/** Orders the messages that are not behind a gate by due time. */
export const DUE_INDEX = 'gw_outbox_due_idx';
/** Orders the messages of a lane: first those that its gate has let out, then by place. */
export const LANE_INDEX = 'gw_outbox_lane_idx';
/** Finds the unfinished messages about a version of a document. */
export const ORDER_INDEX = 'gw_outbox_order_idx';
/** Orders the unfinished messages of an endpoint by row id. */
export const WAITING_INDEX = 'gw_outbox_endpoint_idx';
/** Orders the dead letters, or the canceled messages, by the time they ended. */
export const ENDED_INDEX = 'gw_undelivered_ended_idx';

export interface Table {
  /** For knex's builder, schema included. */
  name: string;
  /** For raw SQL. */
  quoted: string;
}

export type Tables = Record<keyof typeof UID, Table>;

/** Values of the columns of a row. */
export type Values = Record<string, string | number | boolean | null>;

export type ColumnType = 'integer' | 'bigint' | 'text' | 'boolean';
/** Name → type. The type matters where JSON is turned into rows. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** Call it when the database is up: names are known once Strapi has loaded its models. */
export function readTables(db: Core.Strapi['db']): Tables {
  const schema = db.getSchemaName();
  const table = (uid: string): Table => {
    const { tableName } = db.metadata.get(uid);
    // Qualified although Strapi sets a search path: a transaction-mode pooler loses it.
    const name = schema ? `${schema}.${tableName}` : tableName;
    return { name, quoted: db.connection.raw('??', [name]).toQuery() };
  };
  return Object.fromEntries(
    Object.entries(UID).map(([key, uid]) => [key, table(uid)])
  ) as unknown as Tables;
}

/** Columns of a table that hold what was set: not its id and dates, and not the attributes that are left out. */
export function settingColumns(
  db: Core.Strapi['db'],
  kind: keyof typeof UID,
  leftOut: readonly string[]
): string[] {
  const { attributes } = db.metadata.get(UID[kind]);
  const isLeftOut = (name: string): boolean => [...DATES, ...leftOut].includes(name);
  return Object.entries(attributes).flatMap(([name, attribute]) =>
    'columnName' in attribute && attribute.columnName && !isLeftOut(name)
      ? [attribute.columnName]
      : []
  );
}

const DATES = ['createdAt', 'updatedAt'];

/** The table that subscribes endpoints to topics. */
export function subscriptionTable(db: Core.Strapi['db']): { quoted: string; columns: string[] } {
  const { topics } = db.metadata.get(UID.endpoint).attributes;
  if (topics === undefined || !('joinTable' in topics) || !topics.joinTable) {
    throw new Error('endpoints and topics are not related by a table');
  }
  const { name, joinColumn, inverseJoinColumn } = topics.joinTable as unknown as JoinTable;
  const schema = db.getSchemaName();
  const quoted = db.connection.raw('??', [schema ? `${schema}.${name}` : name]).toQuery();
  return { quoted, columns: [joinColumn.name, inverseJoinColumn.name] };
}

interface JoinTable {
  name: string;
  joinColumn: { name: string };
  inverseJoinColumn: { name: string };
}

export const EVENT_COLUMNS = {
  document_id: 'text',
  name: 'text',
  uid: 'text',
  entry_document_id: 'text',
  entry_locale: 'text',
  entry_title: 'text',
  body: 'text',
  body_encoding: 'text',
  content_type: 'text',
  actor_kind: 'text',
  actor_id: 'integer',
  actor_label: 'text',
  source: 'text',
  occurred_at: 'bigint',
  trace: 'text',
} as const satisfies Columns;

export const MESSAGE_COLUMNS = {
  message_id: 'text',
  event_id: 'bigint',
  event_name: 'text',
  uid: 'text',
  entry_document_id: 'text',
  endpoint_id: 'bigint',
  endpoint_name: 'text',
  topic_name: 'text',
  url: 'text',
  method: 'text',
  headers: 'text',
  body: 'text',
  body_encoding: 'text',
  rendering: 'text',
  signatures: 'text',
  state: 'text',
  not_before: 'bigint',
  retried: 'integer',
  attempts: 'integer',
  retry_policy: 'text',
  timeout_ms: 'integer',
  labels: 'text',
  source_message_id: 'text',
  caller_ip: 'text',
  enqueued_at: 'bigint',
  order_key: 'text',
  ledger: 'text',
} as const satisfies Columns;

/**
 * Columns of messages with callbacks, gates, a schedule and the like. Not written for the others.
 */
export const SPECIAL_MESSAGE_COLUMNS = {
  callbacks: 'text',
  queue_name: 'text',
  queue_position: 'bigint',
  flow_control_key: 'text',
  flow_key_id: 'bigint',
  flow_control: 'text',
  redact: 'text',
  deduplication_id: 'text',
  schedule_id: 'text',
} as const satisfies Columns;

export const OUTBOX_COLUMNS = {
  id: 'bigint',
  lane: 'text',
  gated: 'integer',
  admitted: 'integer',
  due_at: 'bigint',
  place: 'bigint',
  endpoint_id: 'bigint',
  flow_key_id: 'bigint',
  started: 'integer',
  order_key: 'text',
} as const satisfies Columns;

export const UNDELIVERED_COLUMNS = {
  id: 'bigint',
  state: 'text',
  endpoint_id: 'bigint',
  ended_at: 'bigint',
  lease_token: 'text',
} as const satisfies Columns;

export const LEDGER_COLUMNS = {
  version_key: 'bigint',
  endpoint_id: 'bigint',
  uid: 'text',
  entry_document_id: 'text',
  entry_locale: 'text',
  entry_status: 'text',
  entry_updated_at: 'bigint',
  event_name: 'text',
  occurred_at: 'bigint',
  hash: 'text',
  gone: 'integer',
  acknowledged_at: 'bigint',
} as const satisfies Columns;

export const ATTEMPT_COLUMNS = {
  message_row_id: 'bigint',
  number: 'integer',
  started_at: 'bigint',
  duration_ms: 'integer',
  outcome: 'text',
  status: 'integer',
  error: 'text',
  request_url: 'text',
  request_method: 'text',
  request_headers: 'text',
  response_headers: 'text',
  response_body: 'text',
  response_body_encoding: 'text',
  response_body_truncated: 'boolean',
} as const satisfies Columns;
