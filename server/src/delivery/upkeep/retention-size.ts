/**
 * Limits the log by size as well as by age, so that it does not fill the disk. Warns before it removes
 * messages, and when it may not remove any more.
 */
import type { PluginConfig } from '../../config/schema';
import type { Log } from '../loop/ports';
import type { Amount, SizeStore } from '../../store/log/size-types';
import { MINUTE_MS } from '../../core/time';

/** Part of the limit from which the operator is warned. */
const WARN_AT = 0.8;
/** Counting scans an index. */
const MEASURE_EVERY_MS = 10 * MINUTE_MS;
const BATCHES_PER_ROUND = 40;
/** More than one round can remove. */
const MAX_REMOVED_PER_ROUND = 20_000;

interface Dependencies {
  store: SizeStore;
  config: Pick<PluginConfig, 'retention'>;
  now: () => number;
  log: Log;
}

export function createRetentionSize({ store, config, now, log }: Dependencies) {
  const { maxRows, maxBytes, removeDeadEarly } = config.retention;
  let measuredAt = -Infinity;
  let fill = 0;
  let problem: string | null = null;

  /** Estimates only tables that are large enough to matter. */
  async function usedBytes(limit: number): Promise<number> {
    const allocated = await store.allocatedBytes();
    return allocated <= limit ? allocated : Math.min(allocated, await store.estimatedBytes());
  }

  async function measure(): Promise<Amount> {
    return {
      messages: maxRows === null ? 0 : await store.countMessages(maxRows + MAX_REMOVED_PER_ROUND),
      bytes: maxBytes === null ? 0 : await usedBytes(maxBytes),
    };
  }

  const excessOf = ({ messages, bytes }: Amount): Amount => ({
    messages: Math.max(0, messages - (maxRows ?? Infinity)),
    bytes: Math.max(0, bytes - (maxBytes ?? Infinity)),
  });

  const fillOf = ({ messages, bytes }: Amount): number =>
    Math.max(messages / (maxRows ?? Infinity), bytes / (maxBytes ?? Infinity));

  async function trim(used: Amount): Promise<Amount> {
    let left = used;
    let removed = 0;
    for (let batch = 0; batch < BATCHES_PER_ROUND; batch += 1) {
      const excess = excessOf(left);
      if (excess.messages === 0 && excess.bytes === 0) break;
      const { messages, bytes } = await store.trimFinished(excess, {
        includeDead: removeDeadEarly,
      });
      if (messages === 0) break;
      removed += messages;
      left = { messages: left.messages - messages, bytes: left.bytes - bytes };
    }
    if (removed > 0)
      log.warn(`retention by size removed ${removed} finished messages before their time`);
    return left;
  }

  function report(next: string | null): void {
    if (next !== null && problem === null) log.warn(next);
    problem = next;
  }

  /** Measures, and removes what exceeds the limits. */
  async function enforce(): Promise<void> {
    measuredAt = now();
    if (maxRows === null && maxBytes === null) return;
    fill = fillOf(await trim(await measure()));
    report(problemOf(fill));
  }

  function problemOf(ratio: number): string | null {
    if (ratio < WARN_AT) return null;
    const held = `the log is at ${Math.round(ratio * 100)} % of what retention.maxRows and retention.maxBytes allow`;
    if (ratio <= 1)
      return `${held}: above 100 % the oldest finished messages are removed before their time`;
    return removeDeadEarly
      ? `${held}: what is left waits to be delivered and is never removed. Cancel what nobody will receive`
      : `${held}: what is left waits to be delivered, or is a dead letter. Replay, cancel or delete what nobody needs, or set retention.removeDeadEarly`;
  }

  return {
    enforce,

    /** Called every second; usually does nothing. */
    async tick(): Promise<void> {
      if (now() - measuredAt >= MEASURE_EVERY_MS) await enforce();
    },

    /** 1: the limit is reached, and finished messages are removed before their retention ends. */
    fill: (): number => fill,
    problem: (): string | null => problem,
  };
}

export type RetentionSize = ReturnType<typeof createRetentionSize>;
