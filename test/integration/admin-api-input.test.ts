/** What bad input gets: an answer that names the field and the reason, and nothing written. */
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

/** Smallest the configuration allows, so that a payload over it is quickly made. */
const MAX_BYTES = 1_024;

let api: AdminApi;

beforeAll(async () => {
  api = await bootAdminApi({
    plugin: {
      http: { allow: { cidrs: ['127.0.0.1/32'] } },
      payload: { maxBytes: MAX_BYTES },
    },
  });
}, 120_000);

afterAll(async () => {
  await api?.close();
});

interface Refusal {
  status: number;
  code: string;
  /** Path of the field that is named, with dots; empty: none is. */
  field: string;
  reason?: RegExp;
}

async function expectRefusal(
  [method, path, body]: [string, string, unknown],
  refusal: Refusal
): Promise<void> {
  const before = await api.rowCounts();
  const response = await api.call(method, path, body);
  const { error } = response.body;
  const [named] = error.details.errors ?? [];

  expect({
    status: response.status,
    inBody: error.status,
    code: error.details.code,
    field: named?.path.join('.') ?? '',
  }).toEqual({
    status: refusal.status,
    inBody: refusal.status,
    code: refusal.code,
    field: refusal.field,
  });
  expect(response.body.data).toBeNull();
  if (refusal.reason) expect(error.message).toMatch(refusal.reason);
  expect(await api.rowCounts()).toEqual(before);
}

const bad = (field: string, reason?: RegExp, code = 'INVALID_VALUE'): Refusal => ({
  status: 400,
  code,
  field,
  ...(reason && { reason }),
});

describe('a topic', () => {
  const topic = { name: 'news', events: ['entry.publish'], contentTypes: null };

  it.each<[string, object, Refusal]>([
    [
      'an event that does not exist',
      { events: ['entry.explode'] },
      bad('events.0', /entry.explode/, 'UNKNOWN_EVENT'),
    ],
    [
      'an event of nobody',
      { events: ['*', 'no.such.event'] },
      bad('events.1', /addAllowedEvent/, 'UNKNOWN_EVENT'),
    ],
    ['a family of nobody', { events: ['nothing.*'] }, bad('events.0', /nothing/, 'UNKNOWN_EVENT')],
    [
      'an event that is no name',
      { events: ['entry..publish'] },
      bad('events.0', /not an event/, 'UNKNOWN_EVENT'),
    ],
    [
      'an unknown content type',
      { contentTypes: ['api::article.article', 'api::ghost.ghost'] },
      bad('contentTypes.1', /api::ghost.ghost/, 'UNKNOWN_CONTENT_TYPE'),
    ],
    [
      'a content type of this plugin',
      { contentTypes: ['plugin::guaranteed-webhooks.message'] },
      bad('contentTypes.0', undefined, 'UNKNOWN_CONTENT_TYPE'),
    ],
    ['an empty list of content types', { contentTypes: [] }, bad('contentTypes', /null for all/)],
    ['an endpoint that does not exist', { endpointIds: [999_999] }, bad('endpointIds.0', /999999/)],
    ['no name', { name: undefined }, bad('name')],
    ['a name with a space', { name: 'my news' }, bad('name', /hyphens/)],
    [
      'a misspelt field',
      { contentType: ['api::article.article'] },
      bad('contentType', /not a known field/),
    ],
    ['events that are no list', { events: 'entry.publish' }, bad('events')],
  ])('is refused with %s', async (_, change, refusal) => {
    await expectRefusal(['POST', '/topics', { ...topic, ...change }], refusal);
  });

  it('is refused with a name that is taken', async () => {
    const { name } = await api.createTopic();
    const refusal = { status: 409, code: 'NAME_TAKEN', field: 'name' };
    await expectRefusal(['POST', '/topics', { ...topic, name }], refusal);

    const other = await api.createTopic();
    const rename = { ...topic, name, version: other.version };
    await expectRefusal(['PUT', `/topics/${other.id}`, rename], refusal);
  });

  it('is not changed without a version, or with a stale one; the error names both numbers', async () => {
    const { id, name, version } = await api.createTopic();
    await expectRefusal(['PUT', `/topics/${id}`, { ...topic, name }], bad('version'));
    await expectRefusal(['PUT', `/topics/${id}`, { ...topic, name, version: 7 }], {
      status: 409,
      code: 'STALE_VERSION',
      field: 'version',
      reason: new RegExp(`(?=.*\\b${version}\\b)(?=.*\\b7\\b)`),
    });
    expect((await api.call('GET', `/topics/${id}`)).body).toMatchObject({ version, events: [] });
  });

  it('refuses a payload over the limit, no payload, and a forged header', async () => {
    const { id } = await api.createTopic();
    await api.createEndpoint({ topicIds: [id] });
    const path = `/topics/${id}/publish`;
    await expectRefusal(['POST', path, { payload: 'x'.repeat(MAX_BYTES + 1) }], {
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
      field: 'payload',
      reason: /1024/,
    });
    await expectRefusal(['POST', path, {}], bad('payload'));
    const headers = { 'webhook-signature': 'v1,forged' };
    await expectRefusal(
      ['POST', path, { payload: 1, headers }],
      bad('headers.webhook-signature', /webhook-signature/, 'INVALID_HEADER')
    );
  });
});

