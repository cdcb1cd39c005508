import { nextRunAfter, parseCron } from './cron';

const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

describe('cron', () => {
  it.each([
    ['* * * * *', '2026-01-02T03:04:05Z', '2026-01-02T03:05:00.000Z'],
    ['*/15 * * * *', '2026-01-02T03:15:00Z', '2026-01-02T03:30:00.000Z'],
    ['0 9 * * 1', '2026-01-02T03:04:05Z', '2026-01-05T09:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-02T03:04:05Z', '2028-02-29T00:00:00.000Z'],
    ['CRON_TZ=Europe/Berlin 0 9 * * *', '2026-07-01T00:00:00Z', '2026-07-01T07:00:00.000Z'],
    ['CRON_TZ=Europe/Berlin 0 9 * * *', '2026-01-01T00:00:00Z', '2026-01-01T08:00:00.000Z'],
    [' 0 9 * * * ', '2026-01-01T00:00:00Z', '2026-01-01T09:00:00.000Z'],
  ])('%s after %s runs at %s', (text, after, expected) => {
    expect(iso(nextRunAfter(parseCron(text), at(after)))).toBe(expected);
  });

  it('runs a minute later than the run itself, never at the same instant again', () => {
    const times = parseCron('* * * * *');
    const first = at('2026-01-02T03:05:00Z');
    expect(nextRunAfter(times, first)).toBe(first + 60_000);
  });

  it('takes the time zone beside the expression, too; the one in it wins', () => {
    expect(parseCron('0 9 * * *', 'Asia/Tokyo')).toEqual({
      cron: '0 9 * * *',
      timezone: 'Asia/Tokyo',
    });
    expect(parseCron('CRON_TZ=Europe/Rome 0 9 * * *', 'Asia/Tokyo').timezone).toBe('Europe/Rome');
  });

  it.each([
    ['', 'cron'],
    ['* * * *', 'cron'],
    ['* * * * * *', 'cron'],
    ['61 * * * *', 'cron'],
    ['nonsense', 'cron'],
    ['CRON_TZ=Europe/Atlantis 0 9 * * *', 'timezone'],
  ])('refuses "%s", naming the %s', (text, field) => {
    expect(() => parseCron(text)).toThrow(expect.objectContaining({ field }) as Error);
  });

  it.each(['0 0 30 2 *', '0 0 31 2 *', '0 0 31 4,6,9,11 *'])(
    'refuses "%s", which never runs',
    (cron) => {
      expect(() => parseCron(cron)).toThrow(/never runs/);
    }
  );

  it('accepts a cron that runs on the 29th of February only', () => {
    expect(nextRunAfter(parseCron('0 0 29 2 *'), at('2026-01-01T00:00:00Z'))).toBe(
      at('2028-02-29T00:00:00Z')
    );
  });
});
