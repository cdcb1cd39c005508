/** Callbacks, failure callbacks, content-based deduplication and redaction, with the official SDK. */
import type { Received } from '../support/receiver';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
  qstash.receiver.respondWith(({ path }) => ({
    status: Number(/^\/(\d{3})\b/.exec(path)?.[1] ?? 200),
    headers: { 'x-answer': 'yes' },
    body: `answer to ${path}`,
  }));
});
afterAll(() => qstash.close());

interface CallbackJson {
  status: number;
  header: Record<string, string[]>;
  body: string;
  retried: number;
  maxRetries: number;
  sourceMessageId: string;
  sourceHeader: Record<string, string[]>;
  sourceBody: string;
  dlqId?: string;
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();

async function callbacks(path: string, count: number): Promise<[Received, CallbackJson][]> {
  const here = () => qstash.receiver.requests.filter((request) => request.path === path);
  await qstash.receiver.waitFor(() => here().length >= count);
  await qstash.deliver();
  expect(here()).toHaveLength(count);
  return here().map((request) => [request, JSON.parse(String(request.body)) as CallbackJson]);
}

describe('a callback', () => {
  it('reports a delivery, signed, with both bodies', async () => {
    const { messageId } = await qstash.client.publishJSON({
      url: `${qstash.receiver.url}/target?a=b`,
      body: { n: 1 },
      headers: {
        'x-a': '1',
        'Upstash-Callback-Forward-X-Key': 'secret',
        'Upstash-Callback-Method': 'PUT',
      },
      callback: `${qstash.receiver.url}/called-back?foo=bar`,
    });
    const [[request, body] = []] = await callbacks('/called-back?foo=bar', 1);
    await qstash.verify(request);
    expect(request?.method).toBe('PUT');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-key': 'secret',
    });
    expect(request?.headers['upstash-message-id']).not.toBe(messageId);
    expect(body).toMatchObject({
      status: 200,
      retried: 0,
      maxRetries: 3,
      sourceMessageId: messageId,
      url: `${qstash.receiver.url}/target?a=b`,
      method: 'POST',
      notBefore: expect.any(Number) as number,
      createdAt: expect.any(Number) as number,
    });
    expect(body?.header).toMatchObject({ 'X-Answer': ['yes'] });
    expect(body?.sourceHeader).toMatchObject({ 'X-A': ['1'] });
    expect([decoded(body?.body ?? ''), decoded(body?.sourceBody ?? '')]).toEqual([
      'answer to /target?a=b',
      '{"n":1}',
    ]);
    expect(body).not.toHaveProperty('dlqId');
    expect(await qstash.client.messages.get(messageId)).toMatchObject({
      callback: `${qstash.receiver.url}/called-back?foo=bar`,
    });
  });

  it('is sent after every attempt; a failure callback once, when the message has failed', async () => {
    const { messageId } = await qstash.client.publish({
      url: `${qstash.receiver.url}/500/always`,
      retries: 2,
      retryDelay: '0',
      callback: `${qstash.receiver.url}/each`,
      failureCallback: `${qstash.receiver.url}/failed`,
    });
    const each = await callbacks('/each', 3);
    expect(each.map(([, body]) => body.retried).sort()).toEqual([0, 1, 2]);
    const [[request, failed] = []] = await callbacks('/failed', 1);
    await qstash.verify(request);
    expect(failed).toMatchObject({
      status: 500,
      retried: 2,
      maxRetries: 2,
      sourceMessageId: messageId,
    });
    const { messages } = await qstash.client.dlq.listMessages({ filter: { messageId } });
    expect(failed?.dlqId).toBe(messages[0]?.dlqId);
  });

  it('is not sent for a canceled message', async () => {
    const { messageId } = await qstash.client.publish({
      url: `${qstash.receiver.url}/never`,
      delay: 3_600,
      callback: `${qstash.receiver.url}/never-called-back`,
    });
    await qstash.client.messages.cancel(messageId);
    await qstash.deliver();
    const paths = qstash.receiver.requests.map(({ path }) => path);
    expect(paths).not.toContain('/never-called-back');
  });

  it('may have a failure callback, which has no callbacks', async () => {
    await qstash.client.publish({
      url: `${qstash.receiver.url}/ok`,
      retries: 0,
      callback: `${qstash.receiver.url}/500/callback`,
      headers: { 'Upstash-Callback-Failure-Callback': `${qstash.receiver.url}/500/nested` },
    });
    const [[, nested] = []] = await callbacks('/500/nested', 1);
    expect(nested).toMatchObject({ status: 500, url: `${qstash.receiver.url}/500/callback` });
  });
});

describe('content-based deduplication', () => {
  const publish = (body: string, extra: object = {}) =>
    qstash.client.publish({
      url: ELSEWHERE,
      body,
      delay: 3_600,
      contentBasedDeduplication: true,
      ...extra,
    });

  it('recognizes the same content', async () => {
    const first = await publish('same');
    expect(await publish('same')).toEqual({ ...first, deduplicated: true });
  });

  it.each([
    ['body', 'other', {}],
    ['headers', 'same', { headers: { 'x-a': '1' } }],
    ['destination', 'same', { url: `${ELSEWHERE}/other` }],
  ])('distinguishes another %s', async (_what, body, extra) => {
    const first = await publish('same');
    const second = await publish(body, extra);
    expect(second.messageId).not.toBe(first.messageId);
    expect(second).not.toHaveProperty('deduplicated');
  });
});

describe('redaction', () => {
  it('shows a hash, and delivers the value', async () => {
    const { messageId } = await qstash.client.publish({
      url: `${qstash.receiver.url}/redacted`,
      body: 'the secret body',
      headers: { Authorization: 'the secret header', 'x-open': 'open' },
      redact: { body: true, header: ['Authorization'] },
    });
    const request = await qstash.arrival('/redacted');
    expect(request.body.toString()).toBe('the secret body');
    expect(request.headers.authorization).toBe('the secret header');
    const redacted = expect.stringMatching(/^REDACTED:[0-9a-f]{64}$/) as string;
    const message = await qstash.client.messages.get(messageId);
    expect(message.body).toEqual(redacted);
    expect(message.header).toMatchObject({ Authorization: [redacted], 'X-Open': ['open'] });
    const log = await qstash.request(`/v2/events?messageId=${messageId}`);
    expect(await log.text()).not.toMatch(/the secret|dGhlIHNlY3JldCBib2R5/);
  });

  it('hides every header on request', async () => {
    const { messageId } = await qstash.client.publish({
      url: ELSEWHERE,
      delay: 60,
      headers: { 'x-a': '1' },
      redact: { header: true },
    });
    const { header } = await qstash.client.messages.get(messageId);
    expect(header?.['X-A']?.[0]).toMatch(/^REDACTED:/);
  });
});
