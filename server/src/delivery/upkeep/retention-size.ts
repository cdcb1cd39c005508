/**
 * Retention by size, beside retention by age: so that a flood, or a receiver that is dead for weeks,
 * does not fill the disk. Warns before it removes, and says so when there is nothing it may remove.
 */
import type { PluginConfig } from '../../config/schema';
import type { Log } from '../loop/ports';
import type { SizeStore } from '../../store/log/size-types';

/** From here on an operator is told. */
export const WARN_AT = 0.8;
/** Counting walks an index: seldom enough not to be noticed. */
const MEASURE_EVERY_MS = 10 * 60_000;
const BATCH = 500;
const BATCHES_PER_ROUND = 40;
/** Newest messages whose size stands for all. */
const SAMPLE = 200;

interface Dependencies {
  store: SizeStore;
  config: Pick<PluginConfig, 'retention'>;
  now: () => number;
  log: Log;
}

export function createRetentionSize({ store, config, now, log }: Dependencies) {
  const { maxRows, maxBytes } = config.retention;
  let measuredAt = -Infinity;
  let fill = 0;
  let problem: string | null = null;

  /** How many messages may stay: so many rows, or so many of the size they have. */
  async function room(): Promise<number> {
    if (maxBytes === null) return maxRows ?? Infinity;
    const bytes = Math.max(1, await store.averageMessageBytes(SAMPLE));
    return Math.min(maxRows ?? Infinity, Math.floor(maxBytes / bytes));
  }

  async function trim(excess: number): Promise<number> {
    let removed = 0;
    for (let batch = 0; batch < BATCHES_PER_ROUND && removed < excess; batch += 1) {
      const count = await store.trimFinished(Math.min(BATCH, excess - removed));
      if (count === 0) break;
      removed += count;
    }
    if (removed > 0) log.warn(`retention by size removed ${removed} finished messages before their time`); // prettier-ignore
    return removed;
  }

  function say(next: string | null): void {
    if (next !== null && problem === null) log.warn(next);
    problem = next;
  }

  /** Measures, and removes what is too much. */
  async function enforce(): Promise<void> {
    measuredAt = now();
    if (maxRows === null && maxBytes === null) return;
    const limit = Math.max(1, await room());
    const most = limit + BATCH * BATCHES_PER_ROUND;
    const rows = await store.countMessages(Math.min(most, Number.MAX_SAFE_INTEGER));
    const left = rows - (rows > limit ? await trim(rows - limit) : 0);
    fill = left / limit;
    say(problemOf(left, limit));
  }

  return {
    enforce,

    /** Each second: enforces now and then. */
    async tick(): Promise<void> {
      if (now() - measuredAt >= MEASURE_EVERY_MS) await enforce();
    },

    /** 1: the limit is reached, and finished messages go before their time. */
    fill: (): number => fill,
    problem: (): string | null => problem,
  };
}

export type RetentionSize = ReturnType<typeof createRetentionSize>;

function problemOf(rows: number, limit: number): string | null {
  if (rows < limit * WARN_AT) return null;
  const percent = Math.round((rows / limit) * 100);
  const held = `${rows} messages are stored, ${percent} % of what retention.maxRows and retention.maxBytes allow`;
  return rows > limit
    ? `${held}: what is left waits to be delivered and is never removed. Cancel what nobody will receive`
    : `${held}: at 100 % the oldest finished ones are removed before their time`;
}
