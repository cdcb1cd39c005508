/**
 * The work of a second: changes made by other nodes, then schedules and maintenance. The second
 * part may take longer than a second, and does not delay the first.
 */
import type { Log } from '../loop/ports';
import type { DatabaseClock } from '../../host/database-clock';
import type { Directory } from '../engine/directory';
import type { EnvironmentBinding } from '../../host/environment';
import { AT_ONCE, NEVER } from './agenda';
import { createHousekeeping } from './housekeeping';
import type { Keys } from '../../host/keys';
import type { Maintenance } from './maintenance';
import type { Probes } from '../engine/probes';
import type { RetentionSize } from './retention-size';
import type { SchemaGuard } from '../engine/schema-guard';
import type { Watch } from './watch';
import { SECOND_MS } from '../../core/time';

/** Age up to which settings of other nodes count as current. */
const FRESH_MS = 5 * SECOND_MS;

interface Parts {
  databaseClock: DatabaseClock;
  environment: EnvironmentBinding;
  directory: Directory;
  schemaGuard: Pick<SchemaGuard, 'lookIfChanged'>;
  keys: Keys;
  /** When the next schedule is to run. */
  nextSchedule: () => Promise<number>;
  /** Publishes due schedules; compares endpoints that are due; sends alerts. Returns when to ask again. */
  runDue: (what: 'schedules' | 'planned-reconcile' | 'alerts') => Promise<number>;
  /** Null on a node that does not deliver. */
  probes: Probes | null;
  maintenance: Maintenance;
  retentionSize: RetentionSize;
  tripwire: { judge(): void };
  watch: Watch;
  /** Messages being sent. */
  inFlight: () => number;
  /** When a message is due again, as far as is known. */
  nextDue: () => Promise<number>;
  now: () => number;
}

export interface EverySecond {
  /** Never rejects. @returns when there is work again. */
  run(): Promise<number>;
  /**
   * Reads what other nodes changed during a quiet time. Never rejects.
   *
   * @returns undefined when it is known.
   */
  catchUp(): Promise<unknown> | undefined;
}

export function createEverySecond(parts: Parts, log: Log): EverySecond {
  const { databaseClock, environment, directory, keys, probes, maintenance, watch, now } = parts;
  let keysVersion: string | null = null;

  /** A rotation on another node changes the directory's version. */
  async function refreshKeys(): Promise<void> {
    const version = directory.version();
    if (version === keysVersion) return;
    await keys.load();
    keysVersion = version;
  }

  async function runSchedules(): Promise<number> {
    if (!environment.mayDeliver()) return NEVER;
    const next = await parts.nextSchedule();
    if (next > now()) return next;
    await parts.runDue('schedules');
    return AT_ONCE;
  }

  const news = createHousekeeping(
    {
      clock: () => databaseClock.synchronizeIfOld(),
      environment: () => environment.lookIfOld(),
      directory: () => directory.refreshIfChanged(),
      keys: refreshKeys,
    },
    log
  );
  const work = createHousekeeping(
    {
      schedules: runSchedules,
      reconciliations: async () =>
        environment.mayDeliver() ? parts.runDue('planned-reconcile') : NEVER,
      alerts: async () => (environment.mayDeliver() ? parts.runDue('alerts') : NEVER),
      probes: () => probes?.refresh(),
      maintenance: () => maintenance.tick(),
      'retention by size': () => parts.retentionSize.tick(),
      'sent fields': () => parts.schemaGuard.lookIfChanged(),
      'missed events': () => parts.tripwire.judge(),
      statistics: () => watch.tally.tick(),
      'withheld events': () => watch.withheld.tick(),
      presence: () => watch.presence.tick(parts.inFlight()),
      // Last: whether this node is alone is known by now. If not, it asks each second anyway.
      messages: () => (watch.presence.isAlone() ? parts.nextDue() : AT_ONCE),
    },
    log
  );

  let readAt = -Infinity;
  let reading: { since: number; done: Promise<number> } | undefined;

  /** One reading at a time; concurrent callers share it. */
  function readNews(): Promise<number> {
    reading ??= {
      since: now(),
      done: news.run().finally(() => {
        reading = undefined;
        readAt = now();
      }),
    };
    return reading.done;
  }

  /** The database does not answer: nothing waits for it any longer. */
  const isHanging = (): boolean => reading !== undefined && now() - reading.since >= FRESH_MS;

  return {
    async run() {
      const next = isHanging() ? AT_ONCE : await readNews();
      return Math.min(next, await work.run());
    },

    catchUp: () => (now() - readAt < FRESH_MS || isHanging() ? undefined : readNews()),
  };
}
