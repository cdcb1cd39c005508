/**
 * The work of every second: changes made by other nodes, then schedules and maintenance. The second
 * part may take longer than a second, and does not delay the first.
 */
import type { Log } from '../loop/ports';
import type { DatabaseClock } from '../../host/database-clock';
import type { Directory } from '../engine/directory';
import type { EnvironmentBinding } from '../../host/environment';
import { createHousekeeping } from './housekeeping';
import type { Keys } from '../../host/keys';
import type { Maintenance } from './maintenance';
import type { Probes } from '../engine/probes';
import type { RetentionSize } from './retention-size';
import type { Watch } from './watch';

interface Parts {
  databaseClock: DatabaseClock;
  environment: EnvironmentBinding;
  directory: Directory;
  keys: Keys;
  runSchedules: () => Promise<unknown>;
  /** Null on a node that does not deliver. */
  probes: Probes | null;
  maintenance: Maintenance;
  retentionSize: RetentionSize;
  tripwire: { judge(): void };
  watch: Watch;
  /** Messages being sent. */
  inFlight: () => number;
}

/** @returns a function that never rejects. */
export function createEverySecond(parts: Parts, log: Log): () => Promise<void> {
  const { databaseClock, environment, directory, keys, probes, maintenance, watch } = parts;
  let keysVersion: string | null = null;

  /** A rotation on another node changes the directory's version. */
  async function refreshKeys(): Promise<void> {
    const version = directory.version();
    if (version === keysVersion) return;
    await keys.load();
    keysVersion = version;
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
      schedules: async () => {
        if (environment.mayDeliver()) await parts.runSchedules();
      },
      probes: async () => {
        await probes?.refresh();
      },
      maintenance: () => maintenance.tick(),
      'retention by size': () => parts.retentionSize.tick(),
      'missed events': () => parts.tripwire.judge(),
      statistics: () => watch.tally.tick(),
      presence: () => watch.presence.tick(parts.inFlight()),
    },
    log
  );

  return async () => {
    await news.run();
    await work.run();
  };
}
