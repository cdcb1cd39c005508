/** A node that does not deliver, and has no key: it says so, and does not pretend. */
import type { EndpointView, Overview } from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

let api: AdminApi;

beforeAll(async () => {
  api = await bootAdminApi({
    plugin: {
      dispatcher: { enabled: false },
      http: { allow: { cidrs: ['127.0.0.1/32'] } },
    },
    env: { ENCRYPTION_KEY: '' },
  });
}, 120_000);

afterAll(async () => {
  await api?.close();
});

it('refuses a test message that no node would send', async () => {
  const { id } = await api.createEndpoint();
  const { status, body } = await api.call('POST', `/endpoints/${id}/test`);
  expect(status).toBe(409);
  expect(body.error.details.code).toBe('CONFLICT');
  expect(body.error.message).toContain('dispatcher.enabled');
  expect(await api.rowCounts()).toMatchObject({ event: 0, message: 0 });
});

it('warns in the overview that it does not deliver, and that secrets are not encrypted', async () => {
  const { dispatcher, warnings } = await api.get<Overview>('/overview');
  expect(dispatcher).toEqual({ enabled: false, running: false, inFlight: 0 });
  expect(warnings).toEqual([expect.stringContaining('ENCRYPTION_KEY')]);
});

it('shows the problem of an endpoint whose secret cannot be decrypted, without its headers', async () => {
  const { id, name } = await api.createEndpoint({
    headers: [{ name: 'X-Shop', value: 'north', secret: false }],
  });
  await api.app.strapi.db
    .query('plugin::guaranteed-webhooks.endpoint')
    .update({ where: { id }, data: { secret: 'enc:v1:written:by:another-key' } });
  await api.runtime.directory.refresh();

  const endpoint = await api.get<EndpointView>(`/endpoints/${id}`);
  const overview = await api.get<Overview>('/overview');

  expect(endpoint).toMatchObject({
    problem: expect.stringContaining('ENCRYPTION_KEY') as string,
    headers: [],
  });
  expect(overview.warnings).toContainEqual(expect.stringContaining(name));
  const rotated = await api.post(`/endpoints/${id}/rotate-secret`, { overlapMs: 0 });
  expect(rotated).toMatchObject({ problem: null, headers: [{ name: 'X-Shop' }] });
});
