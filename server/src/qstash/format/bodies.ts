/** Checks the JSON bodies of the QStash API. */
import { MAX_ENDPOINT_NAME_LENGTH } from '../../core/message/names';
import { isStorable, UNSTORABLE_TEXT } from '../../core/safety/text';
import { parseName } from './option-values';
import { headerMap, type HeaderMap } from './header-names';
import { QstashError } from './error';

export interface BatchItem {
  destination: string;
  headers: HeaderMap;
  body: string;
  queue?: string;
}

export interface EndpointRef {
  name?: string;
  url?: string;
}

export interface QueueBody {
  name: string;
  parallelism: number;
  paused: boolean;
}

type Fields = Record<string, unknown>;

const MAX_PARALLELISM = 1_000;
const MAX_ENDPOINTS = 100;
/** Each item is one transaction. */
export const MAX_BATCH_ITEMS = 1_000;

/** @throws QstashError 400 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new QstashError(400, 'invalid body: it is not JSON');
  }
}

/** Items are checked one by one, so an invalid one does not affect the others. @throws QstashError */
export function parseBatch(body: unknown): unknown[] {
  if (!Array.isArray(body)) throw new QstashError(400, 'invalid body: a batch is a JSON array');
  if (body.length > MAX_BATCH_ITEMS) {
    throw new QstashError(
      413,
      `a batch has at most ${MAX_BATCH_ITEMS} items, this one has ${body.length}`
    );
  }
  return body;
}

/** @throws QstashError 400 */
export function parseBatchItem(item: unknown): BatchItem {
  const { destination, headers = {}, body = '', queue } = fields(item, 'batch item');
  if (typeof destination !== 'string' || destination === '') {
    throw new QstashError(400, 'invalid batch item: it has no destination');
  }
  assertStorable(destination, 'destination');
  if (typeof body !== 'string') {
    throw new QstashError(400, 'invalid batch item: body must be a string');
  }
  if (queue !== undefined && typeof queue !== 'string') {
    throw new QstashError(400, 'invalid batch item: queue must be a string');
  }
  return {
    destination,
    headers: batchHeaders(headers),
    body,
    ...(queue !== undefined && queue !== '' && { queue: parseName(queue, 'queue name') }),
  };
}

/** @throws QstashError 400 */
export function parseQueue(body: unknown): QueueBody {
  const { queueName, parallelism = 1, paused = false } = fields(body, 'body');
  if (typeof queueName !== 'string')
    throw new QstashError(400, 'invalid queue name: it is missing');
  if (!isCount(parallelism, MAX_PARALLELISM)) {
    throw new QstashError(400, `invalid parallelism: must be from 1 to ${MAX_PARALLELISM}`);
  }
  if (typeof paused !== 'boolean') throw new QstashError(400, 'invalid paused: must be a boolean');
  return { name: parseName(queueName, 'queue name'), parallelism, paused };
}

/** @throws QstashError 400 */
export function parseEndpoints(body: unknown, what: 'add' | 'remove'): EndpointRef[] {
  const { endpoints } = fields(body, 'body');
  if (!Array.isArray(endpoints) || endpoints.length === 0 || endpoints.length > MAX_ENDPOINTS) {
    throw new QstashError(400, `invalid endpoints: must be a list of 1 to ${MAX_ENDPOINTS}`);
  }
  return endpoints.map((endpoint: unknown) => {
    const { name, url } = fields(endpoint, 'endpoint');
    const ref = {
      ...(typeof name === 'string' && name.trim() !== '' && { name: endpointName(name.trim()) }),
      ...(typeof url === 'string' && url !== '' && { url }),
    };
    assertStorable(ref.url ?? '', 'endpoint url');
    if (ref.url !== undefined || (what === 'remove' && ref.name !== undefined)) return ref;
    throw new QstashError(
      400,
      `invalid endpoint: it has no url${what === 'add' ? '' : ' or name'}`
    );
  });
}

/** Default headers of a URL group, each a string or a list. @throws QstashError 400 */
export function parseDefaults(body: unknown): HeaderMap {
  return batchHeaders(fields(body, 'body').headers);
}

function endpointName(name: string): string {
  assertStorable(name, 'endpoint name');
  if (name.length <= MAX_ENDPOINT_NAME_LENGTH) return name;
  throw new QstashError(
    400,
    `invalid endpoint name: it has more than ${MAX_ENDPOINT_NAME_LENGTH} characters`
  );
}

function batchHeaders(value: unknown): HeaderMap {
  const given = fields(value, 'headers');
  for (const [name, text] of Object.entries(given)) {
    const texts: unknown[] = Array.isArray(text) ? text : [text];
    if (!texts.every((one) => typeof one === 'string')) {
      throw new QstashError(400, `invalid headers: the value of ${name} must be a string`);
    }
    for (const one of [name, ...texts]) assertStorable(one, 'headers');
  }
  return headerMap(given as Record<string, string | string[]>);
}

function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new QstashError(400, `invalid ${what}: must be a JSON object`);
}

function assertStorable(text: string, what: string): void {
  if (!isStorable(text)) throw new QstashError(400, `invalid ${what}: it ${UNSTORABLE_TEXT}`);
}

const isCount = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
