/**
 * Cron expressions: five fields, a resolution of a minute, UTC unless a time zone is named, either
 * beside the expression or before it (`CRON_TZ=Europe/Berlin 0 9 * * 1`).
 *
 * Source of the grammar: `croner`, which Strapi's own cron uses. A local time that a change of clocks
 * leaves out runs when the clock has jumped; one that comes twice runs once.
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

/** @throws CoreError `INVALID_VALUE` when it cannot be read. */
function runsAtAll(times: CronTimes): boolean {
  try {
    return schedule(times).nextRun() !== null;
  } catch (error) {
    // Croner looks for a 31st of some months until its stack is full.
    if (error instanceof RangeError) return false;
    const reason = (error as Error).message;
    throw new CoreError('INVALID_VALUE', `"${times.cron}" is not a cron: ${reason}`, 'cron');
  }
}

/** @returns epoch ms of the first run after that instant; null when there is none any more. */
export function nextRunAfter(times: CronTimes, instant: number): number | null {
  return schedule(times).nextRun(new Date(instant))?.getTime() ?? null;
}

/** Never started: it only computes. */
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
