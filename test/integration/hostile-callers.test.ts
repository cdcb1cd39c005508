/**
 * What a caller with a key may try: to say "everything" by mistake, to speak to another route, to leave
 * the header, the statement or the object it was let into, or to keep us thinking.
 */
import { request } from 'node:http';

import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const V2 = '/api/guaranteed-webhooks/v2';
const SOON_MS = 2_000;

let api: AdminApi;
let dead: string[];
beforeAll(async () => {
  api = await bootAdminApi();
  dead = (await api.deadMessages(3)).ids;
}, 120_000);
afterAll(() => api.close());

interface Raw {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** As it is written: `fetch` would tidy a path up. */
function raw({
  method = 'POST',
  path,
  headers = {},
  body = '',
}: Raw): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(api.app.http.origin);
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const all = { authorization: `Bearer ${api.app.http.apiToken}`, ...length, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: all, agent: false },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      }
    );
    sent.on('error', reject).end(body);
  });
}

describe('a bulk action', () => {
  it.each(['replay', 'cancel', 'delete'])(
    '%s needs a selection, and takes nothing for everything',
    async (action) => {
      const before = await api.rowCounts();
      for (const body of [
        {},
        { filter: null },
        { filter: [] },
        { filter: { states: ['dead'] } },
        { filter: { state: [] } },
        { filter: { state: ['dead', 'all'] } },
        { filter: { endpointId: [null] } },
        { messageIds: [] },
        { messageIds: null },
        { messageIds: [dead[0]], filter: {} },
      ]) {
        expect(await api.call('POST', `/messages/${action}`, body)).toMatchObject({ status: 400 });
      }
      expect(await api.rowCounts()).toEqual(before);
    }
  );

  // Without anything at all it means all there, as QStash's does.
  it('over the v2 API takes no misspelt or empty filter for everything', async () => {
    const before = await api.rowCounts();
    for (const [path, body] of [
      ['messages?cout=1', ''],
      ['messages', '{"messageIds":[]}'],
      ['messages?url=', ''],
      ['dlq?topic=x', ''],
      ['dlq', '{"dlqIds":[]}'],
      ['dlq', '{"filters":{}}'],
      // Announced, and lost on the way.
      ['dlq', ''],
      ['messages', ''],
    ] as const) {
      const { status } = await raw({ method: 'DELETE', path: `${V2}/${path}`, headers: { 'content-type': 'application/json' }, body }); // prettier-ignore
      expect([path, body, status]).toEqual([path, body, 400]);
      expect([path, body, await api.rowCounts()]).toEqual([path, body, before]);
    }
    expect(await api.rowCounts()).toEqual(before);
  });
});

it.each([
  '..%2f..%2fadmin%2fusers',
  '../../../../admin/users/me',
  '%2e%2e/messages',
  '//127.0.0.1/hook',
  'https:/10.0.0.1/hook',
  'https:%2f%2fexample.com@127.0.0.1/',
  'http://127.0.0.1%00.example.com/',
  'http://127.0.0.1\\@example.com/',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data',
  'topic/../..',
])('path confusion: /v2/publish/%s publishes nothing', async (destination) => {
  const before = await api.rowCounts();
  const { status, text } = await raw({ path: `${V2}/publish/${destination}`, body: '{}' });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/root:|"email"/);
  expect(await api.rowCounts()).toEqual(before);
});

it('prototype pollution: names of the language are names like any other, or refused', async () => {
  const poison = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  const headers = { 'content-type': 'application/json' };
  const { topic } = await api.subscribe(200);
  await raw({ path: `${V2}/publish/${topic.name}`, headers, body: poison });
  await raw({ path: `${V2}/batch`, headers, body: `[${poison}]` });
  await raw({ path: `${V2}/publish/${topic.name}`, headers: { 'upstash-forward-__proto__': 'polluted' }, body: '{}' }); // prettier-ignore
  const { origin } = api.app.http;
  for (const path of ['topics', 'endpoints', 'messages/replay', `topics/${topic.id}/publish`]) {
    await fetch(`${origin}/guaranteed-webhooks/${path}`, { method: 'POST', headers, body: poison });
    await api.call('POST', `/${path}`, JSON.parse(poison));
  }
  await api.deliver();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\u0000b', 'snow\u2603man'])(
  'header injection: %j is no header value',
  async (value) => {
    const refused = await api.call('POST', '/endpoints', {
      name: 'injected',
      url: `${api.receiver.url}/200`,
      topicIds: [],
      headers: [{ name: 'X-Ok', value, secret: false }],
    });
    expect(refused).toMatchObject({ status: 400, body: { error: { details: { code: 'INVALID_HEADER' } } } }); // prettier-ignore
  }
);

it.each(["' or '1'='1", "'; delete from gw_messages; --", '%', '_', '\\', "') union select 1 --"])(
  'SQL injection: %j finds nothing, and changes nothing',
  async (text) => {
    const before = await api.rowCounts();
    const value = encodeURIComponent(text);
    for (const name of [
      'search',
      'topic',
      'event',
      'uid',
      'messageId',
      'label',
      'entryDocumentId',
    ]) {
      const found = await api.call<{ results: unknown[] }>('GET', `/messages?${name}=${value}`);
      if (found.status === 200) expect([name, found.body.results]).toEqual([name, []]);
      else expect(found.status).toBe(400);
    }
    for (const path of [`dlq?topicName=${value}`, `logs?messageId=${value}`, `messages/${value}`]) {
      expect((await raw({ method: 'GET', path: `${V2}/${path}` })).status).toBeLessThan(500);
    }
    expect(await api.rowCounts()).toEqual(before);
  }
);

it.each([
  [
    'a delay expression',
    { kind: 'expression', expression: `${'('.repeat(20_000)}1`, maxRetries: 3 },
  ],
  ['a long one', { kind: 'expression', expression: '1+'.repeat(20_000), maxRetries: 3 }],
  [
    'a power tower',
    { kind: 'expression', expression: `${'pow(9,'.repeat(2_000)}9`, maxRetries: 3 },
  ],
])('no long thoughts (ReDoS): %s is refused at once', async (_what, retryPolicy) => {
  const begun = performance.now();
  const { status } = await api.call('POST', '/endpoints/retry-preview', { retryPolicy });
  expect(status).toBe(400);
  expect(performance.now() - begun).toBeLessThan(SOON_MS);
});

it('size and number have limits, and the answer says which', async () => {
  const many = Array.from({ length: 1_001 }, (_, n) => `msg_${n}`);
  expect((await api.call('POST', '/messages/replay', { messageIds: many })).status).toBe(400);
  const { topic } = await api.subscribe(200);
  const tooLarge = 'x'.repeat(api.runtime.config.payload.maxBytes + 1);
  const answer = await raw({ path: `${V2}/publish/${topic.name}`, body: tooLarge });
  expect(answer.status).toBe(413);
});
