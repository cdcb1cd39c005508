/**
 * Reads the filters of lists and bulk calls from a query string or a JSON body (the Python client sends
 * a body with DELETE). Values of one name are alternatives; different names must all match.
 *
 * Unknown names and empty values are errors: a misspelt filter of a bulk call must not mean "everything".
 */
import pick from 'lodash/pick';

import { isStorable, UNSTORABLE_TEXT } from '../../core/safety/text';
import { parseQuery } from './request-target';
import { QstashError } from './error';

export const LOG_STATES = [
  'CREATED',
  'ACTIVE',
  'RETRY',
  'ERROR',
  'DELIVERED',
  'FAILED',
  'CANCEL_REQUESTED',
  'CANCELED',
] as const;
export type LogState = (typeof LOG_STATES)[number];

export interface QstashFilter {
  messageId?: string[];
  topicName?: string[];
  queueName?: string[];
  scheduleId?: string[];
  url?: string[];
  host?: string[];
  path?: string[];
  label?: string[];
  flowControlKey?: string[];
  callerIp?: string[];
  /** 0: there was no response. */
  responseStatus?: number[];
  /** Created at or after, epoch ms. */
  from?: number;
  /** Created at or before. */
  to?: number;
}

export interface ListRequest {
  filter: QstashFilter;
  count: number;
  cursor?: string;
}

/** With `ids`, only those. */
export interface BulkRequest extends Omit<ListRequest, 'count'> {
  ids?: string[];
  /** Maximum number; absent: all that match. */
  count?: number;
}

export interface LogRequest extends ListRequest {
  states?: LogState[];
}

const MAX_DLQ_COUNT = 100;
const DEFAULT_LOG_COUNT = 100;
const MAX_LOG_COUNT = 1_000;
const MAX_VALUES = 1_000;
/** The SDK always sends this count, and QStash ignores it. */
const COUNT_OF_ALL = 100;

const COMMON = [
  'topicName',
  'queueName',
  'scheduleId',
  'url',
  'label',
  'flowControlKey',
  'callerIp',
] as const;
/** Text filters, named as the fields of `QstashFilter`. */
const TEXT_FILTERS = [...COMMON, 'host', 'path'] as const;
const EVERYWHERE = [...COMMON, 'callerIP', 'fromDate', 'toDate', 'cursor', 'count'];

const CANCEL = new Set([...EVERYWHERE, 'host', 'path', 'messageIds']);
const DLQ = new Set([...EVERYWHERE, 'messageId', 'responseStatus', 'dlqIds']);
const LOGS = new Set([...EVERYWHERE, 'host', 'path', 'messageId', 'messageIds', 'state', 'order']);

/** Filters that accept comma-separated lists. URLs, paths and keys may contain commas. */
const COMMA_LISTS = new Set([
  'topicName',
  'queueName',
  'scheduleId',
  'label',
  'host',
  'callerIp',
  'responseStatus',
  'messageIds',
  'dlqIds',
  'state',
]);

/** Compares host and path exactly, which SQL cannot. A host matches with or without its port. */
export function urlMatches({ host, path }: QstashFilter, url: string): boolean {
  if (host === undefined && path === undefined) return true;
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  const hosts = host?.map((name) => name.toLowerCase());
  if (hosts && !hosts.includes(parsed.host) && !hosts.includes(parsed.hostname)) return false;
  return path === undefined || path.includes(parsed.pathname);
}

type Values = ReadonlyMap<string, string[]>;

export function cancelRequest(query: string, body: unknown): BulkRequest {
  const given = values(query, body, CANCEL);
  const ids = given.get('messageIds');
  const count = countOf(given, Number.MAX_SAFE_INTEGER);
  return {
    filter: filterOf(given),
    ...(ids && { ids }),
    ...(count !== undefined && count < COUNT_OF_ALL && { count }),
  };
}

/** For lists and bulk calls. */
export function dlqRequest(query: string, body?: unknown): BulkRequest & ListRequest {
  const given = values(query, body, DLQ);
  const ids = given.get('dlqIds');
  return {
    filter: filterOf(given),
    count: countOf(given, MAX_DLQ_COUNT) ?? MAX_DLQ_COUNT,
    ...cursorOf(given),
    ...(ids && { ids }),
  };
}

