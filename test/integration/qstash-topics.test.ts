/** URL groups, which are topics and endpoints of the panel, with the official SDK. */
import type { EndpointView, TopicView } from '../../server/src/panel/contract';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash.close());

const panel = async <T>(path: string): Promise<T> =>
  qstash.app.http.ok(qstash.app.http.admin<T>('GET', `/guaranteed-webhooks${path}`));

const endpointsOf = async (name: string) => (await qstash.client.urlGroups.get(name)).endpoints;

describe('a URL group', () => {
  const name = 'group.one';
  const first = { name: 'first', url: `${ELSEWHERE}/1` };

  it('is created with its endpoints, which are returned as given', async () => {
    await qstash.client.urlGroups.addEndpoints({
      name,
      endpoints: [first, { url: `${ELSEWHERE}/2?a=b` }],
    });
    expect(await qstash.client.urlGroups.get(name)).toEqual({
      name,
      createdAt: expect.any(Number) as number,
      updatedAt: expect.any(Number) as number,
      endpoints: [first, { url: `${ELSEWHERE}/2?a=b` }],
    });
    expect(await qstash.client.urlGroups.list()).toContainEqual(
      expect.objectContaining({ name }) as object
    );
  });

  it('updates endpoints by name, and adds none twice', async () => {
    const moved = { name: 'first', url: `${ELSEWHERE}/moved` };
    await qstash.client.urlGroups.addEndpoints({
      name,
      endpoints: [moved, { url: `${ELSEWHERE}/2?a=b` }],
    });
    expect(await endpointsOf(name)).toEqual([moved, { url: `${ELSEWHERE}/2?a=b` }]);
  });

  it('reads the endpoints once, however many are added', async () => {
    const { connection } = qstash.app.strapi.db;
    const lists: string[] = [];
    const note = ({ sql }: { sql: string }) => {
      if (/^select .*gw_endpoints. as .t0./.test(sql)) lists.push(sql);
    };
    async function listsOf(count: number): Promise<number> {
      lists.length = 0;
      const endpoints = Array.from({ length: count }, (_, n) => ({ url: `${ELSEWHERE}/${n}` }));
      await qstash.client.urlGroups.addEndpoints({ name: 'counted', endpoints });
      return lists.filter((sql) => /order by/.test(sql)).length;
    }
    connection.on('query', note);
    await listsOf(1); // makes the group
    const [few, many] = [await listsOf(2), await listsOf(20)];
    connection.off('query', note);
    expect(few).toBeGreaterThan(0);
    // The app's own upkeep may read them meanwhile.
    expect(many).toBeLessThan(few + 10);
    expect(await endpointsOf('counted')).toHaveLength(20);
    await qstash.client.urlGroups.delete('counted');
  });

  it('is created by many calls at once', async () => {
    const added = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        qstash.request('/v2/topics/crowd/endpoints', {
          method: 'POST',
          body: JSON.stringify({
            endpoints: [
              { name: 'same', url: `${ELSEWHERE}/same` },
              { name: `own-${n}`, url: `${ELSEWHERE}/same` },
              { url: `${ELSEWHERE}/unnamed` },
            ],
          }),
        })
      )
    );
    expect(added.map(({ status }) => status)).toEqual(added.map(() => 200));
    expect((await qstash.client.urlGroups.get('crowd')).endpoints).toHaveLength(14);
    await qstash.client.urlGroups.delete('crowd');
  });

  it('may share an endpoint’s name with another group', async () => {
    const same = { name: 'first', url: `${ELSEWHERE}/other` };
    await qstash.client.urlGroups.addEndpoints({ name: 'group.two', endpoints: [same] });
    expect(await endpointsOf('group.two')).toEqual([same]);
    expect(await endpointsOf(name)).toContainEqual({ name: 'first', url: `${ELSEWHERE}/moved` });
  });

  it('is a topic in the panel, whose endpoints use both signatures', async () => {
    const topics = await panel<TopicView[]>('/topics');
    expect(topics.map((topic) => topic.name)).toEqual(expect.arrayContaining([name, 'group.two']));
    const endpoints = await panel<EndpointView[]>('/endpoints');
    expect(endpoints.find((endpoint) => endpoint.name === 'first')).toMatchObject({
      url: `${ELSEWHERE}/moved`,
      signatures: ['standard', 'jwt'],
      retryPolicy: { kind: 'preset', preset: 'qstash' },
      topics: [expect.objectContaining({ name })],
    });
  });

  it('removes endpoints by name or URL, and is removed with the last', async () => {
    await qstash.client.urlGroups.removeEndpoints({ name, endpoints: [{ name: 'first' }] });
    expect(await endpointsOf(name)).toEqual([{ url: `${ELSEWHERE}/2?a=b` }]);
    await qstash.client.urlGroups.removeEndpoints({
      name,
      endpoints: [{ url: `${ELSEWHERE}/2?a=b` }],
    });
    expect(await qstash.failure(qstash.client.urlGroups.get(name))).toEqual({
      status: 404,
      error: `topic ${name} not found`,
    });
    const endpoints = await panel<EndpointView[]>('/endpoints');
    expect(endpoints.map(({ url }) => url)).toEqual([`${ELSEWHERE}/other`]);
  });

  it('can be deleted, also when it does not exist', async () => {
    await qstash.client.urlGroups.delete('group.two');
    await qstash.client.urlGroups.delete('group.two');
    expect(await qstash.client.urlGroups.list()).toEqual([]);
    expect(await panel<EndpointView[]>('/endpoints')).toEqual([]);
  });

  it.each([
    [{ endpoints: [{ url: 'ftp://x' }] }, /invalid scheme/],
    [{ endpoints: [{ url: 'http://localhost:99' }] }, /loopback/],
    [{ endpoints: [{ name: 'no url' }] }, /no url/],
    [{ endpoints: [] }, /1 to 100/],
    [{}, /endpoints/],
    ['text', /JSON object/],
  ])('refuses %j, and creates nothing', async (body, text) => {
    const response = await qstash.request('/v2/topics/refused/endpoints', {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(text);
    expect(await qstash.client.urlGroups.list()).toEqual([]);
  });

  it('requires a name of letters, digits, dots, hyphens and underscores', async () => {
    const adding = qstash.client.urlGroups.addEndpoints({
      name: 'a%20b',
      endpoints: [{ url: ELSEWHERE }],
    });
    expect(await qstash.failure(adding)).toMatchObject({
      status: 400,
      error: expect.stringContaining('invalid topic name "a b"') as string,
    });
  });
});

