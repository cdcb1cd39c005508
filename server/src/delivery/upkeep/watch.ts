/** The reports of this server: metrics, statistics, presence. */
import type { PluginConfig } from '../../config/schema';
import type { Settled } from '../../core/message/message';
import type { Log } from '../loop/ports';
import type { FullStore } from '../../store/types';
import { createMeters } from '../../stats/meters';
import { createPresence } from './presence';
import { createTally } from '../../stats/tally';
import { createWithheldCounts } from '../../stats/withheld';

interface Dependencies {
  store: FullStore;
  config: PluginConfig;
  /** Unique per process. */
  name: string;
  now: () => number;
  log: Log;
}

export function createWatch({ store, config, name, now, log }: Dependencies) {
  const meters = createMeters();
  const tally = createTally({ store, now, retentionMs: config.retention.deliveredMs, log });
  const withheld = createWithheldCounts({ store, now, log });
  const { enabled: delivers, idlePollMs } = config.dispatcher;
  const presence = createPresence({ store, name, delivers, idlePollMs, now, log });

  return {
    meters,
    tally,
    presence,
    withheld,

    /** Counts settled attempts. Not those of tests, which say nothing about the messages. */
    observe(settled: readonly Settled[]): void {
      const counted = settled.filter(({ message }) => message.event.source !== 'test');
      meters.observe(counted);
      tally.observe(counted);
    },

    async stop(): Promise<void> {
      await tally.stop();
      await withheld.stop();
      await presence.stop();
    },
  };
}

export type Watch = ReturnType<typeof createWatch>;
