/**
 * Secrets planted everywhere a person may put one, a full run over every path (delivered, retried,
 * dead, replayed, called back, tested, rotated), and then a search of the whole database, of every
 * line of the log and of every answer of the APIs. They are found nowhere but at the receiver.
 */
import type {
  EndpointView,
  MessageDetail,
  MessageView,
  Page,
} from '../../server/src/panel/contract';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

/** Each unlike anything else, so that a search for it finds it or nothing. */
const PLANTED = {
  endpointHeader: 'Bearer planted-endpoint-header-51b7',
  secondHeader: 'planted-second-header-99ad',
  publishedHeader: 'Bearer planted-published-header-8c2e',
  forwardedHeader: 'Bearer planted-forwarded-header-2f60',
  callbackHeader: 'Bearer planted-callback-header-77aa',
  query: 'planted-query-token-0d9c',
} as const;
/** The same way, but not secret: finding it proves that the search finds. */
const PUBLIC = 'planted-public-header-1e44';

describeEachDatabase('planted secrets', (database) => {
  let api: AdminApi;
  const answers: string[] = [];
  const log: string[] = [];
  const signing: string[] = [];

  beforeAll(async () => {
    api = await bootAdminApi({ database });
    const { log: logger } = api.app.strapi;
    logger.level = 'silly';
    for (const transport of logger.transports) transport.silent = true;
    logger.on('data', (line: unknown) => log.push(JSON.stringify(line)));
    await run();
  }, 120_000);
  afterAll(() => api.close());

  const keep = <T>(answer: T): T => {
    answers.push(JSON.stringify(answer));
    return answer;
  };
  const call: AdminApi['call'] = async (method, path, body) =>
    keep(await api.call(method, path, body));

  async function v2(method: string, path: string, headers: Record<string, string>, body?: string) {
    const { origin, apiToken } = api.app.http;
    const response = await fetch(`${origin}/api/guaranteed-webhooks/v2/${path}`, {
      method,
      headers: { authorization: `Bearer ${apiToken}`, ...headers },
      ...(body !== undefined && { body }),
    });
    return keep({ status: response.status, body: await response.text() });
  }

  /** Creates, breaks, mends and looks at everything, once. */
  async function run(): Promise<void> {
    const topic = await api.createTopic();
    const endpoint = await api.createEndpoint({
      url: `${api.receiver.url}/500?token=${PLANTED.query}`,
      topicIds: [topic.id],
      headers: [
        { name: 'Authorization', value: PLANTED.endpointHeader, secret: true },
        { name: 'X-Custom', value: PLANTED.secondHeader, secret: true },
        { name: 'X-Public', value: PUBLIC, secret: false },
      ],
    });
    signing.push(endpoint.secret);
    const publish = {
      payload: { hello: 'world' },
      headers: { Authorization: PLANTED.publishedHeader },
    };
    await call('POST', `/topics/${topic.id}/publish`, publish);
    await api.deliver();

    await v2(
      'POST',
      `publish/${api.receiver.url}/500?key=${PLANTED.query}`,
      {
        'content-type': 'application/json',
        'upstash-retries': '0',
        'upstash-forward-authorization': PLANTED.forwardedHeader,
        'upstash-callback': `${api.receiver.url}/200`,
        'upstash-callback-forward-authorization': PLANTED.callbackHeader,
      },
      '{"a":1}'
    );
    await api.deliver();
    await api.deliver();

    await call('POST', `/endpoints/${endpoint.id}/test`);
    const rotated = await call<EndpointView & { secret: string }>(
      'POST',
      `/endpoints/${endpoint.id}/rotate-secret`,
      {}
    );
    answers.pop(); // the one answer that is meant to hold a secret
    signing.push(rotated.body.secret);
    const { keys } = api.runtime;
    const { standard, jwtCurrent, jwtNext, ed25519 } = keys.current();
    signing.push(standard, jwtCurrent, jwtNext, ed25519.current.d, ed25519.next.d);

    const { version } = (await call<EndpointView>('GET', `/endpoints/${endpoint.id}`)).body;
    const input = { name: 'renamed', version, topicIds: [topic.id], url: endpoint.url };
    await call('PUT', `/endpoints/${endpoint.id}`, input);
    // Refused, with the secret in what is refused.
    const bad = [{ name: 'X-Bad Name', value: PLANTED.endpointHeader, secret: true }];
    await call('PUT', `/endpoints/${endpoint.id}`, { ...input, headers: bad });

    const { body: page } = await call<Page<MessageView>>('GET', '/messages?pageSize=100');
    for (const { messageId, state } of page.results) {
      await call<MessageDetail>('GET', `/messages/${messageId}`);
      if (state === 'dead') await call('POST', `/messages/${messageId}/replay`);
    }
    await api.deliver();
    await call('POST', '/messages/replay', { filter: {}, dryRun: true });
    for (const path of ['/overview', '/events', '/endpoints', '/topics', '/jobs', '/catalog']) {
      await call('GET', path);
    }
    await call('GET', '/dead-letters/groups');
    for (const path of ['dlq', 'logs', 'events', 'topics']) await v2('GET', path, {});
  }

  async function dump(): Promise<string> {
    const { db } = api.app.strapi;
    const tables = await db.dialect.schemaInspector.getTables();
    expect(tables).toContain('gw_messages');
    const rows = await Promise.all(tables.map((table) => db.getConnection(table).select('*')));
    return JSON.stringify(rows);
  }

  /** With all that is base64 in it decoded, again and again: bodies hold bodies. */
  function unwrapped(text: string, depth = 3): string {
    if (depth === 0) return text;
    const runs = text.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? [];
    const inner = runs.map((run) => Buffer.from(run, 'base64').toString('latin1')).join('\n');
    return inner === '' ? text : `${text}\n${unwrapped(inner, depth - 1)}`;
  }

  /** As it is, and in the disguises in which a secret travels. */
  const isIn = (haystack: string, secret: string): boolean =>
    [secret, Buffer.from(secret).toString('hex'), encodeURIComponent(secret)].some((form) =>
      unwrapped(haystack).includes(form)
    );

  const headers = Object.entries(PLANTED).filter(([name]) => name !== 'query');

  it('all reached the receiver', () => {
    const sent = JSON.stringify(api.receiver.requests);
    for (const secret of Object.values(PLANTED)) expect(sent).toContain(secret);
    expect(log.join('\n')).toContain('attempt');
    expect(answers.length).toBeGreaterThan(20);
  });

  it.each(headers)('the %s is not in the database', async (_name, secret) => {
    const stored = await dump();
    expect(isIn(stored, secret)).toBe(false);
    expect(stored).toContain(PUBLIC); // in the log of attempts
  });

  it('no signing secret is in the database', async () => {
    const stored = await dump();
    expect(signing).toHaveLength(7);
    for (const secret of signing) {
      expect(isIn(stored, secret)).toBe(false);
      expect(isIn(stored, secret.replace(/^(whsec|sig)_/, ''))).toBe(false);
    }
  });

  it.each([...headers, ['query', PLANTED.query]])('the %s is not in the log', (_name, secret) => {
    expect(isIn(log.join('\n'), secret ?? '')).toBe(false);
  });

  it.each(headers)('the %s is in no response', (_name, secret) => {
    expect(answers.findIndex((answer) => isIn(answer, secret))).toBe(-1);
    expect(answers.join('\n')).toContain(PUBLIC);
  });

  it('no signing secret is in the log, or in a response after the first', () => {
    const all = [...log, ...answers].join('\n');
    for (const secret of signing) {
      expect(isIn(all, secret)).toBe(false);
      expect(isIn(all, secret.replace(/^(whsec|sig)_/, ''))).toBe(false);
    }
  });
});
