/** The SSRF corpus at the door: what the admin API and the QStash API refuse to store, with the reason. */
import { hostname } from 'node:os';

import corpus from '../support/ssrf-corpus.json';
import { serviceOf } from '../../server/src/app/service-of';
import type { ApiError, EndpointView, SaveWarnings } from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

interface Case {
  url: string;
  expect: 'allow' | 'reject';
  why: string;
  stage: string;
  headers?: Record<string, string>;
  policy?: object;
}
const cases = corpus as unknown as Case[];
/** A policy of its own is the unit test's business: this Strapi has one. */
const ofStage = (...stages: string[]) =>
  cases.filter(({ stage, policy }) => stages.includes(stage) && policy === undefined);
const DOOR = ['parse', 'policy', 'host', 'literal'];

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi({ plugin: {} }); // nothing is allowed but what is public
});
afterAll(() => api.close());

let made = 0;
const create = (input: object) =>
  api.call<ApiError>('POST', '/endpoints', {
    name: `endpoint ${++made}`,
    url: 'https://example.com/hook',
    topicIds: [],
    ...input,
  });

describe('an endpoint is not created', () => {
  it.each(ofStage(...DOOR).filter(({ expect }) => expect === 'reject'))(
    'with $url ($why)',
    async ({ url }) => {
      const before = await api.rowCounts();
      const { status, body } = await create({ url });
      expect(status).toBe(400);
      expect(body.error.details.code).toMatch(/^(INVALID_URL|UNSAFE_URL|INVALID_VALUE)$/);
      expect(body.error.details.errors?.[0]?.path).toEqual(['url']);
      expect(await api.rowCounts()).toEqual(before);
    }
  );

  it.each(ofStage('header').filter(({ expect }) => expect === 'reject'))(
    'with headers $headers ($why)',
    async ({ headers = {} }) => {
      const list = Object.entries(headers).map(([name, value]) => ({ name, value, secret: false }));
      const { status, body } = await create({ headers: list });
      expect(status).toBe(400);
      // No text of the API may contain NUL; everything else is a rule of headers.
      const hasNul = JSON.stringify(list).includes('\\u0000');
      expect(body.error.details.code).toBe(hasNul ? 'INVALID_VALUE' : 'INVALID_HEADER');
    }
  );
});

describe('an endpoint is created', () => {
  it.each(ofStage(...DOOR).filter(({ expect }) => expect === 'allow'))(
    'with $url ($why)',
    async ({ url }) => expect((await create({ url })).status).toBe(201)
  );

  it('an endpoint cannot be moved to a refused address', async () => {
    const endpoint = await api.createEndpoint({ url: 'https://example.com/hook' });
    const { name, version } = endpoint;
    const moved = await api.call('PUT', `/endpoints/${endpoint.id}`, {
      name,
      version,
      topicIds: [],
      url: 'http://169.254.169.254/latest/meta-data/',
    });
    expect(moved).toMatchObject({
      status: 400,
      body: { error: { details: { code: 'UNSAFE_URL' } } },
    });
    expect((await api.get<EndpointView>(`/endpoints/${endpoint.id}`)).url).toBe(endpoint.url);
  });
});

describe('an endpoint whose name has an address that is refused now', () => {
  type Saved = EndpointView & SaveWarnings;
  // Names are judged by their addresses then, and this machine's own is in no such network.
  beforeAll(async () => {
    await api.close();
    api = await bootAdminApi({ plugin: { http: { allow: { cidrs: ['10.255.255.255/32'] } } } });
  });
  const url = `http://${hostname()}/hook`;
  const warning = {
    field: 'url',
    message: expect.stringContaining(`${hostname()} resolves to `) as string,
  };

  it('is saved with a warning that names the field, and the line of configuration', async () => {
    const saved = await api.post<Saved>('/endpoints', { name: 'own', url, topicIds: [] });
    expect(saved.warnings).toEqual([warning]);
    expect(saved.warnings[0]?.message).toContain('http.allow.cidrs');
    const { name, version } = saved;
    const again = { name, version, url, topicIds: [] };
    const changed = await api.call<Saved>('PUT', `/endpoints/${saved.id}`, again);
    expect(changed).toMatchObject({ status: 200, body: { warnings: [warning] } });
  });

  it('is saved with that warning in code; a name that does not resolve has none', async () => {
    const endpoints = serviceOf(api.app.strapi, 'endpoints');
    const save = (name: string, target: string) =>
      endpoints.create({ name, url: target, topicIds: [] });
    expect((await save('by code', url)).warnings).toEqual([warning]);
    expect((await save('address', 'http://10.255.255.255/')).warnings).toEqual([]);
    expect((await save('nowhere', 'http://nowhere.invalid/')).warnings).toEqual([]);
  });
});
