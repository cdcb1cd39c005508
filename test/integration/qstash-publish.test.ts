/** Publishing with the official SDK, and what arrives. */
import { bootWire, ELSEWHERE, type Wire } from './qstash-fixture';

let wire: Wire;

beforeAll(async () => {
  wire = await bootWire();
});
afterAll(() => wire.close());

describe('publish', () => {
  it('delivers JSON, signed for that URL', async () => {
    const { messageId } = await wire.client.publishJSON({
      url: `${wire.receiver.url}/json?a=1`,
      body: { hello: 'world' },
      headers: { 'X-Request-Id': '7', 'Upstash-Forward-Other': 'value' },
    });
    const request = await wire.arrival('/json?a=1');
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
    await wire.verify(request);
    await expect(wire.verify({ ...request, path: '/other' })).rejects.toThrow(/invalid subject/);
    await expect(wire.verify({ ...request, body: Buffer.from('{}') })).rejects.toThrow(/body hash/);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'] as const)('calls with %s', async (method) => {
    await wire.client.publish({ url: `${wire.receiver.url}/method/${method}`, method, body: 'b' });
    const request = await wire.arrival(`/method/${method}`);
    expect(request.method).toBe(method);
    await wire.verify(request);
  });

  it('delivers the exact bytes, whatever they are', async () => {
    const bytes = Buffer.from([0, 255, 254, 10, 13, 0, 195, 40]);
    const response = await wire.request(`/v2/publish/${wire.receiver.url}/bytes`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' },
      body: bytes,
    });
    expect(response.status).toBe(200);
    const request = await wire.arrival('/bytes');
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
    await wire.request(`/v2/publish/${wire.receiver.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const request = await wire.arrival(path);
    expect(request.body.toString()).toBe(body);
    expect(request.headers['content-type']).toBe(type);
  });

  it('answers with the id and the URL', async () => {
    const url = `${wire.receiver.url}/answer`;
    const response = await wire.request(`/v2/publish/${url}`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      messageId: expect.stringMatching(/^msg_/) as string,
      url,
    });
  });

  it('takes options from the query, and leaves the destination its own', async () => {
    const query = 'keep=%20me&upstash-method=PUT&upstash-forward-x-a=b&upstash-retries=0&last';
    const response = await fetch(
      `${wire.url}/v2/publish/${wire.receiver.url}/query?${query}&qstash_token=${wire.app.http.apiToken}`,
      { method: 'POST', body: 'x' }
    );
    expect(await response.json()).toMatchObject({
      url: `${wire.receiver.url}/query?keep=%20me&last`,
    });
    const request = await wire.arrival('/query?keep=%20me&last');
    expect(request.method).toBe('PUT');
    expect(request.headers['x-a']).toBe('b');
  });

  it('forwards every header when asked to, and no token', async () => {
    await wire.request(`/v2/publish/${wire.receiver.url}/forward?upstash-header-forward=true`, {
      method: 'POST',
      headers: { 'x-github-event': 'push', cookie: 'a=b' },
      body: 'x',
    });
    const request = await wire.arrival('/forward');
    expect(request.headers['x-github-event']).toBe('push');
    expect(request.headers).not.toHaveProperty('authorization');
    expect(request.headers).not.toHaveProperty('cookie');
    expect(request.headers.host).toBe(`127.0.0.1:${wire.receiver.port}`);
  });

  it('finds the destination although a proxy merged its slashes', async () => {
    const merged = `${wire.receiver.url}/merged`.replace('://', ':/');
    const response = await wire.request(`/v2/publish/${merged}`, { method: 'POST', body: 'x' });
    expect(await response.json()).toMatchObject({ url: `${wire.receiver.url}/merged` });
  });

  it('passes the client’s own headers on with each message', async () => {
    const client = wire.clientWith(wire.app.http.apiToken, { headers: { 'x-global': 'g' } });
    await client.publish({ url: `${wire.receiver.url}/global`, body: 'x' });
    expect((await wire.arrival('/global'))?.headers['x-global']).toBe('g');
  });
});

describe('a receiver that fails', () => {
  const at = (path: string) => wire.receiver.requests.filter((request) => request.path === path);

  it('is called again when it says so, whatever the delay of the message', async () => {
    wire.receiver.script([{ status: 503, headers: { 'retry-after': '0' } }]);
    const { messageId } = await wire.client.publish({
      url: `${wire.receiver.url}/retry-after`,
      body: 'x',
      retries: 1,
      retryDelay: '3600000',
    });
    await wire.receiver.waitFor(() => at('/retry-after').length === 2);
    const [first, second] = at('/retry-after');
    expect(second?.headers).toMatchObject({
      'upstash-message-id': messageId,
      'upstash-retried': '1',
    });
    expect(second?.headers['upstash-signature']).not.toBe(first?.headers['upstash-signature']);
    await wire.verify(second);
  });

  it('is called once without retries', async () => {
    wire.receiver.script([503]);
    await wire.client.publish({ url: `${wire.receiver.url}/no-retries`, retries: 0 });
    await wire.arrival('/no-retries');
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
    const response = await wire.request(`/v2/publish/${destination}`, { method: 'POST' });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: text });
  });

  it.each([
    ['http://127.0.0.2/', 'loopback address: 127.0.0.2'],
    ['http://localhost/', 'loopback address: 127.0.0.1'],
    ['http://[::1]/', 'loopback address: ::1'],
  ])('the loopback address %s', async (url, text) => {
    const error = await wire.failure(wire.client.publish({ url }));
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
    const before = await wire.runtime.store.maxMessageId();
    const error = await wire.failure(
      wire.client.publish({ url: ELSEWHERE, ...(options as { delay?: '1s' }) })
    );
    expect(error.status).toBe(status);
    expect(error.error).toMatch(text);
    expect(await wire.runtime.store.maxMessageId()).toBe(before);
  });

  it('a message over the limit', async () => {
    const body = 'x'.repeat(wire.runtime.config.payload.maxBytes + 1);
    const error = await wire.failure(wire.client.publish({ url: ELSEWHERE, body }));
    expect(error.status).toBe(413);
    expect(error.error).toMatch(/exceeds the limit of 1048576 bytes/);
  });

  it.each([
    ['GET', '/v2/publish/https://example.com', 405],
    ['POST', '/v2/nothing', 404],
    ['GET', '/v2', 404],
    ['PUT', '/v2/topics/a', 405],
  ])('%s %s', async (method, path, status) => {
    const response = await wire.request(path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) as string });
  });
});

/** Headers that Upstash documents, has documented, or sends with its clients. */
describe('an Upstash header has an effect, is refused, or is documented as ignored', () => {
  const URL = `${ELSEWHERE}/header`;
  const publish = (headers: Record<string, string>) =>
    wire.request(`/v2/publish/${URL}`, {
      method: 'POST',
      headers: { 'upstash-delay': '1h', ...headers },
      body: '{}',
    });
  const shown = async (response: Response) => {
    const { messageId } = (await response.json()) as { messageId: string };
    return (await (await wire.request(`/v2/messages/${messageId}`)).json()) as object;
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
      const response = await wire.request(`/v2/${path}/${URL}`, {
        method: 'POST',
        headers: { [name]: value },
      });
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(text);
    }
    const query = `${name.toLowerCase()}=${encodeURIComponent(value)}`;
    expect((await wire.request(`/v1/publish/${URL}?${query}`, { method: 'POST' })).status).toBe(400); // prettier-ignore
    const [item] = await wire.client.batch([{ url: URL, headers: { [name]: value } }]);
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
