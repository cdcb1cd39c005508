/** Schedules, queues, flow control and signing keys over the admin API: from the form's input to the receiver. */
import { Webhook } from 'standardwebhooks';

import type {
  CronPreview,
  FlowControlList,
  FlowKeyView,
  QueueView,
  ScheduleInput,
  ScheduleView,
  SigningKeysView,
} from '../../server/src/panel/contract';
import type { PublisherService } from '../../server/src/api/publisher';
import type { SchedulesService } from '../../server/src/api/schedules';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const NEVER_SOON = '0 0 1 1 *';

let api: AdminApi;

beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);

afterAll(async () => {
  await api?.close();
});

describe('a schedule', () => {
  const create = (input: Partial<ScheduleInput> = {}) =>
    api.post<ScheduleView>('/schedules', {
      cron: NEVER_SOON,
      url: `${api.receiver.url}/200`,
      payload: '{"n":1}',
      ...input,
    });
  const refused = async (input: object) => {
    const given = { cron: NEVER_SOON, url: `${api.receiver.url}/200`, payload: '1', ...input };
    const { status, body } = await api.call('POST', '/schedules', given);
    expect(status).toBeGreaterThanOrEqual(400);
    return body.error.details.errors?.[0]?.path.join('.');
  };

  it('publishes to a URL with its body and headers, and runs on request', async () => {
    const { scheduleId } = await create({
      method: 'PUT',
      contentType: 'text/plain',
      payload: 'good morning',
      headers: [
        { name: 'X-Shown', value: 'yes', secret: false },
        { name: 'X-Token', value: 'hush', secret: true },
      ],
    });
    const path = `/schedules/${scheduleId}`;

    const { messageIds } = await api.post<{ messageIds: string[] }>(`${path}/run-now`);
    await api.deliver();

    const [request] = api.received(messageIds[0] ?? '');
    expect(request).toMatchObject({ method: 'PUT' });
    expect(request?.body.toString()).toBe('good morning');
    expect(request?.headers).toMatchObject({
      'content-type': 'text/plain',
      'x-shown': 'yes',
      'x-token': 'hush',
    });
    const view = await api.get<ScheduleView>(path);
    expect(view.lastMessageIds).toEqual(messageIds);
    expect(view.headers).toEqual([
      { name: 'X-Shown', value: 'yes', secret: false },
      { name: 'X-Token', value: null, secret: true },
    ]);
    expect(JSON.stringify(await api.get(`/messages/${messageIds[0]}`))).not.toContain('hush');
  });

  it('publishes to an endpoint, signed with its secret, and to a topic', async () => {
    const { topic, endpoint } = await api.subscribe(200);
    for (const to of [{ endpointId: endpoint.id }, { topic: topic.name }]) {
      const { scheduleId } = await create({ url: undefined, ...to });
      const path = `/schedules/${scheduleId}/run-now`;
      const { messageIds } = await api.post<{ messageIds: string[] }>(path);
      await api.deliver();
      expect(await api.get(`/messages/${messageIds[0]}`)).toMatchObject({
        state: 'delivered',
        endpointId: endpoint.id,
        scheduleId,
      });
    }
  });

  it('keeps what an edit does not show: its secret header, its body, its callbacks', async () => {
    const schedules = api.app.strapi
      .plugin('guaranteed-webhooks')
      .service<SchedulesService>('schedules');
    const url = `${api.receiver.url}/200`;
    const { scheduleId } = await schedules.create({
      cron: NEVER_SOON,
      publish: {
        url,
        payload: { salary: 1 },
        headers: { Authorization: 'Bearer hush' },
        redact: { body: true, headers: true },
        labels: ['payroll'],
        callbacks: { success: { url: `${url}/called` } },
      },
    });
    const before = await api.get<ScheduleView>(`/schedules/${scheduleId}`);
    expect(before).toMatchObject({
      body: null,
      labels: ['payroll'],
      headers: [{ name: 'Authorization', value: null, secret: true }],
      callbacks: { success: `${url}/called` },
    });

    const { status } = await api.call('PUT', `/schedules/${scheduleId}`, {
      cron: '30 9 * * *',
      timezone: 'Europe/Berlin',
      url,
      headers: before.headers,
      version: before.version,
    });
    expect(status).toBe(200);
    const { messageIds } = await api.post<{ messageIds: string[] }>(
      `/schedules/${scheduleId}/run-now`
    );
    await api.deliver();

    const [request] = api.received(messageIds[0] ?? '');
    expect(request?.body.toString()).toBe('{"salary":1}');
    expect(request?.headers.authorization).toBe('Bearer hush');
    expect(await api.get(`/schedules/${scheduleId}`)).toMatchObject({
      timezone: 'Europe/Berlin',
      labels: ['payroll'],
      callbacks: { success: `${url}/called` },
      body: null,
    });
  });

  it('refuses the second of two concurrent edits', async () => {
    const schedule = await create();
    const path = `/schedules/${schedule.scheduleId}`;
    const edit = (cron: string, version: number) =>
      api.call('PUT', path, { cron, url: `${api.receiver.url}/200`, version });

    expect((await edit('0 1 * * *', schedule.version)).status).toBe(200);
    const late = await edit('0 2 * * *', schedule.version);

    expect(late.status).toBe(409);
    expect(late.body.error.details.code).toBe('STALE_VERSION');
    expect(await api.get(path)).toMatchObject({ cron: '0 1 * * *', version: schedule.version + 1 });
  });

  it('stays paused through an edit, and has no next run until it is resumed', async () => {
    const schedule = await create();
    const path = `/schedules/${schedule.scheduleId}`;
    await api.post(`${path}/pause`);
    const { version } = await api.get<ScheduleView>(path);
    const url = `${api.receiver.url}/200`;
    await api.call('PUT', path, { cron: '0 1 * * *', url, version });

    expect(await api.get(path)).toMatchObject({ paused: true, nextAt: null });
    await api.post(`${path}/resume`);
    expect(await api.get(path)).toMatchObject({
      paused: false,
      nextAt: expect.any(Number) as number,
    });
    expect((await api.call('DELETE', path)).status).toBe(200);
    expect((await api.call('DELETE', path)).status).toBe(404);
  });

  it('names the invalid field', async () => {
    expect(await refused({ cron: 'now and then' })).toBe('cron');
    expect(await refused({ timezone: 'Mars/Olympus' })).toBe('timezone');
    expect(await refused({ url: 'ftp://example.com' })).toBe('url');
    expect(await refused({ topic: 'both' })).toBe('topic');
    expect(await refused({ url: undefined, endpointId: 999_999 })).toBe('endpointId');
    expect(await refused({ payload: undefined })).toBe('payload');
    expect(
      await refused({ retryPolicy: { kind: 'expression', expression: '1 +', maxRetries: 1 } })
    ).toBe('retryPolicy.expression');
    expect(await refused({ headers: [{ name: 'Host', value: 'x', secret: false }] })).toBe(
      'headers.Host'
    );
  });

  it('previews its runs in its time zone', async () => {
    const { runs } = await api.post<CronPreview>('/schedules/preview', {
      cron: '0 9 * * 1',
      timezone: 'America/New_York',
    });
    expect(runs).toHaveLength(5);
    const inNewYork = new Intl.DateTimeFormat('en', {
      timeZone: 'America/New_York',
      weekday: 'short',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    expect(runs.map((run) => inNewYork.format(run))).toEqual(Array(5).fill('Mon, 09'));
  });

  it('shows its body only with the permission to read payloads', async () => {
    const { scheduleId } = await create({ payload: 'a secret plan' });
    const reader = await api.adminWith('schedules.read');
    const auditor = await api.adminWith('schedules.read', 'messages.read-payload');
    const path = `/schedules/${scheduleId}`;
    expect((await reader<ScheduleView>('GET', path)).body.body).toBeNull();
    expect((await auditor<ScheduleView>('GET', path)).body.body?.text).toBe('a secret plan');
    expect(JSON.stringify((await reader('GET', '/schedules')).body)).not.toContain('secret plan');
  });
});

describe('a queue', () => {
  it('is created, changed, paused, resumed and deleted', async () => {
    await api.post('/queues', { name: 'mails', parallelism: 1 });
    const again = await api.call('POST', '/queues', { name: 'mails', parallelism: 2 });
    expect(again.status).toBe(409);
    expect(again.body.error.details).toMatchObject({
      code: 'NAME_TAKEN',
      errors: [{ path: ['name'] }],
    });

    const changed = await api.call<QueueView>('PUT', '/queues/mails', { parallelism: 3 });
    expect(changed.body).toMatchObject({ parallelism: 3, paused: false, lag: 0 });
    expect((await api.post<QueueView>('/queues/mails/pause')).paused).toBe(true);

    const publisher = api.app.strapi
      .plugin('guaranteed-webhooks')
      .service<PublisherService>('publisher');
    const url = `${api.receiver.url}/200`;
    const { messageIds } = await publisher.publish({ url, payload: 1, queue: 'mails' });
    await api.deliver();
    expect(api.received(messageIds[0] ?? '')).toHaveLength(0);
    expect(await api.get('/queues')).toMatchObject([{ name: 'mails', lag: 1, paused: true }]);

    await api.post('/queues/mails/resume');
    await api.deliver();
    expect(api.received(messageIds[0] ?? '')).toHaveLength(1);
    expect((await api.call('DELETE', '/queues/mails')).status).toBe(200);
    expect((await api.call('DELETE', '/queues/mails')).status).toBe(404);
    expect((await api.call('PUT', '/queues/mails', { parallelism: 1 })).status).toBe(404);
  });

  it.each([
    [{ name: 'a b', parallelism: 1 }, 'name'],
    [{ name: 'ok', parallelism: 0 }, 'parallelism'],
    [{ name: 'ok' }, 'parallelism'],
  ])('%j is refused for its %s', async (input, field) => {
    const { status, body } = await api.call('POST', '/queues', input);
    expect(status).toBe(400);
    expect(body.error.details.errors?.[0]?.path).toEqual([field]);
  });
});

describe('a flow-control key', () => {
  /** With everything that a path could not carry. */
  const key = 'tenant/7 %?&';
  const act = (action: string, more: object = {}) =>
    api.post<FlowKeyView>(`/flow-control/${action}`, { key, ...more });

  it('is pinned before its first message, paused, resumed, reset and unpinned', async () => {
    expect(await act('pin', { rate: 5, periodMs: 60_000 })).toMatchObject({
      key,
      rate: 5,
      ratePinned: true,
      periodMs: 60_000,
      parallelism: null,
      parallelismPinned: false,
    });
    expect((await act('pin', { parallelism: 2 })).parallelism).toBe(2);
    expect((await act('pause')).paused).toBe(true);
    expect((await act('resume')).paused).toBe(false);
    expect((await act('reset-rate')).rateUsed).toBe(0);
    expect(await act('unpin')).toMatchObject({ rate: 5, ratePinned: false });
    const unknown = await api.call('POST', '/flow-control/pause', { key: 'nobody' });
    expect(unknown.status).toBe(404);
    const nothing = await api.call('POST', '/flow-control/pin', { key });
    expect(nothing.body.error.details.errors?.[0]?.path).toEqual(['rate']);
  });

  it('is found by a part of it, page by page', async () => {
    for (const name of ['shop:1', 'shop:2', 'shop:3']) {
      await api.post('/flow-control/pin', { key: name, rate: 1 });
    }
    const first = await api.get<FlowControlList>('/flow-control?search=shop&pageSize=2');
    const second = await api.get<FlowControlList>(
      `/flow-control?search=shop&pageSize=2&cursor=${first.nextCursor}`
    );
    const keys = [first, second].flatMap(({ results }) => results.map((one) => one.key));
    expect(keys).toEqual(['shop:3', 'shop:2', 'shop:1']);
    expect(second.nextCursor).toBeUndefined();
    expect(first.global.parallelism).toBeGreaterThan(0);
    expect((await api.call('GET', '/flow-control?cursor=-1')).status).toBe(400);
  });
});

describe('signing keys', () => {
  it('are masked, revealed in full, and rotated', async () => {
    const before = await api.get<SigningKeysView>('/signing-keys/reveal');
    const masked = await api.get<SigningKeysView>('/signing-keys');
    expect(masked).toEqual({
      current: `sig_…${before.current?.slice(-4)}`,
      next: `sig_…${before.next?.slice(-4)}`,
      urlSecret: `whsec_…${before.urlSecret?.slice(-4)}`,
      previousUrlSecretUntil: null,
      publicKeyIds: [expect.any(String), expect.any(String)] as string[],
      jwksUrl: expect.stringMatching(/^http.*\/api\/guaranteed-webhooks/) as string,
      problem: null,
    });
    const { pathname } = new URL(masked.jwksUrl);
    const published = await api.app.http.as(null)<{ keys: { kid: string }[] }>('GET', pathname);
    expect(published.body.keys.map(({ kid }) => kid)).toEqual(masked.publicKeyIds);

    const answer = await api.post<SigningKeysView>('/signing-keys/rotate');
    const after = await api.get<SigningKeysView>('/signing-keys/reveal');
    expect(after.current).toBe(before.next);
    expect(after.next).not.toBe(before.next);
    expect(JSON.stringify(answer)).not.toContain(after.next);
  });

  it('verify messages to a bare URL, before, during and after a rotation of their secret', async () => {
    const publish = async (path: string) => {
      await api.app.strapi
        .plugin('guaranteed-webhooks')
        .service<{ publish(input: object): Promise<unknown> }>('publisher')
        .publish({ url: api.receiver.url + path, payload: { path } });
      await api.deliver();
      const request = api.receiver.requests.find((one) => one.path === path);
      if (request === undefined) throw new Error(`${path} was not called`);
      return (secret: string | null) =>
        new Webhook(secret ?? '').verify(
          request.body.toString('utf8'),
          request.headers as Record<string, string>
        );
    };
    const secret = async () => (await api.get<SigningKeysView>('/signing-keys/reveal')).urlSecret;
    const rotate = (body: object = {}) =>
      api.call<SigningKeysView>('POST', '/signing-keys/rotate-url-secret', body);

    const first = await secret();
    (await publish('/200/first'))(first);

    const answer = await rotate({ overlapMs: 3_600_000 });
    expect(answer.status).toBe(200);
    const second = await secret();
    expect(second).not.toBe(first);
    expect(JSON.stringify(answer.body)).not.toContain(second);
    expect(answer.body.previousUrlSecretUntil).toBeGreaterThan(Date.now());
    const during = await publish('/200/during');
    during(first);
    during(second);

    const early = await api.call('POST', '/signing-keys/rotate-url-secret', {});
    expect(early.status).toBe(409);
    expect(early.body.error.details.errors?.[0]?.path).toEqual(['force']);
    expect(await secret()).toBe(second);

    const forced = await rotate({ force: true, overlapMs: 0 });
    expect(forced.body.previousUrlSecretUntil).toBeNull();
    const after = await publish('/200/after');
    expect(() => after(second)).toThrow('No matching signature');
    after(await secret());
  });

  it('redact to the same text after a rotation of the secret', async () => {
    const { redactor } = api.runtime;
    const before = redactor.digest('value');
    await api.post('/signing-keys/rotate-url-secret', { force: true });
    expect(redactor.digest('value')).toBe(before);
  });
});