export function logRequest(query: string): LogRequest {
  const given = values(query, undefined, LOGS);
  const order = given.get('order')?.[0];
  if (order !== undefined && order !== 'latestFirst') {
    throw new QstashError(400, 'invalid order: logs are listed latestFirst');
  }
  const states = given.get('state')?.flatMap(statesOf);
  return {
    filter: filterOf(given),
    count: countOf(given, MAX_LOG_COUNT) ?? DEFAULT_LOG_COUNT,
    ...cursorOf(given),
    ...(states && { states }),
  };
}

function values(query: string, body: unknown, known: ReadonlySet<string>): Values {
  const given = new Map<string, string[]>();
  for (const [name, value] of parseQuery(query)) add(given, known, name, value);
  for (const [name, value] of fieldsOf(body)) {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) throw new QstashError(400, `filter "${name.slice(0, 100)}" is empty`);
    for (const one of list) add(given, known, name, textOf(one, name));
  }
  return given;
}

/** Stops at the limit instead of collecting a list of any length. */
function add(
  given: Map<string, string[]>,
  known: ReadonlySet<string>,
  name: string,
  value: string
) {
  if (!known.has(name)) throw new QstashError(400, `unknown filter "${name.slice(0, 100)}"`);
  const key = name === 'callerIP' ? 'callerIp' : name;
  const list = given.get(key) ?? [];
  given.set(key, list);
  for (const part of COMMA_LISTS.has(key) ? value.split(',') : [value]) {
    const text = COMMA_LISTS.has(key) ? part.trim() : part;
    if (!isStorable(text)) throw new QstashError(400, `filter "${name}" ${UNSTORABLE_TEXT}`);
    if (text === '') throw new QstashError(400, `filter "${name}" is empty`);
    if (list.push(text) > MAX_VALUES) {
      throw new QstashError(400, `filter "${name}" has more than ${MAX_VALUES} values`);
    }
  }
}

function fieldsOf(body: unknown): [name: string, value: unknown][] {
  if (body === undefined) return [];
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return Object.entries(body);
  }
  throw new QstashError(400, 'invalid body: must be a JSON object');
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new QstashError(
    400,
    `filter "${name.slice(0, 100)}" must be a string, a number or a list of them`
  );
}

function filterOf(given: Values): QstashFilter {
  const messageIds = [...(given.get('messageId') ?? []), ...(given.get('messageIds') ?? [])];
  const statuses = given.get('responseStatus');
  const from = dateOf(given, 'fromDate');
  const to = dateOf(given, 'toDate');
  return {
    ...pick(Object.fromEntries(given), TEXT_FILTERS),
    ...(messageIds.length > 0 && { messageId: messageIds }),
    ...(statuses && { responseStatus: statuses.map(statusOf) }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function dateOf(given: Values, name: string): number | undefined {
  const text = one(given, name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new QstashError(400, `invalid ${name}: must be a Unix timestamp in milliseconds`);
}

function countOf(given: Values, max: number): number | undefined {
  const text = one(given, 'count');
  if (text === undefined) return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new QstashError(400, 'invalid count: must be a whole number of at least 1');
  return Math.min(count, max);
}

function cursorOf(given: Values): { cursor?: string } {
  const cursor = one(given, 'cursor');
  return cursor === undefined ? {} : { cursor };
}

function one(given: Values, name: string): string | undefined {
  const list = given.get(name);
  if (list !== undefined && list.length > 1) throw new QstashError(400, `${name} is given twice`);
  return list?.[0];
}

function statusOf(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new QstashError(400, 'invalid responseStatus: must be an HTTP status, or 0');
}

/** QStash's documentation writes CANCELLED, its clients CANCELED. */
function statesOf(text: string): LogState[] {
  if (text === 'IN_PROGRESS') return ['ACTIVE', 'RETRY', 'ERROR'];
  const state = text === 'CANCELLED' ? 'CANCELED' : LOG_STATES.find((known) => known === text);
  if (state !== undefined) return [state];
  throw new QstashError(400, `invalid state "${text.slice(0, 100)}"`);
}
