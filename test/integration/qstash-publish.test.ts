/** Publishing with the official SDK, and what arrives. */
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash.close());

describe('publish', () => {
  it('delivers JSON, signed for the URL', async () => {
    const { messageId } = await qstash.client.publishJSON({
      url: `${qstash.receiver.url}/json?a=1`,
      body: { hello: 'world' },
      headers: { 'X-Request-Id': '7', 'Upstash-Forward-Other': 'value' },
    });
    const request = await qstash.arrival('/json?a=1');
    expect(messageId).toMatch(/^msg_[1-9A-Za-z]{20,}$/);
    expect(request.method).toBe('POST');
    expect(request.body.toString()).toBe('{"hello":"world"}');
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'x-request-id': '7',
      other: 'value',
      'upstash-message-id': messageId,
      'upstash-retried': '0',
      'upstash-caller-ip': expect.stringContaining('127.0.0.1') as string,
    });
    await qstash.verify(request);
    await expect(qstash.verify({ ...request, path: '/other' })).rejects.toThrow(/invalid subject/);
    await expect(qstash.verify({ ...request, body: Buffer.from('{}') })).rejects.toThrow(
      /body hash/
    );
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'] as const)('sends with %s', async (method) => {
    await qstash.client.publish({
      url: `${qstash.receiver.url}/method/${method}`,
      method,
      body: 'b',
    });
    const request = await qstash.arrival(`/method/${method}`);
    expect(request.method).toBe(method);
    await qstash.verify(request);
  });

  it('delivers binary bodies unchanged', async () => {
    const bytes = Buffer.from([0, 255, 254, 10, 13, 0, 195, 40]);
    const response = await qstash.request(`/v2/publish/${qstash.receiver.url}/bytes`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' },
      body: bytes,
    });
    expect(response.status).toBe(200);
    const request = await qstash.arrival('/bytes');
    expect(request.body.equals(bytes)).toBe(true);
    expect(request.headers['content-type']).toBe(
      'application/x-www-form-urlencoded; charset=latin1'
    );
  });

  it.each([
    ['application/json', '{"broken":'],
    ['multipart/form-data; boundary=x', '--x\r\nnot really\r\n'],
    ['text/plain', 'text\u0000with a NUL'],
    ['application/json', ''],
  ])('does not parse %s', async (type, body) => {
    const path = `/raw/${type.length}/${body.length}`;
    await qstash.request(`/v2/publish/${qstash.receiver.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const request = await qstash.arrival(path);
    expect(request.body.toString()).toBe(body);
    expect(request.headers['content-type']).toBe(type);
  });

  it('returns the id and the URL', async () => {
    const url = `${qstash.receiver.url}/answer`;
    const response = await qstash.request(`/v2/publish/${url}`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      messageId: expect.stringMatching(/^msg_/) as string,
      url,
    });
  });

  it('reads options from the query, and keeps the destination’s own query', async () => {
    const query = 'keep=%20me&upstash-method=PUT&upstash-forward-x-a=b&upstash-retries=0&last';
    const response = await fetch(
      `${qstash.url}/v2/publish/${qstash.receiver.url}/query?${query}&qstash_token=${qstash.app.http.apiToken}`,
      { method: 'POST', body: 'x' }
    );
    expect(await response.json()).toMatchObject({
      url: `${qstash.receiver.url}/query?keep=%20me&last`,
    });
    const request = await qstash.arrival('/query?keep=%20me&last');
    expect(request.method).toBe('PUT');
    expect(request.headers['x-a']).toBe('b');
  });

  it('forwards every header on request, except the token', async () => {
    await qstash.request(`/v2/publish/${qstash.receiver.url}/forward?upstash-header-forward=true`, {
      method: 'POST',
      headers: { 'x-github-event': 'push', cookie: 'a=b' },
      body: 'x',
    });
    const request = await qstash.arrival('/forward');
    expect(request.headers['x-github-event']).toBe('push');
    expect(request.headers).not.toHaveProperty('authorization');
    expect(request.headers).not.toHaveProperty('cookie');
    expect(request.headers.host).toBe(`127.0.0.1:${qstash.receiver.port}`);
  });

  it('accepts a destination whose slashes a proxy merged', async () => {
    const merged = `${qstash.receiver.url}/merged`.replace('://', ':/');
    const response = await qstash.request(`/v2/publish/${merged}`, { method: 'POST', body: 'x' });
    expect(await response.json()).toMatchObject({ url: `${qstash.receiver.url}/merged` });
  });

  it('forwards the client’s headers with each message', async () => {
    const client = qstash.clientWith(qstash.app.http.apiToken, { headers: { 'x-global': 'g' } });
    await client.publish({ url: `${qstash.receiver.url}/global`, body: 'x' });
    expect((await qstash.arrival('/global'))?.headers['x-global']).toBe('g');
  });
});

describe('a receiver that fails', () => {
  const at = (path: string) => qstash.receiver.requests.filter((request) => request.path === path);

  it('is retried when it asks to, whatever the message’s retry delay', async () => {
    qstash.receiver.script([{ status: 503, headers: { 'retry-after': '0' } }]);
    const { messageId } = await qstash.client.publish({
      url: `${qstash.receiver.url}/retry-after`,
      body: 'x',
      retries: 1,
      retryDelay: '3600000',
    });
    await qstash.receiver.waitFor(() => at('/retry-after').length === 2);
    const [first, second] = at('/retry-after');
    expect(second?.headers).toMatchObject({
      'upstash-message-id': messageId,
      'upstash-retried': '1',
    });
    expect(second?.headers['upstash-signature']).not.toBe(first?.headers['upstash-signature']);
    await qstash.verify(second);
  });

  it('is called once when retries are 0', async () => {
    qstash.receiver.script([503]);
    await qstash.client.publish({ url: `${qstash.receiver.url}/no-retries`, retries: 0 });
    await qstash.arrival('/no-retries');
  });
});

describe('what is refused', () => {
  it.each([
    [
      'x.com/path',
      400,
      'invalid destination url: endpoint has invalid scheme, add http:// or https://',
    ],
    [
      'https%3A%2F%2Fexample.com',
      400,
      'invalid destination url: endpoint has invalid scheme, add http:// or https://',
    ],
    ['no-such-topic', 404, 'topic no-such-topic not found'],
    [
      'api/llm',
      400,
      'invalid destination url: endpoint has invalid scheme, add http:// or https://',
    ],
  ])('the destination %s', async (destination, status, text) => {
    const response = await qstash.request(`/v2/publish/${destination}`, { method: 'POST' });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: text });
  });

  it.each([
    ['http://127.0.0.2/', 'loopback address: 127.0.0.2'],
    ['http://localhost/', 'loopback address: 127.0.0.1'],
    ['http://[::1]/', 'loopback address: ::1'],
  ])('the loopback address %s', async (url, text) => {
    const error = await qstash.failure(qstash.client.publish({ url }));
    expect(error.status).toBe(400);
    expect(error).toMatchObject({
      error: expect.stringContaining(
        `invalid destination url: endpoint resolves to a ${text}; `
      ) as string,
    });
  });

  it.each([
    [{ delay: '367d' }, 412, /^quota maxDelay exceeded, current limit: \d+$/],
    [{ delay: 'soon' }, 400, /upstash-delay/],
    [{ retries: 101 }, 412, /^quota maxRetries exceeded/],
    [{ retryDelay: 'rm -rf' }, 400, /delay expression/],
    [{ deduplicationId: 'a:b' }, 400, /^DeduplicationId cannot contain ':'$/],
    [{ callback: 'not a url' }, 400, /^invalid callback url/],
    [{ headers: { 'Upstash-Forward-Host': 'x' } }, 400, /header "Host" cannot be set/],
    [
      { headers: { 'Upstash-Callback': ELSEWHERE, 'Upstash-Callback-Delay': '1s' } },
      400,
      /delayed/,
    ],
  ])('%j', async (options, status, text) => {
    const before = await qstash.runtime.store.maxMessageId();
    const error = await qstash.failure(
      qstash.client.publish({ url: ELSEWHERE, ...(options as { delay?: '1s' }) })
    );
    expect(error.status).toBe(status);
    expect(error.error).toMatch(text);
    expect(await qstash.runtime.store.maxMessageId()).toBe(before);
  });

  it('a message over the limit', async () => {
    const body = 'x'.repeat(qstash.runtime.config.payload.maxBytes + 1);
    const error = await qstash.failure(qstash.client.publish({ url: ELSEWHERE, body }));
    expect(error.status).toBe(413);
    expect(error.error).toMatch(/exceeds the limit of 1048576 bytes/);
  });

  it.each([
    ['GET', '/v2/publish/https://example.com', 405],
    ['POST', '/v2/nothing', 404],
    ['GET', '/v2', 404],
    ['PUT', '/v2/topics/a', 405],
  ])('%s %s', async (method, path, status) => {
    const response = await qstash.request(path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) as string });
  });
});

/** Headers that Upstash documents, has documented, or sends with its clients. */
describe('an Upstash header has an effect, is refused, or is documented as ignored', () => {
  const URL = `${ELSEWHERE}/header`;
  const publish = (headers: Record<string, string>) =>
    qstash.request(`/v2/publish/${URL}`, {
      method: 'POST',
      headers: { 'upstash-delay': '1h', ...headers },
      body: '{}',
    });
  const shown = async (response: Response) => {
    const { messageId } = (await response.json()) as { messageId: string };
    return (await (await qstash.request(`/v2/messages/${messageId}`)).json()) as object;
  };

  it.each([
    ['Upstash-Method', 'PUT', { method: 'PUT' }],
    ['Upstash-Retries', '7', { maxRetries: 7 }],
    ['Upstash-Retry-Delay', '1000', { retryDelayExpression: '1000' }],
    ['Upstash-Timeout', '5s', { timeout: 5 }],
    ['Upstash-Label', 'a', { label: 'a' }],
    ['Upstash-Flow-Control-Key', 'k', { flowControlKey: 'k' }],
    ['Upstash-Callback', ELSEWHERE, { callback: ELSEWHERE }],
    ['Upstash-Failure-Callback', ELSEWHERE, { failureCallback: ELSEWHERE }],
    ['Upstash-Forward-X-Name', 'v', { header: { 'X-Name': ['v'] } }],
    ['Upstash-Redact-Fields', 'body', { body: expect.stringMatching(/^REDACTED:/) as string }],
  ])('%s: %s has its effect', async (name, value, effect) => {
    expect(await shown(await publish({ [name]: value }))).toMatchObject(effect);
  });

  it.each([
    ['Upstash-Cron', '* * * * *', /\/v2\/schedules/],
    ['Upstash-Queue-Name', 'q', /\/v2\/enqueue/],
    ['Upstash-Forward-Upstash-Topic-Name', 't', /cannot be set/],
    ['Upstash-Forward-Upstash-Schedule-Id', 's', /cannot be set/],
    ['Upstash-Forward-Upstash-Caller-IP', '192.0.2.1', /cannot be set/],
    ['Upstash-Forward-Upstash-Message-Id', 'm', /cannot be set/],
  ])('%s is refused', async (name, value, text) => {
    for (const path of ['publish', 'enqueue/q']) {
      const response = await qstash.request(`/v2/${path}/${URL}`, {
        method: 'POST',
        headers: { [name]: value },
      });
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(text);
    }
    const query = `${name.toLowerCase()}=${encodeURIComponent(value)}`;
    expect((await qstash.request(`/v1/publish/${URL}?${query}`, { method: 'POST' })).status).toBe(
      400
    );
    const [item] = await qstash.client.batch([{ url: URL, headers: { [name]: value } }]);
    expect(item).toEqual({ error: expect.stringMatching(text) as string });
  });

  it.each([
    ...['Delay', 'Not-Before', 'Cron', 'Schedule-Id', 'Queue-Name', 'Label', 'Redact-Fields'],
    ...['Deduplication-Id', 'Content-Based-Deduplication', 'Header-Forward', 'Callback'],
  ])('a callback cannot have %s', async (option) => {
    for (const kind of ['Upstash-Callback', 'Upstash-Failure-Callback']) {
      const response = await publish({ [kind]: ELSEWHERE, [`${kind}-${option}`]: '1' });
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(
        new RegExp(`${kind}-${option}`, 'i')
      );
    }
  });

  // A delivery carries the first ones, and may be sent on to a publish URL.
  it.each([
    ...['Topic-Name', 'Schedule-Id', 'Message-Id', 'Retried', 'Signature', 'Caller-IP', 'Region'],
    ...['Telemetry-Sdk', 'Telemetry-Platform', 'Telemetry-Runtime', 'Feature-Set'],
    ...['Workflow-RunId', 'Workflow-Init', 'Workflow-Url'],
  ])('Upstash-%s is ignored', async (name) => {
    const response = await publish({ [`Upstash-${name}`]: 'x' });
    expect(response.status).toBe(200);
    expect(JSON.stringify(await shown(response))).not.toMatch(new RegExp(`"x"|${name}`, 'i'));
  });
});
