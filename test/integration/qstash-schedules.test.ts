/** Schedules, with the official SDK and a controlled clock. */
import type { SchedulesService } from '../../server/src/api/schedules';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

const MINUTE_MS = 60_000;

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash.close());

const service = (): SchedulesService =>
  qstash.app.strapi.plugin('guaranteed-webhooks').service<SchedulesService>('schedules');

/** Runs the per-second work of a node at a later time. @returns the number of runs. */
const runLater = (ms: number): Promise<number> =>
  service().runDue({ ...qstash.runtime, clock: { now: () => qstash.runtime.clock.now() + ms } });

/** Makes the next run due now. */
async function makeDue(scheduleId: string): Promise<void> {
  const { db } = qstash.app.strapi;
  const { tableName } = db.metadata.get('plugin::guaranteed-webhooks.schedule');
  await db
    .connection(tableName)
    .where({ schedule_id: scheduleId })
    .update({ next_at: qstash.runtime.clock.now() });
}

describe('a schedule', () => {
  const scheduleId = 'every.minute';

  it('is returned as it was created', async () => {
    const created = await qstash.client.schedules.create({
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
    expect(await qstash.client.schedules.get(scheduleId)).toMatchObject({
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
    await qstash.client.schedules.create({
      scheduleId,
      destination: `${qstash.receiver.url}/tick`,
      cron: '* * * * *',
    });
    const schedule = await qstash.client.schedules.get(scheduleId);
    expect(schedule).toMatchObject({ destination: `${qstash.receiver.url}/tick`, retries: 3 });
    expect(schedule.body).toBeUndefined();
    expect(schedule.label).toBeUndefined();
    expect(await qstash.client.schedules.list()).toHaveLength(1);
  });

  it('publishes once when due', async () => {
    await makeDue(scheduleId);
    const request = await qstash.arrival('/tick');
    expect(request.method).toBe('POST');
    expect(request.headers['upstash-schedule-id']).toBe(scheduleId);
    await qstash.verify(request);
    const messageId = String(request.headers['upstash-message-id']);
    const schedule = await qstash.client.schedules.get(scheduleId);
    expect(schedule.lastScheduleStates).toEqual({ [messageId]: 'SUCCESS' });
    expect(await qstash.client.messages.get(messageId)).toMatchObject({ scheduleId });
    const { logs } = await qstash.client.logs({ filter: { scheduleId } });
    expect(logs.map(({ state }) => state)).toContain('DELIVERED');
  });

  it('skips runs while paused', async () => {
    await qstash.client.schedules.pause({ schedule: scheduleId });
    await qstash.client.schedules.pause({ schedule: scheduleId });
    expect(await qstash.client.schedules.get(scheduleId)).toMatchObject({ isPaused: true });
    expect(await runLater(10 * MINUTE_MS)).toBe(0);
    const response = await qstash.request(`/v2/schedules/${scheduleId}/resume`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await qstash.client.schedules.get(scheduleId)).toMatchObject({ isPaused: false });
  });

  it('can be deleted', async () => {
    await qstash.client.schedules.delete(scheduleId);
    expect(await qstash.failure(qstash.client.schedules.get(scheduleId))).toEqual({
      status: 404,
      error: `schedule ${scheduleId} not found`,
    });
    expect(await qstash.failure(qstash.client.schedules.delete(scheduleId))).toMatchObject({
      status: 404,
    });
  });

  it('may have a time zone, a URL group and a generated id', async () => {
    await qstash.client.urlGroups.addEndpoints({
      name: 'scheduled-group',
      endpoints: [{ url: ELSEWHERE }],
    });
    const { scheduleId: id } = await qstash.client.schedules.create({
      destination: 'scheduled-group',
      cron: 'CRON_TZ=Europe/Istanbul 0 9 * * *',
      redact: { body: true },
      body: 'secret',
    });
    expect(id).toMatch(/^scd_/);
    const schedule = await qstash.client.schedules.get(id);
    expect(schedule).toMatchObject({
      destination: 'scheduled-group',
      cron: 'CRON_TZ=Europe/Istanbul 0 9 * * *',
      body: expect.stringMatching(/^REDACTED:[0-9a-f]{64}$/) as string,
    });
    expect(new Date(schedule.nextScheduleTime ?? 0).getUTCHours()).toBe(6);
    await qstash.client.schedules.delete(id);
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
  ])('refuses %j', async (options, status) => {
    const error = await qstash.failure(
      qstash.client.schedules.create({ destination: ELSEWHERE, ...options })
    );
    expect(error.status).toBe(status);
    expect(await qstash.client.schedules.list()).toEqual([]);
  });
});
