/** The catalog of events: documents that tools read, derived from the content types of a booted Strapi. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv/dist/2020';

import type { Shape } from '../../server/src/core/shape/shape';
import { createAdminToken, runCli, type CliResult } from '../support/cli';
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

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';

/** Severity of the parser's diagnostics. */
const ERROR = 0;

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
  expect(schema.$defs.ArticlePublishEvent).toMatchObject({
    title: 'entry.publish of api::article.article',
    examples: [{ event: 'entry.publish', uid: 'api::article.article' }],
  });
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

it('is limited to what an endpoint is sent, in its shape', async () => {
  const topic = await api.createTopic({
    events: ['entry.publish'],
    contentTypes: [ARTICLE],
  });
  const shape = { payload: 'thin', format: null } as const;
  const endpoint = await api.createEndpoint({ topicIds: [topic.id], shape });
  const only = await document<{ $defs: object }>(`endpointId=${endpoint.id}`);
  expect(Object.keys(only.$defs)).toEqual(['ArticlePublishEvent']);
  expect(only.$defs).toMatchObject({
    ArticlePublishEvent: { properties: { type: { const: 'entry.publish' } } },
  });
});

it('has no schema of entries whose fields a shape names', async () => {
  const topic = await api.createTopic({ events: ['entry.publish'] });
  const shape = { fields: ['title'] };
  const endpoint = await api.createEndpoint({ topicIds: [topic.id], shape });
  const { $defs } = await document<{ $defs: object }>(`endpointId=${endpoint.id}`);
  expect($defs).toMatchObject({
    ArticlePublishEvent: { properties: { entry: { type: 'object' } } },
  });
  expect($defs).not.toHaveProperty('Article');
});

it('has the version before and the changed attributes, where the shape includes them', async () => {
  const topic = await api.createTopic({
    events: ['entry.update'],
    contentTypes: [ARTICLE],
  });
  const shape: Partial<Shape> = { include: ['previous', 'changed'] };
  const { id } = await api.createEndpoint({ topicIds: [topic.id], shape });
  const { $defs } = await document<{ $defs: Record<string, { examples?: unknown[] }> }>(
    `endpointId=${id}`
  );
  expect($defs.ArticleUpdateEvent?.examples).toEqual([
    expect.objectContaining({
      previous: expect.objectContaining({ title: 'text' }) as object,
      changed: [expect.any(String)],
    }),
  ]);
  const types = await document<string>(`format=typescript&endpointId=${id}`);
  const use = `
    export function use({ entry, previous, changed = [] }: WebhookEvent): boolean {
      // @ts-expect-error an attribute that does not exist
      if (changed.includes('titel')) return false;
      return changed.includes('title') && previous?.title !== entry.title;
    }`;
  expect(typeScriptProblems(types + use)).toEqual([]);
});

it('has the body of a batch, where an endpoint is sent batches', async () => {
  const topic = await api.createTopic({ events: ['entry.create'], contentTypes: [AUTHOR] });
  const { id } = await api.createEndpoint({
    url: `${api.receiver.url}/200/batches`,
    topicIds: [topic.id],
    delivery: { mode: 'batch', by: 'transaction', maxEvents: 10 },
  });
  const schema = await document<{ $defs: { BatchEvent: { examples: unknown[] } } }>(
    `format=json-schema&endpointId=${id}`
  );
  const ajv = new Ajv({ strictTypes: false, allowUnionTypes: true, validateFormats: false });
  const validate = ajv.compile<unknown>(schema);
  expect(validate(schema.$defs.BatchEvent.examples[0])).toBe(true);

  const { strapi } = api.app;
  await strapi.db.transaction(async () => {
    for (const name of ['Ada', 'Grace']) {
      await strapi.documents(AUTHOR).create({ data: { name } as never });
    }
  });
  await api.deliver();
  const [request] = api.receiver.requests.filter(({ path: to }) => to === '/200/batches');
  const batch = JSON.parse(request!.body.toString()) as { events: object[]; count: number };
  expect([validate(batch), validate.errors, batch.count]).toEqual([true, null, 2]);
  expect(validate({ ...batch, events: [{ ...batch.events[0], event: 'entry.update' }] })).toBe(
    false
  );

  const types = await document<{ text: string }>(`format=typescript&as=json&endpointId=${id}`);
  expect(types.text).toContain('events: Array<AuthorCreateEvent>;');
  expect(typeScriptProblems(types.text)).toEqual([]);
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
  expect(await document('format=typescript&as=json')).toEqual({ text: types });
  const problems = typeScriptProblems(types + use);
  expect(problems).toEqual([]);
});

