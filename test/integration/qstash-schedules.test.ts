/** Schedules, by the official SDK; when they are due is the clock's to say. */
import type { SchedulesService } from '../../server/src/api/schedules';
import { bootWire, ELSEWHERE, type Wire } from './qstash-fixture';

const MINUTE_MS = 60_000;

let wire: Wire;

beforeAll(async () => {
  wire = await bootWire();
});
afterAll(() => wire.close());

const service = (): SchedulesService =>
  wire.app.strapi.plugin('guaranteed-webhooks').service<SchedulesService>('schedules');

/** What every node does each second, as if it were later. @returns how many ticks there were. */
const runLater = (ms: number): Promise<number> =>
  service().runDue({ ...wire.runtime, clock: { now: () => wire.runtime.clock.now() + ms } });

/** Brings the next tick forward to now, for the clock to find it. */
async function makeDue(scheduleId: string): Promise<void> {
  const { db } = wire.app.strapi;
  const { tableName } = db.metadata.get('plugin::guaranteed-webhooks.schedule');
  await db
    .connection(tableName)
    .where({ schedule_id: scheduleId })
    .update({ next_at: wire.runtime.clock.now() });
}

describe('a schedule', () => {
  const scheduleId = 'every.minute';

  it('comes back as it was written', async () => {
    const created = await wire.client.schedules.create({
      scheduleId,
      destination: `${ELSEWHERE}/scheduled?a=b`,
      cron: ' * * * * * ',
      body: '{"a":1}',
      method: 'PUT',
      headers: {
        'test-header': 'test-value',
        'Upstash-Forward-bypass-tunnel-reminder': 'client-test',
      },
      delay: 5,
      retries: 2,
      retryDelay: '1000',
      timeout: 10,
      queueName: 'scheduled',
      label: 'label',
      callback: `${ELSEWHERE}/callback`,
      failureCallback: `${ELSEWHERE}/failure`,
      flowControl: { key: 'k', rate: 3 },
    });
    expect(created).toEqual({ scheduleId });
    expect(await wire.client.schedules.get(scheduleId)).toMatchObject({
      scheduleId,
      destination: `${ELSEWHERE}/scheduled?a=b`,
      cron: '* * * * *',
      body: '{"a":1}',
      method: 'PUT',
      header: {
        'Bypass-Tunnel-Reminder': ['client-test'],
        'Content-Type': ['application/json'],
        'Test-Header': ['test-value'],
      },
      delay: 5,
      retries: 2,
      retryDelayExpression: '1000',
      timeout: 10,
      queueName: 'scheduled',
      label: 'label',
      callback: `${ELSEWHERE}/callback`,
      failureCallback: `${ELSEWHERE}/failure`,
      flowControlKey: 'k',
      rate: 3,
      period: 1,
      isPaused: false,
      createdAt: expect.any(Number) as number,
      nextScheduleTime: expect.any(Number) as number,
    });
  });

  it('is replaced as a whole', async () => {
    await wire.client.schedules.create({
      scheduleId,
      destination: `${wire.receiver.url}/tick`,
      cron: '* * * * *',
    });
    const schedule = await wire.client.schedules.get(scheduleId);
    expect(schedule).toMatchObject({ destination: `${wire.receiver.url}/tick`, retries: 3 });
    expect(schedule.body).toBeUndefined();
    expect(schedule.label).toBeUndefined();
    expect(await wire.client.schedules.list()).toHaveLength(1);
  });

  it('publishes when it is due, once', async () => {
    await makeDue(scheduleId);
    const request = await wire.arrival('/tick');
    expect(request.method).toBe('POST');
    expect(request.headers['upstash-schedule-id']).toBe(scheduleId);
    await wire.verify(request);
    const messageId = String(request.headers['upstash-message-id']);
    const schedule = await wire.client.schedules.get(scheduleId);
    expect(schedule.lastScheduleStates).toEqual({ [messageId]: 'SUCCESS' });
    expect(await wire.client.messages.get(messageId)).toMatchObject({ scheduleId });
    const { logs } = await wire.client.logs({ filter: { scheduleId } });
    expect(logs.map(({ state }) => state)).toContain('DELIVERED');
  });

  it('skips its ticks while it is paused', async () => {
    await wire.client.schedules.pause({ schedule: scheduleId });
    await wire.client.schedules.pause({ schedule: scheduleId });
    expect(await wire.client.schedules.get(scheduleId)).toMatchObject({ isPaused: true });
    expect(await runLater(10 * MINUTE_MS)).toBe(0);
    const response = await wire.request(`/v2/schedules/${scheduleId}/resume`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await wire.client.schedules.get(scheduleId)).toMatchObject({ isPaused: false });
  });

  it('is gone when it is deleted', async () => {
    await wire.client.schedules.delete(scheduleId);
    expect(await wire.failure(wire.client.schedules.get(scheduleId))).toEqual({
      status: 404,
      error: `schedule ${scheduleId} not found`,
    });
    expect(await wire.failure(wire.client.schedules.delete(scheduleId))).toMatchObject({
      status: 404,
    });
  });

  it('has a time zone, a group to go to, and an id of its own making', async () => {
    await wire.client.urlGroups.addEndpoints({
      name: 'scheduled-group',
      endpoints: [{ url: ELSEWHERE }],
    });
    const { scheduleId: id } = await wire.client.schedules.create({
      destination: 'scheduled-group',
      cron: 'CRON_TZ=Europe/Istanbul 0 9 * * *',
      redact: { body: true },
      body: 'secret',
    });
    expect(id).toMatch(/^scd_/);
    const schedule = await wire.client.schedules.get(id);
    expect(schedule).toMatchObject({
      destination: 'scheduled-group',
      cron: 'CRON_TZ=Europe/Istanbul 0 9 * * *',
      body: expect.stringMatching(/^REDACTED:[0-9a-f]{64}$/) as string,
    });
    expect(new Date(schedule.nextScheduleTime ?? 0).getUTCHours()).toBe(6);
    await wire.client.schedules.delete(id);
  });

  it.each([
    [{ cron: 'every day' }, 400],
    [{ cron: '61 * * * *' }, 400],
    [{ cron: '0 0 30 2 *' }, 400],
    [{ cron: 'CRON_TZ=Mars/Olympus * * * * *' }, 400],
    [{ cron: '* * * * *', scheduleId: 'a b' }, 400],
    [{ cron: '* * * * *', destination: 'nobody' }, 404],
    [{ cron: '* * * * *', destination: 'http://localhost:99' }, 400],
    [{ cron: '* * * * *', retryDelay: 'no' }, 400],
    [{ cron: '* * * * *', callback: 'strapi:handler' }, 400],
    [{ cron: '* * * * *', failureCallback: 'http://10.0.0.1/' }, 400],
  ])('is not %j', async (options, status) => {
    const error = await wire.failure(
      wire.client.schedules.create({ destination: ELSEWHERE, ...options })
    );
    expect(error.status).toBe(status);
    expect(await wire.client.schedules.list()).toEqual([]);
  });
});
