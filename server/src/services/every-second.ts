/**
 * What each second brings, in this order: first what other nodes have changed, then what has come due
 * by it, last what nobody waits for.
 */
import type { DatabaseClock } from './database-clock';
import type { Directory } from './directory';
import type { EnvironmentBinding } from './environment';
import type { Step } from './housekeeping';
import type { Keys } from './keys';
import type { Maintenance } from './maintenance';
import type { Probes } from './probes';
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
  watch: Watch;
}

export function everySecond(parts: Parts): Record<string, Step> {
  const { databaseClock, environment, directory, keys, probes, maintenance, watch } = parts;
  let keysVersion: string | null = null;

  /** Their rotation on another node is a change of the directory's version, whoever has read it first. */
  async function refreshKeys(): Promise<void> {
    const version = directory.version();
    if (version === keysVersion) return;
    await keys.load();
    keysVersion = version;
  }

  return {
    clock: () => databaseClock.synchronizeIfOld(),
    environment: () => environment.lookIfOld(),
    directory: () => directory.refreshIfChanged(),
    keys: refreshKeys,
    schedules: async () => {
      if (environment.mayDeliver()) await parts.runSchedules();
    },
    probes: async () => {
      await probes?.refresh();
    },
    maintenance: () => maintenance.tick(),
    'retention by size': () => parts.retentionSize.tick(),
    statistics: () => watch.tally.tick(),
    presence: () => watch.presence.tick(),
  };
}