describe('an endpoint', () => {
  const endpoint = { name: 'shop', url: 'https://example.com/hook', topicIds: [] };
  const header = (name: string, value: string | null = 'x') => ({
    headers: [{ name, value, secret: false }],
  });

  it.each<[string, object, Refusal]>([
    ['no URL', { url: 'not a url' }, bad('url', undefined, 'INVALID_URL')],
    ['another scheme', { url: 'ftp://example.com' }, bad('url', undefined, 'INVALID_URL')],
    ['a private address', { url: 'http://10.0.0.1/hook' }, bad('url', /http\.allow/, 'UNSAFE_URL')],
    [
      'the metadata address',
      { url: 'http://169.254.169.254/' },
      bad('url', undefined, 'UNSAFE_URL'),
    ],
    ['Host', header('Host'), bad('headers.Host', undefined, 'INVALID_HEADER')],
    [
      'Content-Length',
      header('content-length'),
      bad('headers.content-length', undefined, 'INVALID_HEADER'),
    ],
    ['webhook-id', header('webhook-id'), bad('headers.webhook-id', undefined, 'INVALID_HEADER')],
    ['a header name with a space', header('X Y'), bad('headers.X Y', undefined, 'INVALID_HEADER')],
    [
      'a header value with a line break',
      header('X-A', 'a\r\nb'),
      bad('headers.X-A', /line break/, 'INVALID_HEADER'),
    ],
    [
      'a header without a value',
      header('X-A', null),
      bad('headers.0.value', /no value/, 'INVALID_HEADER'),
    ],
    [
      'a header given twice',
      { headers: [...header('X-A').headers, ...header('x-a').headers] },
      bad('headers.1.name', /twice/, 'INVALID_HEADER'),
    ],
    [
      'a delay expression that cannot be parsed',
      { retryPolicy: { kind: 'expression', expression: 'pow(2, retried', maxRetries: 3 } },
      bad('retryPolicy.expression', /\d/, 'INVALID_EXPRESSION'),
    ],
    [
      'too many retries',
      { retryPolicy: { kind: 'preset', preset: 'qstash', maxRetries: 101 } },
      bad('retryPolicy.maxRetries', undefined, 'INVALID_RETRY_POLICY'),
    ],
    [
      'a delay beyond a day',
      { retryPolicy: { kind: 'list', delaysMs: [1_000, 86_400_001] } },
      bad('retryPolicy.delaysMs.1', undefined, 'INVALID_RETRY_POLICY'),
    ],
    [
      'a retry policy of no kind',
      { retryPolicy: null },
      bad('retryPolicy', undefined, 'INVALID_RETRY_POLICY'),
    ],
    ['a timeout of nothing', { timeoutMs: 0 }, bad('timeoutMs')],
    ['a timeout beyond the lease', { timeoutMs: 60_000 }, bad('timeoutMs', /leaseMs/)],
    ['a method that is none', { method: 'BREW' }, bad('method')],
    ['no signature', { signatures: ['jwt'] }, bad('signatures', /standard/)],
    ['a spread above all', { jitterPercent: 101 }, bad('jitterPercent')],
    ['no slot at all', { maxParallel: 0 }, bad('maxParallel')],
    [
      'a success as a final status',
      { finalStatuses: [400, 204] },
      bad('finalStatuses.1', /300 to 599/),
    ],
    [
      'a final status that is no number',
      { finalStatuses: ['4xx'] },
      bad('finalStatuses.0', /300 to 599/),
    ],
    ['a topic that does not exist', { topicIds: [999_999] }, bad('topicIds.0', /999999/)],
    [
      'a damaged secret',
      { secret: 'whsec_c2VjcmV0' },
      bad('secret', /24 to 64 bytes/, 'INVALID_SECRET'),
    ],
    [
      'a token that does not exist',
      { ignoredActors: [{ kind: 'api-token', id: 999_999 }] },
      bad('ignoredActors.0', /999999/),
    ],
    ['an actor of no kind', { ignoredActors: [{ kind: 'none' }] }, bad('ignoredActors.0.kind')],
    ['a limit of nothing', { documentLimit: 0 }, bad('documentLimit')],
    ['CloudEvents as a text', { cloudEvents: 'binary' }, bad('cloudEvents')],
    ['a short secret', { secret: 'hush' }, bad('secret', /16 to 255/, 'INVALID_SECRET')],
    ['a signature of no kind', { signatures: ['standard', 'md5'] }, bad('signatures.1')],
    [
      'a signature in no header',
      { signatures: ['standard', 'hmac'] },
      bad('signatureHeader', /missing/),
    ],
    [
      'a header for no signature',
      { signatureHeader: 'X-Signature' },
      bad('signatureHeader', /"hmac"/),
    ],
    ...['webhook-signature', 'Content-Type', 'X-Hub-Signature-256', 'ce-id', 'X Y', 'X-Shop'].map(
      (signatureHeader): [string, object, Refusal] => [
        `a signature in ${signatureHeader}`,
        { signatures: ['standard', 'hmac'], signatureHeader, ...header('x-shop') },
        bad('signatureHeader', undefined, 'INVALID_HEADER'),
      ]
    ),
    ['a state of its own', { state: 'disabled' }, bad('state', /not a known field/)],
  ])('is refused with %s', async (_, change, refusal) => {
    await expectRefusal(['POST', '/endpoints', { ...endpoint, ...change }], refusal);
  });

  it('is refused with a name that is taken', async () => {
    const { name } = await api.createEndpoint();
    const body = { ...endpoint, name };
    await expectRefusal(['POST', '/endpoints', body], {
      status: 409,
      code: 'NAME_TAKEN',
      field: 'name',
    });
  });

  it('reports all invalid fields at once', async () => {
    const { body } = await api.call('POST', '/endpoints', { topicIds: 'all', timeoutMs: -1 });
    const fields = body.error.details.errors?.map(({ path }) => path.join('.'));
    expect(fields?.sort()).toEqual(['name', 'timeoutMs', 'topicIds', 'url']);
  });

  it('does not reveal a secret header that is no longer marked secret', async () => {
    const secret = { name: 'X-Key', value: 'hush', secret: true };
    const { id, version, name } = await api.createEndpoint({ headers: [secret] });
    const change = {
      ...endpoint,
      name,
      version,
      headers: [{ ...secret, value: null, secret: false }],
    };
    await expectRefusal(
      ['PUT', `/endpoints/${id}`, change],
      bad('headers.0.value', /enter its value again/, 'INVALID_HEADER')
    );
  });

  it('changes its secret by rotating it only', async () => {
    const { id, version } = await api.createEndpoint();
    const secret = 'correct horse battery staple';
    await expectRefusal(
      ['PUT', `/endpoints/${id}`, { secret, version }],
      bad('secret', /not a known field/)
    );
    await expectRefusal(
      ['POST', `/endpoints/${id}/rotate-secret`, { secret: 'hush' }],
      bad('secret', /16 to 255/, 'INVALID_SECRET')
    );
  });

  it('is not left without the header that its signature is in', async () => {
    const { id, version } = await api.createEndpoint({
      signatures: ['standard', 'hmac'],
      signatureHeader: 'X-Signature',
    });
    const refused = (change: object, code: string): Promise<void> =>
      expectRefusal(
        ['PUT', `/endpoints/${id}`, { ...change, version }],
        bad('signatureHeader', undefined, code)
      );
    await refused({ signatureHeader: null }, 'INVALID_VALUE');
    await refused(header('x-signature'), 'INVALID_HEADER');
  });

  it('keeps a rotated secret for at most a week', async () => {
    const { id } = await api.createEndpoint();
    const overlapMs = 7 * 86_400_000 + 1;
    await expectRefusal(
      ['POST', `/endpoints/${id}/rotate-secret`, { overlapMs }],
      bad('overlapMs')
    );
  });

  it('is not resumed without a choice for the messages on hold, or while it is active', async () => {
    const { id } = await api.createEndpoint();
    await expectRefusal(['POST', `/endpoints/${id}/resume`, {}], bad('held'));
    await expectRefusal(['POST', `/endpoints/${id}/resume`, { held: 'deliver' }], {
      status: 409,
      code: 'CONFLICT',
      field: '',
      reason: /active/,
    });
  });
});

