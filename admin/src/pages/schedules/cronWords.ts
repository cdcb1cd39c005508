/** The common crons in words: which sentence, and what goes into it. Pure. */

export type CronWords =
  | { key: 'cron.every-minute' }
  | { key: 'cron.every-minutes'; count: number }
  | { key: 'cron.hourly'; minute: string }
  | { key: 'cron.daily'; time: string }
  | { key: 'cron.weekly'; time: string; weekday: number }
  | { key: 'cron.monthly'; time: string; day: number };

const NUMBER = /^\d{1,2}$/;
const STEP = /^\*\/(\d{1,2})$/;
const ANY = '*';
const FIELDS = 5;
const DAYS_A_WEEK = 7;

const padded = (part: string): string => part.padStart(2, '0');

/** @returns null for what needs to be read as it is written. */
export const cronWords = (cron: string): CronWords | null => {
  const parts = cron.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = parts as [string, string, string, string, string];
  if (parts.length !== FIELDS || month !== ANY) return null;
  if (hour === ANY && day === ANY && weekday === ANY) return withinTheHour(minute);
  if (!NUMBER.test(minute) || !NUMBER.test(hour)) return null;
  return onDays(`${padded(hour)}:${padded(minute)}`, day, weekday);
};

const onDays = (time: string, day: string, weekday: string): CronWords | null => {
  if (day === ANY && weekday === ANY) return { key: 'cron.daily', time };
  if (day === ANY && NUMBER.test(weekday)) {
    return { key: 'cron.weekly', time, weekday: Number(weekday) % DAYS_A_WEEK };
  }
  if (weekday === ANY && NUMBER.test(day)) return { key: 'cron.monthly', time, day: Number(day) };
  return null;
};

const withinTheHour = (minute: string): CronWords | null => {
  if (minute === ANY) return { key: 'cron.every-minute' };
  if (NUMBER.test(minute)) return { key: 'cron.hourly', minute: padded(minute) };
  const count = Number(STEP.exec(minute)?.[1]);
  // Every 7 minutes is not what it seems: the hour's last step is shorter.
  return count > 0 && 60 % count === 0 ? { key: 'cron.every-minutes', count } : null;
};