describe('publishing to a URL group', () => {
  const name = 'fan-out';

  beforeAll(async () => {
    await qstash.client.urlGroups.addEndpoints({
      name,
      endpoints: [
        { name: 'a', url: `${qstash.receiver.url}/fan/a` },
        { name: 'b', url: `${qstash.receiver.url}/fan/b` },
      ],
    });
  });

  it('sends a signed message of its own to each endpoint', async () => {
    const answers = await qstash.client.publishJSON({
      urlGroup: name,
      body: { n: 1 },
      headers: { 'x-a': 'b' },
    });
    expect(answers).toEqual([
      { messageId: expect.any(String) as string, url: `${qstash.receiver.url}/fan/a` },
      { messageId: expect.any(String) as string, url: `${qstash.receiver.url}/fan/b` },
    ]);
    for (const [index, path] of ['/fan/a', '/fan/b'].entries()) {
      const request = await qstash.arrival(path);
      await qstash.verify(request);
      expect(request.body.toString()).toBe('{"n":1}');
      expect(request.headers).toMatchObject({
        'x-a': 'b',
        'upstash-topic-name': name,
        'upstash-message-id': answers[index]?.messageId,
      });
      const message = await qstash.client.messages.get(answers[index]?.messageId ?? '');
      expect(message).toMatchObject({
        topicName: name,
        urlGroup: name,
        endpointName: path.slice(-1),
        maxRetries: 3,
      });
    }
  });

  it('deduplicates for each endpoint', async () => {
    const publish = () =>
      qstash.client.publish({ urlGroup: name, deduplicationId: 'x', delay: 60 });
    const first = await publish();
    expect(await publish()).toEqual(first.map((answer) => ({ ...answer, deduplicated: true })));
  });

  it('uses the defaults of the group, which a header overrides', async () => {
    const response = await qstash.request(`/v2/topics/${name}`, {
      method: 'PATCH',
      body: JSON.stringify({
        headers: {
          'Upstash-Header-Forward': ['true'],
          'Upstash-Retries': '1',
          'Upstash-Delay': '1h',
        },
      }),
    });
    expect(response.status).toBe(200);
    const published = await qstash.request(`/v2/publish/${name}`, {
      method: 'POST',
      headers: { 'x-github-event': 'push', 'upstash-delay': '2h' },
      body: '{}',
    });
    const [{ messageId }] = (await published.json()) as [{ messageId: string }];
    const message = await qstash.client.messages.get(messageId);
    expect(message).toMatchObject({ maxRetries: 1, header: { 'X-Github-Event': ['push'] } });
    expect(message.notBefore).toBeGreaterThan(message.createdAt + 7_100_000);
  });

  it.each([
    [{ 'Upstash-Retries': 'many' }, /upstash-retries/],
    [{ 'Upstash-Cron': '* * * * *' }, /\/v2\/schedules/],
    [{ 'Upstash-Retry-Delay': 'soon' }, /delay expression/],
    [{ 'Upstash-Forward-Host': 'example.com' }, /"Host" cannot be set/],
    [{ 'Upstash-Forward-X': 'a\nb' }, /line break/],
    [{ 'Upstash-Forward-Content-Type': 'text/plain\r\nX: y' }, /content-type|contentType/i],
    [{ 'Upstash-Callback': 'http://10.0.0.1/' }, /invalid callback url/],
    [{ 'Upstash-Timeout': 'x' }, /upstash-timeout/],
    [{ 'Upstash-Label': 'x'.repeat(101) }, /label/],
  ])('refuses the defaults %j', async (headers, text) => {
    const response = await qstash.request(`/v2/topics/${name}`, {
      method: 'PATCH',
      body: JSON.stringify({ headers }),
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(text);
  });

  it('uses the endpoint’s method and the message’s retries', async () => {
    const [answer] = await qstash.client.publish({
      urlGroup: name,
      method: 'PUT',
      retries: 0,
      delay: 60,
    });
    const message = await qstash.client.messages.get(answer?.messageId ?? '');
    expect(message).toMatchObject({ method: 'POST', maxRetries: 0 });
  });

  it('delivers messages of a removed group', async () => {
    const [answer] = await qstash.client.publish({ urlGroup: name, delay: 3_600 });
    await qstash.client.urlGroups.delete(name);
    expect(await qstash.client.messages.get(answer?.messageId ?? '')).toMatchObject({
      topicName: name,
    });
  });
});

describe('a topic that an operator has disabled', () => {
  it('refuses messages until it is enabled again', async () => {
    const name = 'disabled';
    const url = `${qstash.receiver.url}/disabled`;
    await qstash.client.urlGroups.addEndpoints({ name, endpoints: [{ url }] });
    const topic = (await panel<TopicView[]>('/topics')).find((one) => one.name === name);
    const enable = async (enabled: boolean) => {
      const { version, events, contentTypes } = await panel<TopicView>(`/topics/${topic?.id}`);
      const body = { name, events, contentTypes, enabled, version };
      await qstash.app.http.ok(
        qstash.app.http.admin('PUT', `/guaranteed-webhooks/topics/${topic?.id}`, body)
      );
    };
    await enable(false);
    const refusal = { status: 409, error: 'the topic "disabled" is disabled' };
    const publish = () => qstash.client.publishJSON({ urlGroup: name, body: {} });
    expect(await qstash.failure(publish())).toEqual(refusal);
    const batch = await qstash.request('/v2/batch', {
      method: 'POST',
      body: JSON.stringify([{ destination: name }, { destination: url }]),
    });
    expect(await batch.json()).toEqual([
      { error: refusal.error },
      expect.objectContaining({ url }) as object,
    ]);
    await qstash.arrival('/disabled'); // the one to the URL

    await enable(true);
    await publish();
    await qstash.receiver.waitFor(
      (all) => all.filter(({ path }) => path === '/disabled').length === 2
    );
  });
});