it('has types that real payloads fit, under --strict', async () => {
  const topic = await api.createTopic({ events: ['entry.*'], contentTypes: [ARTICLE] });
  const shape: Partial<Shape> = { include: ['previous', 'changed'] };
  const endpoints = [
    await api.createEndpoint({ topicIds: [topic.id], url: `${api.receiver.url}/200/plain` }),
    await api.createEndpoint({ topicIds: [topic.id], url: `${api.receiver.url}/200/facts`, shape }),
  ];
  const author = await api.app.strapi
    .documents('api::author.author')
    .create({ data: { name: 'Ada' } });
  const articles = api.app.strapi.documents(ARTICLE);
  const data = { title: 'One', author: author.documentId, seo: { metaTitle: 'T' } };
  const { documentId } = await articles.create({ data: data as never });
  await articles.publish({ documentId });
  await articles.update({ documentId, data: { title: 'Two' } as never });
  await articles.unpublish({ documentId });
  await articles.delete({ documentId });
  await api.deliver();
  for (const [at, path] of ['/200/plain', '/200/facts'].entries()) {
    const bodies = api.receiver.requests
      .filter((request) => request.path === path)
      .map(({ body }) => body.toString());
    expect(bodies).toHaveLength(5);
    const types = await document<string>(`format=typescript&endpointId=${endpoints[at]!.id}`);
    const real = (list: string[]) => `export const real: WebhookEvent[] = [${list.join(',\n')}];`;
    expect(typeScriptProblems(types + real(bodies))).toEqual([]);
    const wrong = bodies.map((body) => body.replace('"title":"', '"titel":"'));
    expect(typeScriptProblems(types + real(wrong))).not.toEqual([]);
  }
});

