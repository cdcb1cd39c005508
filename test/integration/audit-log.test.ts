/** The audit log: each change of the panel has an entry with its person, in the same transaction, without secrets. */
import type { AuditEntry, AuditPeople, JobView, Page } from '../../server/src/panel/contract';
import { ADMIN_ROUTES } from '../../server/src/panel/routes/admin';
import { AUDITED } from '../../server/src/panel/routes/audited';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

/** Neither change anything that people manage, nor reveal a secret. */
const NOT_AUDITED = [
  'topics.trial',
  'endpoints.trial',
  'endpoints.previewShape',
  'endpoints.retryPreview',
  'endpoints.checkSignature',
  'endpoints.test',
  'schedules.preview',
  'jobs.dismissOffers',
  'settings.plan',
  'alerts.test',
];

it('names every route that changes something', () => {
  const changing = ADMIN_ROUTES.filter(({ method }) => method !== 'GET').map((one) => one.handler);
  expect(changing.filter((handler) => AUDITED[handler] === undefined).sort()).toEqual(
    [...NOT_AUDITED].sort()
  );
  const handlers = ADMIN_ROUTES.map(({ handler }) => handler);
  expect(Object.keys(AUDITED).filter((handler) => !handlers.includes(handler))).toEqual([]);
});

describeEachDatabase('the audit log', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  const entries = async (query = ''): Promise<AuditEntry[]> =>
    (await api.get<Page<AuditEntry>>(`/audit-log?pageSize=100${query}`)).results;
  const about = (item: string, key: string | number): Promise<AuditEntry[]> =>
    entries(`&item=${item}&key=${key}`);
  const actionsOf = (list: readonly AuditEntry[]): string[] => list.map(({ action }) => action);

  it('has the settings that a change of an endpoint changed, secrets masked', async () => {
    const endpoint = await api.createEndpoint({
      headers: [
        { name: 'Authorization', value: 'Bearer first', secret: true },
        { name: 'X-Plain', value: 'a', secret: false },
      ],
    });
    await api.app.http.ok(
      api.call('PUT', `/endpoints/${endpoint.id}`, {
        name: `${endpoint.name} renamed`,
        headers: [
          { name: 'Authorization', value: 'Bearer second', secret: true },
          { name: 'X-Plain', value: 'b', secret: false },
        ],
        version: endpoint.version,
      })
    );
    await api.post(`/endpoints/${endpoint.id}/pause`, { reason: 'maintenance' });
    await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
    await api.post(`/endpoints/${endpoint.id}/rotate-secret`);

    const log = await about('endpoint', endpoint.id);
    expect(actionsOf(log)).toEqual(['rotate-secret', 'resume', 'pause', 'update', 'create']);
    const [rotated, , paused, updated, created] = log;
    expect(rotated?.changes).toContainEqual({ setting: 'secret', from: '••••••', to: '••••••' });
    expect(paused?.changes).toEqual(
      expect.arrayContaining([
        { setting: 'state', from: 'active', to: 'paused' },
        { setting: 'stateReason', from: null, to: 'maintenance' },
      ])
    );
    expect(updated?.changes).toEqual([
      { setting: 'name', from: endpoint.name, to: `${endpoint.name} renamed` },
      { setting: 'headers.Authorization', from: '••••••', to: '••••••' },
      { setting: 'headers.X-Plain', from: 'a', to: 'b' },
    ]);
    expect(created).toMatchObject({ name: endpoint.name, changes: [], actor: { kind: 'admin' } });
    expect(JSON.stringify(log)).not.toMatch(/Bearer|whsec_/);
    const history = await api.get<Page<AuditEntry>>(`/endpoints/${endpoint.id}/history`);
    expect(history.results).toEqual(log);
  });

  it('has what was done to topics, messages, jobs, schedules, queues, keys', async () => {
    const { topic, endpoint, ids } = await api.deadMessages(3);
    const [first = '', ...others] = ids;
    await api.app.http.ok(
      api.call('PUT', `/topics/${topic.id}`, { enabled: false, version: topic.version })
    );
    await api.post(`/messages/${first}/replay`);
    await api.deliver();
    await api.post('/messages/replay', { messageIds: others });
    await api.deliver();
    const filter = { endpointId: [endpoint.id], state: ['dead'] };
    await api.post('/messages/delete', { filter, dryRun: true });
    const { job } = await api.post<{ job: JobView }>('/messages/delete', { filter });
    await api.runtime.maintenance.stepJobs();
    const name = `queue-${topic.id}`;
    await api.post('/queues', { name, parallelism: 2 });
    await api.post(`/queues/${name}/pause`);
    await api.post('/flow-control/pin', { key: name, parallelism: 3 });
    await api.post('/signing-keys/rotate-url-secret');
    await api.app.http.ok(api.call('DELETE', `/topics/${topic.id}`));

    expect(await about('topic', topic.id)).toMatchObject([
      { action: 'delete', name: topic.name },
      { action: 'update', changes: [{ setting: 'enabled', from: true, to: false }] },
      ...ids.map(() => ({ action: 'publish' })),
      { action: 'create' },
    ]);
    expect(await about('message', first)).toMatchObject([{ action: 'replay', name: topic.name }]);
    const selected = (await entries('&item=message')).find(({ key }) => key === null);
    expect(selected).toMatchObject({
      action: 'replay',
      changes: [{ setting: 'messages', from: null, to: 2 }],
    });
    expect(await about('job', job.id)).toMatchObject([
      {
        action: 'delete',
        changes: [{ setting: 'filter' }, { setting: 'messages', from: null, to: 3 }],
      },
    ]);
    expect(await about('queue', name)).toMatchObject([
      { action: 'pause', changes: [{ setting: 'paused', from: false, to: true }] },
      { action: 'create' },
    ]);
    expect(actionsOf(await about('flow-key', name))).toEqual(['pin']);
    expect(actionsOf(await entries('&item=signing-keys'))).toEqual(['rotate-url-secret']);
  });

  it('has changes of schedules without their payload', async () => {
    const { topic } = await api.subscribe(200);
    const schedule = { cron: '0 0 1 1 *', topic: topic.name };
    const { scheduleId, version } = await api.post<{ scheduleId: string; version: number }>(
      '/schedules',
      { ...schedule, payload: '{"salary":1}' }
    );
    const changed = { cron: '0 0 2 1 *', topic: topic.name, payload: '{"salary":2}', version };
    await api.app.http.ok(api.call('PUT', `/schedules/${scheduleId}`, changed));
    await api.post(`/schedules/${scheduleId}/pause`);
    const log = await about('schedule', scheduleId);
    expect(actionsOf(log)).toEqual(['pause', 'update', 'create']);
    expect(log[1]?.changes).toEqual([
      { setting: 'cron', from: '0 0 1 1 *', to: '0 0 2 1 *' },
      { setting: 'payload', from: '••••••', to: '••••••' },
    ]);
  });

  it('has no entry of what was refused, or changed nothing', async () => {
    const endpoint = await api.createEndpoint();
    const before = await entries();
    const stale = { name: 'other', version: endpoint.version + 7 };
    expect((await api.call('PUT', `/endpoints/${endpoint.id}`, stale)).status).toBe(409);
    expect((await api.call('POST', '/endpoints', { name: '' })).status).toBe(400);
    expect((await api.call('DELETE', '/topics/999999')).status).toBe(404);
    await api.post('/messages/delete', { messageIds: ['msg_unknown'] });
    expect(await entries()).toEqual(before);
  });

  it('rolls back the change when its entry cannot be written', async () => {
    const endpoint = await api.createEndpoint();
    const { store } = api.runtime;
    const { addAudit } = store;
    store.addAudit = () => Promise.reject(new Error('the disk is full'));
    const { status } = await api.call('POST', `/endpoints/${endpoint.id}/pause`, {});
    store.addAudit = addAudit;
    expect(status).toBe(500);
    expect(await api.get(`/endpoints/${endpoint.id}`)).toMatchObject({ state: 'active' });
  });

  it('is filtered by person, and paged by key', async () => {
    const editor = await api.adminWith('topics.create', 'topics.read');
    const names = ['first', 'second', 'third'].map((name) => `by-editor-${name}`);
    for (const name of names) {
      await api.app.http.ok(editor('POST', '/topics', { name, events: [], contentTypes: null }));
    }
    const people = await api.get<AuditPeople>('/audit-log/people');
    const person = people.find(({ label = '' }) => /^admin\d/.test(label));
    expect(person).toMatchObject({ kind: 'admin' });
    const query = `&actorKind=admin&actorId=${person?.id}`;
    expect((await entries(query)).map(({ name }) => name)).toEqual([...names].reverse());
    const page = await api.get<Page<AuditEntry>>(`/audit-log?pageSize=2${query}`);
    expect(page.results).toHaveLength(2);
    const next = `/audit-log?pageSize=2${query}&cursor=${page.nextCursor}`;
    expect((await api.get<Page<AuditEntry>>(next)).results).toMatchObject([{ name: names[0] }]);
  });

  it('refuses a filter that is half there', async () => {
    const refused = async (query: string) =>
      (await api.call('GET', `/audit-log?${query}`)).body.error.details;
    expect(await refused('key=1')).toMatchObject({ errors: [{ path: ['item'] }] });
    expect(await refused('actorKind=admin')).toMatchObject({ errors: [{ path: ['actorId'] }] });
    expect(await refused('item=nonsense')).toMatchObject({ errors: [{ path: ['item'] }] });
  });

  it('shows old and new values to those who may read the item', async () => {
    const endpoint = await api.createEndpoint();
    await api.post(`/endpoints/${endpoint.id}/pause`, { reason: 'private reason' });
    const query = `/audit-log?item=endpoint&key=${endpoint.id}`;
    const auditor = await api.adminWith('audit-log.read');
    const { body } = await auditor<Page<AuditEntry>>('GET', query);
    expect(body.results[0]?.changes).toContainEqual({
      setting: 'stateReason',
      from: null,
      to: null,
    });
    const reader = await api.adminWith('audit-log.read', 'endpoints.read');
    expect(JSON.stringify((await reader('GET', query)).body)).toContain('private reason');
  });

  it('is removed by age', async () => {
    await api.createTopic();
    const { store, clock, config } = api.runtime;
    expect(await entries()).not.toEqual([]);
    expect(await store.purgeAudit(clock.now() - config.retention.auditMs, 1_000)).toBe(0);
    expect(await store.purgeAudit(clock.now() + 1, 1_000)).toBeGreaterThan(0);
    expect(await entries()).toEqual([]);
  });
});
