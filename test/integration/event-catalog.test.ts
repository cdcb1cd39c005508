/** The catalog of events: documents that tools read, derived from the content types of a booted Strapi. */
import Ajv from 'ajv/dist/2020';

import { typeScriptProblems } from '../support/type-check';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

interface OpenApi {
  openapi: string;
  webhooks: Record<
    string,
    { post: { requestBody: { content: { 'application/json': { example: unknown } } } } }
  >;
}

interface AsyncApi {
  asyncapi: string;
  components: { messages: Record<string, object> };
}

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);
afterAll(() => api?.close());

const document = <T>(query: string): Promise<T> => api.get<T>(`/event-catalog?${query}`);

it('describes each event of each content type, with an example that fits', async () => {
  const schema = await document<{ $defs: Record<string, object> }>('format=json-schema');
  const validate = new Ajv({
    strictTypes: false,
    allowUnionTypes: true,
    validateFormats: false,
  }).compile<unknown>(schema);
  const { webhooks, openapi } = await document<OpenApi>('format=openapi');
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(webhooks)).toEqual(
    expect.arrayContaining(['ArticlePublish', 'AuthorCreate', 'MediaCreate', 'ReleasesPublish'])
  );
  expect(webhooks).not.toHaveProperty('AuthorPublish'); // no drafts
  for (const [name, { post }] of Object.entries(webhooks)) {
    const { example } = post.requestBody.content['application/json'];
    expect([name, validate(example), validate.errors]).toEqual([name, true, null]);
  }
  const article = JSON.stringify(schema.$defs.Article);
  expect(article).not.toMatch(/internalNote|passcode/);
});

it('is also an AsyncAPI document', async () => {
  const { asyncapi, components } = await document<AsyncApi>('format=asyncapi');
  expect(asyncapi).toBe('3.0.0');
  expect(components.messages.ArticlePublish).toMatchObject({
    payload: { $ref: '#/components/schemas/ArticlePublishEvent' },
  });
});

it('is limited to what an endpoint is sent, in its shape', async () => {
  const topic = await api.createTopic({
    events: ['entry.publish'],
    contentTypes: ['api::article.article'],
  });
  const shape = { payload: 'thin', format: null } as const;
  const endpoint = await api.createEndpoint({ topicIds: [topic.id], shape });
  const only = await document<{ $defs: object }>(`endpointId=${endpoint.id}`);
  expect(Object.keys(only.$defs)).toEqual(['ArticlePublishEvent']);
  expect(only.$defs).toMatchObject({
    ArticlePublishEvent: { properties: { type: { const: 'entry.publish' } } },
  });
});

it('has no schema of bodies that a format makes', async () => {
  const shape = { payload: 'full', format: { kind: 'preset', name: 'slack' } } as const;
  const endpoint = await api.createEndpoint({ shape });
  const { status, body } = await api.call('GET', `/event-catalog?endpointId=${endpoint.id}`);
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('slack');
});

it('needs the permission to read topics', async () => {
  const call = await api.adminWith('messages.read');
  expect((await call('GET', '/event-catalog')).status).toBe(403);
});

it.each([
  ['format=yaml', 400, 'format'],
  ['endpointId=999999', 404, 'endpointId'],
  ['endpointId=x', 400, 'endpointId'],
])('refuses %s', async (query, status, field) => {
  const response = await api.call('GET', `/event-catalog?${query}`);
  expect(response.status).toBe(status);
  expect(JSON.stringify(response.body)).toContain(field);
});

it('is also TypeScript, which compiles and tells the events apart', async () => {
  const types = await document<string>('format=typescript');
  const use = `
    export function use(event: WebhookEvent): string {
      if ('uid' in event && event.event === 'entry.publish' && event.uid === 'api::article.article') {
        const title: string | null | undefined = event.entry.title;
        return title ?? event.entry.documentId;
      }
      // @ts-expect-error an event that does not exist
      return event.event === 'entry.nothing' ? '' : '';
    }`;
  const problems = typeScriptProblems(types + use);
  expect(problems).toEqual([]);
});
