/**
 * Capture on a real Strapi, next to Strapi's own webhooks. Events go into a scratch table through the
 * transaction that is open, as the plugin's do, so that a rollback takes them with it.
 */
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

import { createCapture, type Capture, type CaptureDeps } from '../../server/src/capture';
import type { NewEvent } from '../../server/src/core/message';
import { matchesEvent } from '../../server/src/core/subscription';
import { createNativeWebhooks, type NativeEvent, type NativeWebhooks } from './native-webhooks';
import { bootStrapi, type BootedStrapi, type DatabaseKind } from './strapi';

const TABLE = 'capture_scratch';
/** Below what Strapi accepts as a request. */
export const MAX_EVENT_BYTES = 100_000;
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

export interface CaptureHarness extends BootedStrapi {
  /** Event patterns that somebody wants. `['*']` unless a test says otherwise. */
  wanted: string[];
  capture: Capture;
  woken(): number;
  /** Makes the next inserts fail. */
  failInserts(failing: boolean): void;
  /** Takes the events recorded since the last call, in order. */
  recorded(): Promise<NewEvent[]>;
  native: NativeWebhooks;
  /**
   * Runs a change and compares what was captured with what Strapi's webhooks sent for it: names,
   * numbers, and the whole of the bodies but the instant.
   */
  compare(expected: readonly string[], change: () => Promise<unknown>): Promise<NewEvent[]>;
}

export async function bootWithCapture(database: DatabaseKind): Promise<CaptureHarness> {
  const booted = await bootStrapi({ database, plugin: false });
  const { strapi } = booted;
  const native = await createNativeWebhooks(strapi, NATIVE_EVENTS);
  await strapi.db.connection.schema.createTable(TABLE, (table) => {
    table.increments('id');
    table.text('event', 'longtext');
  });

  let failing = false;
  let wakes = 0;
  let lastId = 0;
  const deps: CaptureDeps = {
    strapi,
    wants: (name) => harness.wanted.some((pattern) => matchesEvent(pattern, name)),
    record: async (events) => {
      if (failing) throw new Error('the insert failed');
      await insert(strapi, events);
      return events.length;
    },
    wake: () => {
      wakes += 1;
    },
    now: () => Date.now(),
    maxBytes: MAX_EVENT_BYTES,
    log: strapi.log,
  };

  async function recorded(): Promise<NewEvent[]> {
    const rows = (await strapi.db.connection(TABLE).where('id', '>', lastId).orderBy('id')) as {
      id: number;
      event: string;
    }[];
    lastId = rows.at(-1)?.id ?? lastId;
    return rows.map((row) => JSON.parse(row.event) as NewEvent);
  }

  const capture = createCapture(deps);
  capture.install();

  const harness: CaptureHarness = {
    ...booted,
    http: booted.http,
    wanted: ['*'],
    capture,
    native,
    recorded,
    woken: () => wakes,
    failInserts: (value) => {
      failing = value;
    },

    async compare(expected, change) {
      await change();
      const events = await recorded();
      const sent = await native.take(expected.length);
      const captured = events.map(({ name, body }) => ({ name, body: body.text }));
      expect(captured.map(({ name }) => name).sort()).toEqual([...expected].sort());
      expect(comparable(captured)).toEqual(comparable(sent));
      return events;
    },

    async close() {
      capture.uninstall();
      await native.close();
      await booted.close();
    },
  };
  return harness;
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

async function insert(strapi: Core.Strapi, events: NewEvent[]): Promise<void> {
  const rows = events.map((event) => ({ event: JSON.stringify(event) }));
  await strapi.db.transaction(async ({ trx }: { trx: Knex.Transaction }) => {
    await strapi.db.connection(TABLE).insert(rows).transacting(trx);
  });
}
