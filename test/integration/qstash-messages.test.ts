/** Batches, messages, deduplication and cancellation, with the official SDK. */
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash.close());

const later = { url: ELSEWHERE, delay: 3_600 };

describe('messages.get', () => {
  it('shows everything a message was published with', async () => {
    const notBefore = Math.floor(Date.now() / 1_000) + 3_600;
    const { messageId } = await qstash.client.publishJSON({
      url: `${ELSEWHERE}/path?a=b`,
      body: { hello: 'world' },
      method: 'PUT',
      headers: { 'x-request-id': '7', 'Upstash-Forward-bypass-tunnel-reminder': 'client-test' },
      notBefore,
      retries: 5,
      retryDelay: '1000 * retried',
      timeout: 5,
      label: ['one', 'two'],
    });
    expect(await qstash.client.messages.get(messageId)).toEqual({
      messageId,
      url: `${ELSEWHERE}/path?a=b`,
      method: 'PUT',
      header: {
        'Content-Type': ['application/json'],
        'X-Request-Id': ['7'],
        'Bypass-Tunnel-Reminder': ['client-test'],
      },
      body: '{"hello":"world"}',
      maxRetries: 5,
      retryDelayExpression: '1000 * retried',
      notBefore: notBefore * 1_000,
      createdAt: expect.any(Number) as number,
      timeout: 5,
      label: 'one',
      labels: ['one', 'two'],
      callerIP: expect.stringContaining('127.0.0.1') as string,
      callerIp: expect.stringContaining('127.0.0.1') as string,
    });
  });

  it('shows the defaults of a message without options', async () => {
    const { messageId } = await qstash.client.publish(later);
    const message = await qstash.client.messages.get(messageId);
    expect(message).toMatchObject({ method: 'POST', maxRetries: 3, url: ELSEWHERE });
    expect(message.notBefore).toBeGreaterThan(message.createdAt + 3_500_000);
    expect(Object.keys(message)).not.toContain('body');
  });

  it('shows binary bodies in base64', async () => {
    const bytes = new Uint8Array([0, 255, 254]);
    const { messageId } = await qstash.client.publish({ ...later, body: new Blob([bytes]) });
    const { bodyBase64, body } = await qstash.client.messages.get(messageId);
    expect(Buffer.from(bodyBase64 ?? '', 'base64')).toEqual(Buffer.from(bytes));
    expect(body).toBeUndefined();
  });

  it('shortens a timeout to the maximum', async () => {
    const { messageId } = await qstash.client.publish({ ...later, timeout: '2h' });
    expect(await qstash.client.messages.get(messageId)).toMatchObject({ timeout: 59 });
  });

  it('answers 404 for an unknown id', async () => {
    expect(await qstash.failure(qstash.client.messages.get('msg_none'))).toEqual({
      status: 404,
      error: 'message msg_none not found',
    });
  });
});

describe('batch', () => {
  it('answers each item in order, and sends the valid ones', async () => {
    const answers = await qstash.client.batch([
      { url: `${qstash.receiver.url}/batch/1`, body: 'one', headers: { 'x-n': '1' } },
      { url: 'no scheme at all', body: 'two' },
      { urlGroup: 'nobody', body: 'three' },
      { url: `${qstash.receiver.url}/batch/4?q=1`, body: 'four', method: 'PUT', label: 'l' },
    ]);
    expect(answers).toEqual([
      {
        messageId: expect.stringMatching(/^msg_/) as string,
        url: `${qstash.receiver.url}/batch/1`,
      },
      { error: expect.stringContaining('invalid scheme') as string },
      { error: 'topic nobody not found' },
      {
        messageId: expect.stringMatching(/^msg_/) as string,
        url: `${qstash.receiver.url}/batch/4?q=1`,
      },
    ]);
    expect((await qstash.arrival('/batch/1')).headers['x-n']).toBe('1');
    const last = await qstash.arrival('/batch/4?q=1');
    expect([last.method, last.body.toString()]).toEqual(['PUT', 'four']);
    await qstash.verify(last);
  });

  it('serializes JSON', async () => {
    const [answer] = await qstash.client.batchJSON([{ ...later, body: { a: 1 } }]);
    const message = await qstash.client.messages.get(answer?.messageId ?? '');
    expect(message.body).toBe('{"a":1}');
    expect(message.header).toMatchObject({ 'Content-Type': ['application/json'] });
  });

  it.each([['{}'], ['not json'], ['']])('refuses the body %s', async (body) => {
    const response = await qstash.request('/v2/batch', { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/^invalid body/) as string,
    });
  });
});

