/**
 * A Strapi on which every event goes both ways: captured, and by Strapi's own webhooks to a real
 * receiver. `compare` runs a change and holds the one against the other.
 */
import type { Core } from '@strapi/strapi';

import type { EndpointView, TopicView } from '../../server/src/panel/contract';
import type { NewEvent } from '../../server/src/core/message/message';
import { createSchemaCheck } from './event-schema';
import { createNativeWebhooks, type NativeEvent, type NativeWebhooks } from './native-webhooks';
import type { Runtime } from '../../server/src/runtime/runtime';
import { bootStrapi, type BootedStrapi, type DatabaseKind, type Http } from './strapi';
import { expectNoMissedEvents, shiftClock, skipGrace } from './tripwire';

/** An event of the host's own, registered with Strapi so that its webhooks send it too. */
export const CUSTOM_EVENT = 'order.paid';

const NATIVE_EVENTS = [
  'entry.create',
  'entry.update',
  'entry.delete',
  'entry.publish',
  'entry.unpublish',
  'entry.draft-discard',
  'media.create',
  'media.update',
  'media.delete',
  'releases.publish',
  CUSTOM_EVENT,
];

export interface Differential {
  native: NativeWebhooks;
  /** Takes the events captured since the last call, in order. */
  recorded(): Promise<NewEvent[]>;
  /** Runs a change and compares names, numbers, and the whole of the bodies but the instant; each body fits its schema. @returns what was captured. */
  compare(expected: readonly string[], change: () => Promise<unknown>): Promise<NewEvent[]>;
  /** Runs a step of preparation, and takes its events off both sides. */
  prepared<T>(events: number, step: () => Promise<T>): Promise<T>;
}

export async function createDifferential(
  strapi: Core.Strapi,
  recorded: Differential['recorded']
): Promise<Differential> {
  const native = await createNativeWebhooks(strapi, NATIVE_EVENTS);
  const checkSchema = createSchemaCheck(strapi);
  return {
    native,
    recorded,

    async compare(expected, change) {
      await change();
      const events = await recorded();
      const sent = await native.take(expected.length);
      const captured = events.map(({ name, body }) => ({ name, body: body.text }));
      expect(captured.map(({ name }) => name).sort()).toEqual([...expected].sort());
      expect(comparable(captured)).toEqual(comparable(sent));
      events.forEach(checkSchema);
      return events;
    },

    async prepared(events, step) {
      const result = await step();
      await recorded();
      await native.take(events);
      return result;
    },
  };
}

/**
 * The plugin itself, with a topic for everything and one endpoint, and nothing delivered: what is
 * captured is what its tables hold, one message to each event. Strapi reads each entry itself.
 *
 * @param env of the app.
 * @param config of the plugin.
 */
export async function bootDifferential(
  database: DatabaseKind,
  env: Record<string, string> = {},
  config: object = {}
): Promise<BootedStrapi & Differential> {
  const booted = await bootStrapi({
    database,
    plugin: { dispatcher: { enabled: false }, ...config },
    env,
  });
  try {
    const { clock, tripwire } = booted.strapi
      .plugin('guaranteed-webhooks')
      .service<Runtime>('runtime');
    const shifted = shiftClock(clock);
    skipGrace(shifted);
    keepFindOne(booted.strapi);
    await subscribeToEverything(booted.http);
    const differential = await createDifferential(booted.strapi, pluginRecorder(booted.strapi));
    return {
      ...booted,
      http: booted.http,
      ...differential,
      async close() {
        await differential.native.close();
        await booted.close();
        expectNoMissedEvents(tripwire, shifted);
      },
    };
  } catch (error) {
    await booted.close();
    throw error;
  }
}

/** The plugin's read cannot take the place of Strapi's, so that the two are compared. */
function keepFindOne(strapi: Core.Strapi): void {
  for (const uid of Object.keys(strapi.contentTypes)) {
    const repository = strapi.db.query(uid);
    const { findOne } = repository;
    Object.defineProperty(repository, 'findOne', { get: () => findOne, set: () => undefined });
  }
}

async function subscribeToEverything(http: Http): Promise<void> {
  const post = <Body>(path: string, body: object): Promise<Body> =>
    http.ok(http.admin<Body>('POST', `/guaranteed-webhooks${path}`, body));
  const topic = await post<TopicView>('/topics', {
    name: 'everything',
    events: ['*'],
    contentTypes: null,
  });
  await post<EndpointView>('/endpoints', {
    name: 'receiver',
    url: 'https://receiver.example/',
    topicIds: [topic.id],
  });
}

function pluginRecorder(strapi: Core.Strapi): Differential['recorded'] {
  let lastId = 0;
  return async () => {
    const rows = await rowsAfter<EventRow>(strapi, 'event', lastId);
    const messages = await rowsAfter<{ eventId: number }>(strapi, 'message', 0);
    for (const { id } of rows) {
      expect(messages.filter(({ eventId }) => Number(eventId) === Number(id))).toHaveLength(1);
    }
    lastId = rows.at(-1)?.id ?? lastId;
    return rows.map(eventOf);
  };
}

interface EventRow {
  id: number;
  name: string;
  uid: string | null;
  entryDocumentId: string | null;
  entryLocale: string | null;
  body: string;
  bodyEncoding: NewEvent['body']['encoding'];
  contentType: string;
  actorKind: NewEvent['actor']['kind'];
  actorId: number | null;
  actorLabel: string | null;
  source: NewEvent['source'];
  occurredAt: number | string;
}

async function rowsAfter<Row>(strapi: Core.Strapi, type: string, id: number): Promise<Row[]> {
  return (await strapi.db.query(`plugin::guaranteed-webhooks.${type}`).findMany({
    where: { id: { $gt: id } },
    orderBy: { id: 'asc' },
  })) as Row[];
}

function eventOf(row: EventRow): NewEvent {
  return {
    name: row.name,
    uid: row.uid,
    entryDocumentId: row.entryDocumentId,
    entryLocale: row.entryLocale,
    body: { text: row.body, encoding: row.bodyEncoding },
    contentType: row.contentType,
    actor: {
      kind: row.actorKind,
      ...(row.actorId === null ? {} : { id: row.actorId }),
      ...(row.actorLabel === null ? {} : { label: row.actorLabel }),
    },
    source: row.source,
    occurredAt: Number(row.occurredAt),
  };
}

/**
 * The runner sends five at a time, so the order of arrival says nothing. Nor does the order of keys
 * inside an entry: Strapi populates relations side by side, and a key comes when its query is done.
 */
function comparable(events: readonly NativeEvent[]): string[] {
  return events
    .map(({ name, body }) => {
      const payload = JSON.parse(body) as Record<string, unknown>;
      const keys = Object.keys(payload).join();
      return `${name} (${keys}) ${JSON.stringify(sortKeys({ ...payload, createdAt: 'now' }))}`;
    })
    .sort();
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sortKeys(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}
