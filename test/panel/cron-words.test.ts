/** Crons in words: only where the words say exactly what the cron does. */
import { cronWords } from '../../admin/src/pages/schedules/cronWords';

it.each([
  ['* * * * *', { key: 'cron.every-minute' }],
  ['*/15 * * * *', { key: 'cron.every-minutes', count: 15 }],
  ['5 * * * *', { key: 'cron.hourly', minute: '05' }],
  ['0 9 * * *', { key: 'cron.daily', time: '09:00' }],
  ['30 17 * * 1', { key: 'cron.weekly', time: '17:30', weekday: 1 }],
  ['0 0 * * 7', { key: 'cron.weekly', time: '00:00', weekday: 0 }],
  ['0 0 1 * *', { key: 'cron.monthly', time: '00:00', day: 1 }],
])('%s', (cron, words) => {
  expect(cronWords(cron)).toEqual(words);
});

it.each(['*/7 * * * *', '0 9 1 * 1', '0 9 * 2 *', '0 9-17 * * *', '0 9 * * MON', '0 9 * *', ''])(
  '%s is left as it is written',
  (cron) => {
    expect(cronWords(cron)).toBeNull();
  }
);
