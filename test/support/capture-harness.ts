/**
 * Capture alone on a real Strapi: what it is given can be made to fail, and says what it was asked.
 * Events go into a scratch table through the transaction that is open, as the plugin's do, so that a
 * rollback takes them with it.
 */
import type { Core } from '@strapi/strapi';
import type { Knex } from 'knex';

import { createTripwire, installCapture, type Tripwire } from '../../server/src/capture';
import type { NewEvent } from '../../server/src/core/message/message';
import { matchesEvent } from '../../server/src/core/routing/subscription';
import { createDifferential, type Differential } from './differential';
import { createShiftedClock, expectNoMissedEvents, skipGrace, type ShiftedClock } from './tripwire';
import { bootStrapi, type BootedStrapi, type DatabaseKind } from './strapi';

const TABLE = 'capture_scratch';

/** Below what Strapi accepts as a request. */
export const MAX_EVENT_BYTES = 100_000;

export interface CaptureHarness extends BootedStrapi, Differential {
  /** Event patterns that somebody wants. `['*']` unless a test says otherwise. */
  wanted: string[];
  /** What happens to a change whose event is too large. `reduce` unless a test says otherwise. */
  tooLarge: 'reduce' | 'refuse';
  /** Called instead of a pause between two tries. */
  onPause: (ms: number) => void;
  clock: ShiftedClock;
  tripwire: Tripwire;
  woken(): number;
  /** Makes the next inserts fail. */
  failInserts(failing: boolean): void;
}

/** @param beforeCapture runs on a Strapi that captures nothing yet. */
export async function bootWithCapture(
  database: DatabaseKind,
  beforeCapture: (strapi: Core.Strapi) => Promise<void> = async () => {}
): Promise<CaptureHarness> {
  const booted = await bootStrapi({ database, plugin: false });
  const { strapi } = booted;
  await strapi.db.connection.schema.createTable(TABLE, (table) => {
    table.increments('id');
    table.text('event', 'longtext');
  });

  let failing = false;
  let wakes = 0;
  let lastId = 0;

  async function recorded(): Promise<NewEvent[]> {
    const rows = (await strapi.db.connection(TABLE).where('id', '>', lastId).orderBy('id')) as {
      id: number;
      event: string;
    }[];
    lastId = rows.at(-1)?.id ?? lastId;
    return rows.map((row) => JSON.parse(row.event) as NewEvent);
  }

  const differential = await createDifferential(strapi, recorded);
  await beforeCapture(strapi);
  const clock = createShiftedClock();
  const wants = (name: string): boolean =>
    harness.wanted.some((pattern) => matchesEvent(pattern, name));
  const tripwire = createTripwire({
    strapi,
    wants,
    now: clock.now,
    log: strapi.log,
  });
  installCapture({
    strapi,
    wants,
    needs: () => null,
    schemas: () => undefined,
    views: () => [],
    record: async (events) => {
      if (failing) throw new Error('the insert failed');
      await insert(strapi, events);
      return events.length;
    },
    mutes: { current: () => null },
    hiddenFields: [],
    wake: () => {
      wakes += 1;
    },
    now: clock.now,
    pause: async (ms) => harness.onPause(ms),
    maxBytes: MAX_EVENT_BYTES,
    get tooLarge() {
      return harness.tooLarge;
    },
    tripwire,
    works: () => true,
    log: strapi.log,
  });
  skipGrace(clock);

  const harness: CaptureHarness = {
    ...booted,
    http: booted.http,
    ...differential,
    wanted: ['*'],
    tooLarge: 'reduce',
    onPause: () => undefined,
    clock,
    tripwire,
    woken: () => wakes,
    failInserts: (value) => {
      failing = value;
    },
    async close() {
      await differential.native.close();
      await booted.close();
      expectNoMissedEvents(tripwire, clock);
    },
  };
  return harness;
}

async function insert(strapi: Core.Strapi, events: NewEvent[]): Promise<void> {
  const rows = events.map((event) => ({ event: JSON.stringify(event) }));
  await strapi.db.transaction(async ({ trx }: { trx: Knex.Transaction }) => {
    await strapi.db.connection(TABLE).insert(rows).transacting(trx);
  });
}