describe('messages', () => {
  it.each<[string, string, Refusal]>([
    ['an unknown field', 'sate=dead', bad('sate', /not a known field/)],
    ['an unknown state', 'state=dead,lost', bad('state.1')],
    ['an empty state', 'state=', bad('state.0')],
    ['a status that is no number', 'status=five', bad('status.0')],
    ['a page too large', 'pageSize=101', bad('pageSize')],
    ['a page of nothing', 'pageSize=0', bad('pageSize')],
    ['a cursor nobody gave', 'cursor=first!', bad('cursor')],
    ['an instant that is a date', 'from=2026-01-01', bad('from')],
  ])('are not listed with %s', async (_, query, refusal) => {
    await expectRefusal(['GET', `/messages?${query}`, undefined], refusal);
  });

  it('filters of events are as strict', async () => {
    await expectRefusal(['GET', '/events?nmae=x', undefined], bad('nmae', /not a known field/));
  });

  it.each<[string, object, Refusal]>([
    ['neither a selection nor a filter', {}, bad('filter', /all/, 'INVALID_FILTER')],
    ['both', { messageIds: ['msg_a'], filter: {} }, bad('filter', undefined, 'INVALID_FILTER')],
    ['an empty selection', { messageIds: [] }, bad('messageIds')],
    [
      'a misspelt filter',
      { filter: { endpoint: [1] } },
      bad('filter.endpoint', /not a known/, 'INVALID_FILTER'),
    ],
    ['a filter that is null', { filter: null }, bad('filter', undefined, 'INVALID_FILTER')],
    [
      'an empty list in the filter',
      { filter: { topic: [] } },
      bad('filter.topic', undefined, 'INVALID_FILTER'),
    ],
    [
      'a state it cannot act on',
      { filter: { state: ['dead', 'pending'] } },
      bad('filter.state.1', /pending/, 'INVALID_FILTER'),
    ],
  ])('are not replayed by %s', async (_, body, refusal) => {
    await expectRefusal(['POST', '/messages/replay', body], refusal);
    await expectRefusal(['POST', '/messages/delete', body], refusal);
    expect((await api.call('GET', '/jobs')).body).toEqual([]);
  });

  it('are not canceled when they are finished, by filter', async () => {
    await expectRefusal(
      ['POST', '/messages/cancel', { filter: { state: ['dead'] } }],
      bad('filter.state.0', undefined, 'INVALID_FILTER')
    );
  });
});

it.each([
  ['GET', '/topics/999999'],
  ['GET', '/topics/abc'],
  ['DELETE', '/topics/999999'],
  ['GET', '/endpoints/999999'],
  ['DELETE', '/endpoints/999999'],
  ['POST', '/endpoints/999999/test'],
  ['GET', '/messages/msg_unknown'],
  ['POST', '/messages/msg_unknown/replay'],
  ['GET', '/events/999999'],
  ['GET', '/jobs/999999'],
  ['POST', '/jobs/999999/cancel'],
])('%s %s is a 404', async (method, path) => {
  const refusal = { status: 404, code: 'NOT_FOUND', field: '' };
  await expectRefusal([method, path, method === 'POST' ? {} : undefined], refusal);
});
