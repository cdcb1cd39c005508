/**
 * What a caller with a key may try: to say "everything" by mistake, to speak to another route, to leave
 * the header, the statement or the object it was let into, or to keep us thinking.
 */
import { request } from 'node:http';
import { connect } from 'node:net';

import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const QSTASH = '/api/guaranteed-webhooks/v2';
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
  it('over the QStash API refuses misspelt and empty filters', async () => {
    const before = await api.rowCounts();
    for (const [path, body] of [
      ['messages?cout=1', ''],
      ['messages', '{"messageIds":[]}'],
      ['messages?url=', ''],
      ['dlq?topic=x', ''],
      ['dlq', '{"dlqIds":[]}'],
      ['dlq', '{"filters":{}}'],
      ['dlq', 'null'],
      ['messages', 'null'],
      ['messages', '[]'],
      // Announced, and lost on the way.
      ['dlq', ''],
      ['messages', ''],
    ] as const) {
      const { status } = await raw({
        method: 'DELETE',
        path: `${QSTASH}/${path}`,
        headers: { 'content-type': 'application/json' },
        body,
      });
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
  const { status, text } = await raw({ path: `${QSTASH}/publish/${destination}`, body: '{}' });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(text).not.toMatch(/root:|"email"/);
  expect(await api.rowCounts()).toEqual(before);
});

it('names of JavaScript are names like any other, or refused', async () => {
  const poison = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  const headers = { 'content-type': 'application/json' };
  const { topic } = await api.subscribe(200);
  await raw({ path: `${QSTASH}/publish/${topic.name}`, headers, body: poison });
  await raw({ path: `${QSTASH}/batch`, headers, body: `[${poison}]` });
  await raw({
    path: `${QSTASH}/publish/${topic.name}`,
    headers: { 'upstash-forward-__proto__': 'polluted' },
    body: '{}',
  });
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
    expect(refused).toMatchObject({
      status: 400,
      body: {
        error: { details: { code: expect.stringMatching(/^INVALID_(HEADER|VALUE)$/) as string } },
      },
    });
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
      expect((await raw({ method: 'GET', path: `${QSTASH}/${path}` })).status).toBeLessThan(500);
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

it('size and number have limits, which the error names', async () => {
  const many = Array.from({ length: 1_001 }, (_, n) => `msg_${n}`);
  expect((await api.call('POST', '/messages/replay', { messageIds: many })).status).toBe(400);
  const { topic } = await api.subscribe(200);
  const tooLarge = 'x'.repeat(api.runtime.config.payload.maxBytes + 1);
  const answer = await raw({ path: `${QSTASH}/publish/${topic.name}`, body: tooLarge });
  expect(answer.status).toBe(413);
});

describe('large inputs', () => {
  const many = Array.from({ length: 60_000 }, () => 'x');

  it.each([
    ['ids in a body', 'DELETE', 'messages', JSON.stringify({ messageIds: many })],
    ['ids with commas', 'DELETE', 'dlq', JSON.stringify({ dlqIds: many.join() })],
    ['ids to retry', 'POST', 'dlq/retry', JSON.stringify({ dlqIds: many })],
    [
      'redacted headers',
      'POST',
      'batch',
      JSON.stringify([
        {
          destination: 'https://example.com',
          headers: { 'upstash-redact-fields': many.map(() => 'header[x]').join() },
        },
      ]),
    ],
    ['items of a batch', 'POST', 'batch', JSON.stringify(many.map(() => ({})))],
  ])('%s is refused at once', async (_what, method, path, body) => {
    const headers = { 'content-type': 'application/json' };
    const begun = performance.now();
    const { status, text } = await raw({ method, path: `${QSTASH}/${path}`, headers, body });
    expect([status, text]).toEqual([
      expect.any(Number),
      expect.stringMatching(/1000|too big|at most 64/i),
    ]);
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
  });

  it('a batch does not keep other requests waiting', async () => {
    const items = Array.from({ length: 200 }, () => ({
      destination: 'https://example.com',
      headers: { 'upstash-delay': '1h', 'upstash-label': 'batch' },
    }));
    const begun = performance.now();
    let longestTurn = 0;
    let turnBegan: number | null = begun;
    const turn = (): void => {
      if (turnBegan === null) return;
      const now = performance.now();
      longestTurn = Math.max(longestTurn, now - turnBegan);
      turnBegan = now;
      setImmediate(turn);
    };
    setImmediate(turn);
    const { text } = await raw({ path: `${QSTASH}/batch`, body: JSON.stringify(items) });
    turnBegan = null;
    expect(text.match(/"messageId"/g)).toHaveLength(items.length);
    expect(longestTurn).toBeLessThan((performance.now() - begun) / 4);
    await raw({ method: 'DELETE', path: `${QSTASH}/messages?label=batch` });
  });
});

describe('an unusual path', () => {
  it.each(['/API/guaranteed-webhooks/v2/keys', '/api/Guaranteed-Webhooks/V2/keys'])(
    '%s is not found',
    async (path) => {
      const { status, text } = await raw({ method: 'GET', path });
      expect(status).toBe(404);
      expect(text).not.toContain('sig_');
    }
  );

  it('an absolute target means its path', async () => {
    const path = `${api.app.http.origin}${QSTASH}/readiness`;
    expect(await raw({ method: 'GET', path })).toEqual({ status: 200, text: '{"ready":true}' });
  });
});

it('an interrupted upload is not a server error', async () => {
  const errors = jest.spyOn(api.app.strapi.log, 'error');
  const { hostname, port } = new URL(api.app.http.origin);
  const served = new Promise<void>((done) => {
    api.app.strapi.server.httpServer.once('request', (_, response) => response.once('close', done));
  });
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${QSTASH}/publish/https://example.com HTTP/1.1\r\nHost: x\r\n` +
      `Authorization: Bearer ${api.app.http.apiToken}\r\nContent-Length: 1000\r\n\r\nhalf`,
    () => setImmediate(() => socket.destroy())
  );
  await served;
  await api.get('/topics');
  expect(errors).not.toHaveBeenCalled();
  errors.mockRestore();
});

describe('a group that publishes to itself', () => {
  it('is stopped, and each message counts the deliveries that led to it', async () => {
    const { origin, apiToken } = api.app.http;
    const back = `${origin}${QSTASH}/publish/circle?qstash_token=${apiToken}&upstash-retries=0`;
    await raw({
      path: `${QSTASH}/topics/circle/endpoints`,
      body: JSON.stringify({ endpoints: [{ name: 'back', url: back }] }),
    });
    await raw({
      path: `${QSTASH}/publish/circle`,
      headers: { 'upstash-retries': '0' },
      body: '{}',
    });
    const dead = async () => {
      await api.deliver();
      const { text } = await raw({ method: 'GET', path: `${QSTASH}/dlq?topicName=circle` });
      return (JSON.parse(text) as { messages: Record<string, unknown>[] }).messages;
    };
    const before = Date.now();
    let letters = await dead();
    while (letters.length === 0 && Date.now() - before < 20_000) letters = await dead();
    expect(letters).toEqual([
      expect.objectContaining({
        responseStatus: 508,
        responseBody: expect.stringContaining('8 deliveries in a row') as string,
        header: expect.objectContaining({ 'Guaranteed-Webhooks-Hops': ['8'] }) as object,
      }),
    ]);
    const all = await api.get<{ results: unknown[] }>('/messages?topic=circle&pageSize=100');
    expect(all.results).toHaveLength(8);
  });

  it('the count cannot be set by a caller', async () => {
    const headers = { 'upstash-forward-guaranteed-webhooks-hops': '1' };
    const { status } = await raw({ path: `${QSTASH}/publish/https://example.com`, headers });
    expect(status).toBe(400);
  });
});

describe('what no database can hold', () => {
  it.each(['%00', 'a%00b'])('a path or a filter with %s', async (text) => {
    for (const path of [
      `messages/${text}`,
      `dlq/${text}`,
      `queues/${text}`,
      `schedules/${text}`,
      `topics/${text}`,
      `flowControl/${text}`,
      `flowControl?search=${text}`,
      `logs?label=${text}`,
      `dlq?messageId=${text}`,
    ]) {
      expect([path, (await raw({ method: 'GET', path: `${QSTASH}/${path}` })).status]).toEqual([
        path,
        400,
      ]);
    }
    for (const path of [
      'messages?search=',
      'messages?label=',
      'events?name=',
      'flow-control?search=',
    ]) {
      const { status, body } = await api.call('GET', `/${path}${text}`);
      expect([path, status, body.error.details.code]).toEqual([
        path,
        400,
        expect.stringMatching(/^INVALID_/),
      ]);
    }
    expect((await api.call('GET', `/messages/${text}`)).status).toBe(404);
  });

  it.each(['\u0000', '\ud800', '\udc00'])('a body with %j', async (text) => {
    const publish = (headers: object) =>
      JSON.stringify([{ destination: 'https://example.com', headers }]);
    for (const [method, path, body] of [
      ['POST', 'batch', publish({ 'upstash-label': text })],
      ['POST', 'batch', publish({ 'upstash-flow-control-key': text })],
      ['POST', 'batch', publish({ 'upstash-deduplication-id': text })],
      ['POST', 'batch', publish({ 'upstash-callback': `https://example.com/${text}` })],
      ['POST', 'batch', publish({ 'content-type': text })],
      ['POST', 'batch', JSON.stringify([{ destination: `https://example.com/${text}` }])],
      [
        'POST',
        'topics/odd/endpoints',
        JSON.stringify({ endpoints: [{ name: text, url: 'https://example.com' }] }),
      ],
      [
        'POST',
        'topics/odd/endpoints',
        JSON.stringify({ endpoints: [{ url: `https://example.com/${text}` }] }),
      ],
      ['POST', 'queues', JSON.stringify({ queueName: text })],
      ['DELETE', 'messages', JSON.stringify({ label: text })],
    ] as const) {
      const answer = await raw({ method, path: `${QSTASH}/${path}`, body });
      expect([path, body, answer.text]).toEqual([path, body, expect.stringMatching(/"error":"/)]);
      expect([path, body, answer.status]).toEqual([path, body, path === 'batch' ? 200 : 400]);
    }
    for (const [path, body] of [
      ['topics', { name: `a${text}`, events: [], contentTypes: null }],
      ['endpoints', { name: `a${text}`, url: 'https://example.com', topicIds: [] }],
      ['messages/cancel', { filter: { label: [text] } }],
    ] as const) {
      const answer = await api.call('POST', `/${path}`, body);
      expect([path, answer.status]).toEqual([path, 400]);
    }
  });

  it.each(['9007199254740993', '9223372036854775808'])('the id %s of no row', async (id) => {
    for (const path of [`dlq/1-${id}`, `messages/${id}`]) {
      expect((await raw({ method: 'GET', path: `${QSTASH}/${path}` })).status).toBe(404);
    }
    for (const path of [`dlq?cursor=1-${id}`, `logs?cursor=1-${Number(id).toString(36)}.....`]) {
      expect([path, (await raw({ method: 'GET', path: `${QSTASH}/${path}` })).status]).toEqual([
        path,
        400,
      ]);
    }
    const short = ['endpoints', 'topics', 'jobs'].map((kind) => `${kind}/2147483648`);
    for (const path of [`endpoints/${id}`, `topics/${id}`, `events/${id}`, ...short]) {
      expect([path, (await api.call('GET', `/${path}`)).status]).toEqual([path, 404]);
    }
    const cursor = Number(id).toString(36);
    for (const path of [
      `messages?cursor=${cursor}`,
      `events?cursor=${cursor}`,
      `messages?endpointId=${id}`,
    ]) {
      expect([path, (await api.call('GET', `/${path}`)).status]).toEqual([path, 400]);
    }
  });
});
