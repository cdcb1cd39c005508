/**
 * Parses cron expressions: five fields, in UTC unless a time zone is given, as an argument or as a prefix
 * (`CRON_TZ=Europe/Berlin 0 9 * * 1`).
 *
 * Source of the grammar: `croner`, which Strapi's own cron uses. At changes of daylight saving time, a local
 * time that is skipped runs after the change, and one that is repeated runs once.
 */
import { Cron } from 'croner';

import { CoreError } from '../core/errors';

export interface CronTimes {
  cron: string;
  /** IANA name; null: UTC. */
  timezone: string | null;
}

const PREFIX = /^(?:CRON_TZ|TZ)=(\S+)\s+/;
const UTC = 'UTC';

/** @throws CoreError `INVALID_VALUE`, its field `cron` or `timezone`. */
export function parseCron(text: string, timezone?: string | null): CronTimes {
  const trimmed = text.trim();
  const [prefix = '', named] = PREFIX.exec(trimmed) ?? [];
  const zone = named ?? timezone ?? null;
  if (zone !== null && !isTimezone(zone)) {
    throw new CoreError('INVALID_VALUE', `there is no time zone "${zone}"`, 'timezone');
  }
  const times = { cron: trimmed.slice(prefix.length), timezone: zone };
  if (runsAtAll(times)) return times;
  throw new CoreError('INVALID_VALUE', `"${times.cron}" never runs: no such day exists`, 'cron');
}

/** @throws CoreError `INVALID_VALUE` for an invalid expression. */
function runsAtAll(times: CronTimes): boolean {
  try {
    return schedule(times).nextRun() !== null;
  } catch (error) {
    // Croner recurses until the stack overflows when a date never occurs.
    if (error instanceof RangeError) return false;
    const reason = (error as Error).message;
    throw new CoreError('INVALID_VALUE', `"${times.cron}" is not a cron: ${reason}`, 'cron');
  }
}

/** @returns epoch ms of the first run after the instant, or null. */
export function nextRunAfter(times: CronTimes, instant: number): number | null {
  return schedule(times).nextRun(new Date(instant))?.getTime() ?? null;
}

/** Paused: only used to compute times. */
const schedule = ({ cron, timezone }: CronTimes): Cron =>
  new Cron(cron, { timezone: timezone ?? UTC, mode: '5-part', paused: true });

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