describe('deduplication', () => {
  it('accepts a repeated id once, and returns the first message', async () => {
    const deduplicationId = 'dedup-1';
    const first = await qstash.client.publish({ ...later, deduplicationId });
    const response = await qstash.request(`/v2/publish/${ELSEWHERE}`, {
      method: 'POST',
      headers: { 'upstash-deduplication-id': deduplicationId },
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ ...first, deduplicated: true });
  });
});

describe('messages.cancel', () => {
  const publish = async (options: object = {}): Promise<string> =>
    (await qstash.client.publish({ ...later, ...options })).messageId;

  beforeEach(async () => {
    await qstash.client.messages.cancel({ all: true });
  });

  it('cancels one, once', async () => {
    const id = await publish();
    expect(await qstash.client.messages.cancel(id)).toEqual({ cancelled: 1 });
    expect(await qstash.failure(qstash.client.messages.cancel(id))).toMatchObject({ status: 404 });
  });

  it('cancels messages by id', async () => {
    const [a, b, c] = [await publish(), await publish(), await publish()];
    expect(await qstash.client.messages.cancel([a, b])).toEqual({ cancelled: 2 });
    expect(await qstash.client.messages.cancel({ all: true })).toEqual({ cancelled: 1 });
    expect(await qstash.client.messages.cancel([c])).toEqual({ cancelled: 0 });
  });

  it('takes ids in the body of a DELETE', async () => {
    const [a, b] = [await publish(), await publish()];
    const response = await qstash.request('/v2/messages', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messageIds: [a] }),
    });
    expect(await response.json()).toEqual({ cancelled: 1 });
    expect(await qstash.client.messages.cancel(b)).toEqual({ cancelled: 1 });
  });

  it('applies a small count, and treats 100 as all', async () => {
    await Promise.all([publish(), publish(), publish()]);
    expect(await qstash.client.messages.cancel({ all: true, count: 1 })).toEqual({ cancelled: 1 });
    expect(await qstash.client.messages.cancel({ all: true, count: 100 })).toEqual({
      cancelled: 2,
    });
  });

  it.each([
    ['label', { label: 'b' }],
    ['one of labels', { label: ['b', 'never'] }],
    ['url', { url: 'https://example.com/b?x=1,2' }],
    ['host', { host: 'other.example.com', label: 'b' }],
    ['path', { path: '/b' }],
    ['date', { fromDate: new Date(0), label: 'b' }],
  ])('finds by %s', async (_what, filter) => {
    await publish({ url: 'https://example.com/a', label: 'a' });
    const url = 'host' in filter ? 'https://other.example.com/b' : 'https://example.com/b?x=1,2';
    await publish({ url, label: ['b', 'c'] });
    expect(await qstash.client.messages.cancel({ filter: filter as { label: string } })).toEqual({
      cancelled: 1,
    });
    expect(await qstash.client.messages.cancel({ all: true })).toEqual({ cancelled: 1 });
  });

  it.each(['labeel=a', 'label=', 'messageIds=', 'count=0', 'fromDate=yesterday', 'label=a,,b'])(
    'refuses ?%s instead of canceling everything',
    async (query) => {
      const id = await publish();
      const response = await qstash.request(`/v2/messages?${query}`, { method: 'DELETE' });
      expect(response.status).toBe(400);
      expect(await qstash.client.messages.cancel(id)).toEqual({ cancelled: 1 });
    }
  );

  it('prevents further attempts', async () => {
    const { messageId } = await qstash.client.publish({
      url: `${qstash.receiver.url}/canceled`,
      delay: 1,
    });
    await qstash.client.messages.cancel(messageId);
    const again = await qstash.client.publish({ url: `${qstash.receiver.url}/after`, delay: 1 });
    await qstash.arrival('/after');
    expect(again.messageId).not.toBe(messageId);
    expect(qstash.receiver.requests.map(({ path }) => path)).not.toContain('/canceled');
  });
});
