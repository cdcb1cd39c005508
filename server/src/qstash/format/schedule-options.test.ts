import { scheduleOptions } from './schedule-options';
import { QstashError } from './error';

const options = (headers: Record<string, string>) => scheduleOptions({ headers });

it('reads when, under which id, into which queue', () => {
  expect(
    options({
      'upstash-cron': ' CRON_TZ=Europe/Paris 0 9 * * * ',
      'upstash-schedule-id': 'daily',
      'upstash-queue-name': 'q',
    })
  ).toEqual({ cron: '0 9 * * *', timezone: 'Europe/Paris', scheduleId: 'daily', queue: 'q' });
  expect(options({ 'upstash-cron': '* * * * *' })).toEqual({ cron: '* * * * *' });
});

it('reads the query, too', () => {
  expect(scheduleOptions({ headers: {}, query: [['upstash-cron', '0 0 * * *']] }).cron).toBe(
    '0 0 * * *'
  );
});

it.each([
  [{}, /upstash-cron: it is missing/],
  [{ 'upstash-cron': ' ' }, /missing/],
  [{ 'upstash-cron': '* * * * *', 'upstash-not-before': '1' }, /not-before/],
  [{ 'upstash-cron': '* * * * *', 'upstash-schedule-id': 'a b' }, /invalid schedule id/],
  [{ 'upstash-cron': '* * * * *', 'upstash-queue-name': 'a/b' }, /invalid queue name/],
])('refuses %j', (headers, text) => {
  expect(() => options(headers as Record<string, string>)).toThrow(QstashError);
  expect(() => options(headers as Record<string, string>)).toThrow(text);
});