it('has types that the receiver of the guide compiles with, under --strict', async () => {
  const guide = await readFile('docs/guides/typed-receivers.md', 'utf8');
  const [, receiver = ''] = /```ts\nimport type .*\n([^`]*)```/.exec(guide) ?? [];
  expect(receiver).toContain('event.entry.title');
  const types = await document<string>('format=typescript');
  const console = 'declare const console: { log(text: unknown): void };\n';
  expect(typeScriptProblems(console + types + receiver)).toEqual([]);
  const mistaken = console + receiver.replace('entry.title', 'entry.titel');
  expect(typeScriptProblems(types + mistaken)).not.toEqual([]);
});

describe('the command "types"', () => {
  let folder: string;
  let tokens: Record<'topics' | 'messages', string>;

  const types = (args: string[], env: Record<string, string> = {}): Promise<CliResult> =>
    runCli(['types', ...args], { STRAPI_URL: api.app.http.origin, ...env });

  const withToken = (args: string[]): Promise<CliResult> =>
    types(args, { STRAPI_ADMIN_TOKEN: tokens.topics });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gw-types-'));
    const { admin } = api.app.http;
    tokens = {
      topics: await createAdminToken(admin, 'topics.read'),
      messages: await createAdminToken(admin, 'messages.read'),
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes what the admin API responds, to a file or the standard output', async () => {
    const out = path.join(folder, 'webhooks.d.ts');
    const { code, stdout, stderr } = await withToken(['--out', out]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `Wrote ${out}\n` });
    const expected = await document<string>('format=typescript');
    expect(await readFile(out, 'utf8')).toBe(expected);
    expect((await withToken([])).stdout).toBe(expected);
  });

  it.each(['json-schema', 'openapi', 'asyncapi'])('writes %s', async (format) => {
    const { code, stdout } = await withToken(['--format', format]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await document(`format=${format}`));
  });

  it('writes the events of one endpoint', async () => {
    const topic = await api.createTopic({ events: ['media.create'] });
    const endpoint = await api.createEndpoint({ topicIds: [topic.id] });
    const { stdout } = await withToken(['--endpoint', String(endpoint.id)]);
    expect(stdout).toContain('export type WebhookEvent =\n  | MediaCreateEvent;');
  });

  const down = 'http://127.0.0.1:8';
  interface Wrong {
    args?: string[];
    env?: () => Record<string, string>;
    code: number;
    says: string;
  }
  it.each<[string, Wrong]>([
    [
      'an unknown endpoint',
      { args: ['--endpoint', '99999'], code: 1, says: 'there is no endpoint 99999' },
    ],
    [
      'an unknown token',
      { env: () => ({ STRAPI_ADMIN_TOKEN: 'nope' }), code: 1, says: 'refused the token (401)' },
    ],
    [
      'an API token',
      {
        env: () => ({ STRAPI_ADMIN_TOKEN: api.app.http.apiToken }),
        code: 1,
        says: 'API tokens do not open the admin API',
      },
    ],
    [
      'a token without the permission',
      {
        env: () => ({ STRAPI_ADMIN_TOKEN: tokens.messages }),
        code: 1,
        says: 'lacks the permission topics.read',
      },
    ],
    [
      'a server that is down',
      { args: ['--url', down], code: 1, says: `${down} cannot be reached` },
    ],
    [
      'a URL below Strapi',
      { env: () => ({ STRAPI_URL: `${api.app.http.origin}/x` }), code: 1, says: '(404)' },
    ],
    [
      'a file in no folder',
      { args: ['--out', '/no/such/folder/a.d.ts'], code: 1, says: 'cannot be written' },
    ],
    ['no URL', { env: () => ({ STRAPI_URL: '' }), code: 2, says: 'STRAPI_URL is missing' }],
    ['a URL that is none', { args: ['--url', 'cms.example.com'], code: 2, says: '--url' }],
    [
      'no token',
      { env: () => ({ STRAPI_ADMIN_TOKEN: '' }), code: 2, says: 'STRAPI_ADMIN_TOKEN is missing' },
    ],
    ['an unknown format', { args: ['--format', 'yaml'], code: 2, says: '--format: "yaml"' }],
    ['an id that is none', { args: ['--endpoint', 'x'], code: 2, says: '--endpoint: "x"' }],
    ['an unknown option', { args: ['--urk'], code: 2, says: "'--urk'" }],
  ])('says what is wrong with %s', async (_, { args = [], env, code, says }) => {
    const result = await types(args, { STRAPI_ADMIN_TOKEN: tokens.topics, ...env?.() });
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(says);
    expect(result.stderr).not.toMatch(/\n {4}at /); // a stack
  });

  it('has a help', async () => {
    const help = await types(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--endpoint ID');
    expect(await runCli(['--help'], {})).toMatchObject({ code: 0, stderr: '' });
    expect(await runCli(['typos'], {})).toMatchObject({ code: 2 });
    expect(await runCli([], {})).toMatchObject({ code: 2 });
  });
});

// At the end: its parser takes seconds, in which this process answers no request.
it('is also an AsyncAPI document, which parses without an error', async () => {
  const source = await document<AsyncApi>('format=asyncapi');
  expect(source.asyncapi).toBe('3.0.0');
  const parser = new Parser();
  const { document: parsed, diagnostics } = await parser.parse(JSON.stringify(source));
  expect(diagnostics.filter(({ severity }) => Number(severity) === ERROR)).toEqual([]);
  const article = parsed?.messages().get('ArticlePublish');
  expect(article?.payload()?.properties()).toHaveProperty('entry');

  const { ArticlePublish, ...others } = source.components.messages;
  expect(ArticlePublish).toBeDefined();
  const broken = { ...source, components: { ...source.components, messages: others } };
  const refused = await parser.validate(JSON.stringify(broken));
  expect(refused.some(({ severity }) => Number(severity) === ERROR)).toBe(true);
});
