/** Messages as the QStash API reads them: with their own body, without their event's. */
import type { Knex } from 'knex';

import type { CallbackSpecs, FlowControl } from '../../../core/message/message';
import type { Crypt, StoreContext } from '../../sql/context';
import {
  columnsOf,
  integer,
  integerOrNull,
  LISTED_FIELDS,
  messageOwn,
  readFields,
  readSealed,
  retryPolicy,
  shownJson,
  stateOf,
  textOrNull,
  type Row,
} from '../../sql/rows';
import type { QstashQuery, QstashRow } from '../qstash-types';
import { contains } from './filter';

const FIELDS = {
  ...LISTED_FIELDS,
  timeoutMs: ['timeout_ms', integerOrNull],
  notBefore: ['not_before', integer],
  callerIp: ['caller_ip', textOrNull],
  retryPolicy: ['retry_policy', retryPolicy],
  flowControl: ['flow_control', (value: unknown) => shownJson<FlowControl | null>(value, null)],
} as const;
const COLUMNS = [
  ...columnsOf(FIELDS),
  ...['state', 'headers', 'body', 'body_encoding', 'signatures', 'callbacks'],
];
/** Of the message's outbox row; null when it is finished. */
const OUTBOX = ['lease_token', 'leased_until', 'due_at'] as const;

/** Columns of a message `m` and its outbox row `o`, prefixed for joins. */
export const qstashColumns = (prefix = ''): Record<string, string> => ({
  ...prefixed(prefix, 'm', COLUMNS),
  ...prefixed(prefix, 'o', OUTBOX),
});

const prefixed = (prefix: string, alias: string, columns: readonly string[]) =>
  Object.fromEntries(columns.map((column) => [`${prefix}${column}`, `${alias}.${column}`]));

/** Messages `m`, each with its outbox row `o`. */
export function qstashMessages({ tables }: StoreContext, knex: Knex): Knex.QueryBuilder {
  const messages: Knex.QueryBuilder = knex({ m: tables.message.name });
  void messages.leftJoin({ o: tables.outbox.name }, 'o.id', 'm.id');
  return messages;
}

/** Callbacks encrypted with a lost key are shown as none; sending the message reports the reason. */
export function qstashRow(row: Row, crypt: Crypt): QstashRow {
  const { ownBody, headers } = messageOwn(row, crypt);
  return {
    ...readFields(FIELDS, row),
    state: stateOf(row),
    headers,
    ownBody,
    callbacks: readSealed<CallbackSpecs>(row.callbacks, crypt).value,
    dueAt: integerOrNull(row.leased_until ?? row.due_at),
  };
}

/** Columns of a joined row that begin with the prefix, without it. */
export function unprefixed(row: Row, prefix: string): Row {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value])
  );
}

const LISTS = {
  messageId: 'message_id',
  topicName: 'topic_name',
  url: 'url',
  callerIp: 'caller_ip',
  queueName: 'queue_name',
  scheduleId: 'schedule_id',
  flowControlKey: 'flow_control_key',
} as const satisfies Partial<Record<keyof QstashQuery, string>>;

const STATE = `case when o.lease_token is null then m.state else 'active' end`;

/** Dates are left to the caller: they may apply to the message or to an attempt. */
export function applyQstashQuery(query: Knex.QueryBuilder, filter: QstashQuery): Knex.QueryBuilder {
  for (const [field, column] of Object.entries(LISTS)) {
    const list = filter[field as keyof typeof LISTS];
    if (list !== undefined) query.whereIn(`m.${column}`, [...list]);
  }
  if (filter.state !== undefined) {
    const states = filter.state.map(() => '?').join(', ');
    query.whereRaw(`${STATE} in (${states || 'null'})`, [...filter.state]);
  }
  for (const parts of filter.urlParts ?? []) anyOf(query, 'm.url', parts);
  if (filter.label !== undefined) {
    const quoted = filter.label.map((label) => JSON.stringify(label));
    anyOf(query, 'm.labels', quoted);
  }
  if (filter.responseStatus !== undefined) applyStatus(query, filter.responseStatus);
  return query;
}

export function applyCreated(
  query: Knex.QueryBuilder,
  { from, to }: QstashQuery
): Knex.QueryBuilder {
  if (from !== undefined) query.where('m.enqueued_at', '>=', from);
  if (to !== undefined) query.where('m.enqueued_at', '<=', to);
  return query;
}

function anyOf(query: Knex.QueryBuilder, column: string, parts: readonly string[]): void {
  query.where((any) => {
    any.whereRaw('1 = 0');
    for (const part of parts) any.orWhereRaw(...contains(column, part));
  });
}

function applyStatus(query: Knex.QueryBuilder, statuses: readonly number[]): void {
  const answered = statuses.filter((status) => status !== 0);
  query.where((any) => {
    any.whereIn('m.last_status', answered);
    if (answered.length < statuses.length) any.orWhereNull('m.last_status');
  });
}
