/** The dead-letter queue and the log, with the official SDK, with real failures. */
import { decodeProtectedHeader } from 'jose';

import { createReceiver } from '../support/receiver';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
  // `/503/…` is answered with 503.
  qstash.receiver.respondWith(({ path }) => ({
    status: Number(/^\/(\d{3})\b/.exec(path)?.[1] ?? 200),
    headers: { 'x-answer': 'yes' },
    body: `answer to ${path}`,
  }));
});
afterAll(() => qstash.close());

/** A message in the dead-letter queue. */
async function die(path: string, options: object = {}): Promise<string> {
  const { messageId } = await qstash.client.publish({
    url: qstash.receiver.url + path,
    body: 'body',
    retries: 0,
    ...options,
  });
  await qstash.receiver.waitFor((all) =>
    all.some(({ headers }) => headers['upstash-message-id'] === messageId)
  );
  await qstash.deliver();
  return messageId;
}

const letterOf = async (messageId: string) => {
  const { messages } = await qstash.client.dlq.listMessages({ filter: { messageId } });
  return messages[0];
};

describe('a dead letter', () => {
  it('shows its message and the last response', async () => {
    const messageId = await die('/503/a', { label: 'one' });
    const letter = await letterOf(messageId);
    expect(letter).toMatchObject({
      messageId,
      dlqId: expect.stringMatching(/^\d+-\d+$/) as string,
      url: `${qstash.receiver.url}/503/a`,
      body: 'body',
      maxRetries: 0,
      label: 'one',
      responseStatus: 503,
      responseBody: 'answer to /503/a',
    });
    expect(letter?.responseHeader).toMatchObject({ 'X-Answer': ['yes'] });
    const response = await qstash.request(`/v2/dlq/${letter?.dlqId}`);
    expect(await response.json()).toMatchObject({ messageId, responseStatus: 503 });
  });

  it('says why there was no response', async () => {
    const gone = await createReceiver();
    await gone.close();
    const { messageId } = await qstash.client.publish({ url: gone.url, retries: 0 });
    await qstash.deliver();
    expect(await letterOf(messageId)).toMatchObject({
      responseStatus: 0,
      responseBody: expect.stringMatching(/refused/i) as string,
    });
  });

  it('is created at once by 489 with Upstash-NonRetryable-Error', async () => {
    qstash.receiver.script([{ status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' } }]);
    const messageId = await die('/hopeless', { retries: 5 });
    expect(await letterOf(messageId)).toMatchObject({ responseStatus: 489, maxRetries: 5 });
  });

  it('can be deleted, once', async () => {
    const letter = await letterOf(await die('/503/b'));
    expect(await qstash.client.dlq.delete(letter?.dlqId ?? '')).toEqual({ deleted: 1 });
    expect(await qstash.failure(qstash.client.dlq.delete(letter?.dlqId ?? ''))).toMatchObject({
      status: 404,
    });
  });

  // SQLite does one thing at a time anyway; on PostgreSQL these meet.
  it('is either deleted or retried when both are requested at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => die(`/503/race/${n}`)));
    for (const messageId of ids) {
      const dlqId = (await letterOf(messageId))?.dlqId ?? '';
      const answers = await Promise.all([
        qstash.request(`/v2/dlq/${dlqId}`, { method: 'DELETE' }),
        qstash.request(`/v2/dlq/retry/${dlqId}`, { method: 'POST' }),
      ]);
      expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
      expect(answers.find(({ ok }) => !ok)?.status).toBe(404);
    }
    await qstash.deliver();
    for (const { dlqId } of (await qstash.client.dlq.listMessages()).messages) {
      await qstash.client.dlq.delete(dlqId);
    }
  });

  it('is replaced by a new message when retried', async () => {
    const messageId = await die('/500/retry', { label: 'kept' });
    const letter = await letterOf(messageId);
    qstash.receiver.script([200]);
    const { responses } = await qstash.client.dlq.retry(letter?.dlqId ?? '');
    const [retried] = responses;
    expect(retried?.messageId).not.toBe(messageId);
    await qstash.receiver.waitFor((all) =>
      all.some(({ headers }) => headers['upstash-message-id'] === retried?.messageId)
    );
    await qstash.deliver();
    const request = qstash.receiver.requests.at(-1);
    expect(request?.body.toString()).toBe('body');
    await qstash.verify(request);
    expect(await qstash.client.messages.get(retried?.messageId ?? '')).toMatchObject({
      label: 'kept',
    });
    expect(await letterOf(messageId)).toBeUndefined();
    expect(await qstash.failure(qstash.client.dlq.delete(letter?.dlqId ?? ''))).toMatchObject({
      status: 404,
    });
    expect(await qstash.failure(qstash.client.dlq.retry(letter?.dlqId ?? ''))).toMatchObject({
      status: 404,
    });
  });

  it('is retried with the options of the call', async () => {
    const letter = await letterOf(await die('/500/override', { headers: { 'x-a': '1' } }));
    const response = await qstash.request(`/v2/dlq/retry/${letter?.dlqId}`, {
      method: 'POST',
      headers: {
        'upstash-retries': '7',
        'upstash-delay': '1h',
        'upstash-method': 'PUT',
        'upstash-forward-x-b': '2',
      },
    });
    expect(response.status).toBe(201);
    const { messageId } = (await response.json()) as { messageId: string };
    expect(await qstash.client.messages.get(messageId)).toMatchObject({
      maxRetries: 7,
      method: 'PUT',
      header: { 'X-A': ['1'], 'X-B': ['2'] },
    });
    await qstash.client.messages.cancel(messageId);
  });
});

/** The SDK's `dlq.retry` has no argument for headers. */
interface Requester {
  request(call: object): Promise<{ responses: { messageId: string }[] }>;
}

describe('a retry with overrides, by the SDK', () => {
  const retry = (messageId: string, headers: Record<string, string>) =>
    letterOf(messageId).then((letter) =>
      (qstash.client as unknown as { http: Requester }).http.request({
        method: 'POST',
        path: ['v2', 'dlq', 'retry'],
        query: { dlqIds: [letter?.dlqId ?? ''] },
        headers,
      })
    );

  const retryAs = async (headers: Record<string, string>, path = '/500/as') =>
    retry(await die(path, { headers: { 'x-a': '1' }, label: 'old' }), headers);

  it('overrides every option that may change', async () => {
    const { responses } = await retryAs({
      'Upstash-Retries': '1',
      'Upstash-Retry-Delay': '5000 * (1 + retried)',
      'Upstash-Delay': '1h',
      'Upstash-Timeout': '7s',
      'Upstash-Method': 'PATCH',
      'Upstash-Label': 'new,newer',
      'Upstash-Forward-X-A': '2',
      'Upstash-Callback': `${ELSEWHERE}/called`,
      'Upstash-Failure-Callback': `${ELSEWHERE}/failed`,
      'Upstash-Redact-Fields': 'body',
      'Upstash-Flow-Control-Key': 'retries',
      'Upstash-Flow-Control-Value': 'parallelism=2, rate=3, period=1m',
    });
    const messageId = responses[0]?.messageId ?? '';
    const message = await qstash.client.messages.get(messageId);
    expect(message).toMatchObject({
      maxRetries: 1,
      retryDelayExpression: '5000 * (1 + retried)',
      method: 'PATCH',
      label: 'new',
      labels: ['new', 'newer'],
      header: { 'X-A': ['2'] },
      body: expect.stringMatching(/^REDACTED:/) as string,
      callback: `${ELSEWHERE}/called`,
      failureCallback: `${ELSEWHERE}/failed`,
      flowControlKey: 'retries',
      parallelism: 2,
      rate: 3,
      period: 60,
    });
    expect(message.notBefore).toBeGreaterThan(Date.now() + 3_000_000);
    expect(await qstash.client.flowControl.get('retries')).toMatchObject({
      waitListSize: 1,
      parallelismMax: 2,
      rateMax: 3,
    });
    await qstash.client.messages.cancel(messageId);
  });

  it('waits for its new flow-control key', async () => {
    await qstash.client.flowControl.pin('held', { parallelism: 1 });
    await qstash.client.flowControl.pause('held');
    const { responses } = await retryAs(
      { 'Upstash-Flow-Control-Key': 'held', 'Upstash-Flow-Control-Value': 'parallelism=1' },
      '/500/held'
    );
    const messageId = responses[0]?.messageId ?? '';
    const came = () =>
      qstash.receiver.requests.some(({ headers }) => headers['upstash-message-id'] === messageId);
    await qstash.deliver();
    expect(came()).toBe(false);
    qstash.receiver.script([200]);
    await qstash.client.flowControl.resume('held');
    await qstash.deliver();
    await qstash.receiver.waitFor(came);
  });

  it('no longer waits for the key of its message', async () => {
    const flowControl = { key: 'first', parallelism: 1 };
    const { responses } = await retry(await die('/500/moves', { flowControl }), {
      'Upstash-Delay': '1h',
      'Upstash-Flow-Control-Key': 'second',
      'Upstash-Flow-Control-Value': 'rate=5',
    });
    expect(await qstash.client.flowControl.get('first')).toMatchObject({ waitListSize: 0 });
    expect(await qstash.client.flowControl.get('second')).toMatchObject({ waitListSize: 1 });
    await qstash.client.messages.cancel(responses[0]?.messageId ?? '');
  });

  it('is signed with the requested algorithm', async () => {
    qstash.receiver.script([500, 200]);
    const { responses } = await retryAs({ 'Upstash-Signature-Algorithm': 'EdDSA' }, '/signed');
    const isIt = ({ headers }: { headers: Record<string, unknown> }) =>
      headers['upstash-message-id'] === responses[0]?.messageId;
    await qstash.receiver.waitFor((all) => all.some(isIt));
    const token = String(qstash.receiver.requests.find(isIt)?.headers['upstash-signature']);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA' });
  });

  it.each([
    ['a callback to a private address', { 'Upstash-Callback': 'http://10.0.0.1/' }, /callback url/],
    ["a handler of the host's code", { 'Upstash-Callback': 'strapi:any' }, /callback url/],
    ['a failure callback likewise', { 'Upstash-Failure-Callback': 'strapi:any' }, /callback url/],
    ['a value without a key', { 'Upstash-Flow-Control-Value': 'rate=1' }, /flow-control-key/],
    ['retries that are no number', { 'Upstash-Retries': 'many' }, /upstash-retries/],
  ])('%s is refused, and the dead letter stays', async (_what, headers, text) => {
    const refused = await qstash.failure(retryAs(headers, '/500/stays'));
    expect(refused).toMatchObject({ status: 400, error: expect.stringMatching(text) as string });
    const { messages } = await qstash.client.dlq.listMessages({
      filter: { url: `${qstash.receiver.url}/500/stays` },
    });
    expect(messages.length).toBeGreaterThan(0);
  });
});

describe('many dead letters', () => {
  beforeAll(async () => {
    await qstash.client.dlq.delete({ all: true });
    for (const n of [1, 2, 3]) await die(`/503/many/${n}`, { label: ['many', `n${n}`] });
    await die('/500/many/4', { label: 'other' });
  });

  it('are listed newest first, page by page', async () => {
    const first = await qstash.client.dlq.listMessages({ count: 3 });
    expect(first.messages.map(({ url }) => url.slice(-1))).toEqual(['4', '3', '2']);
    const second = await qstash.client.dlq.listMessages({ count: 3, cursor: first.cursor });
    expect(second.messages.map(({ url }) => url.slice(-1))).toEqual(['1']);
    expect(second.cursor).toBeUndefined();
  });

  it.each([
    ['label', { label: 'many' }, ['3', '2', '1']],
    ['labels', { label: ['n1', 'other'] }, ['4', '1']],
    ['status', { responseStatus: 500 }, ['4']],
    ['statuses', { responseStatus: [500, 503], label: 'n2' }, ['2']],
    ['date', { toDate: 1 }, []],
    ['group', { urlGroup: 'none' }, []],
  ])('are found by %s', async (_what, filter, found) => {
    const { messages } = await qstash.client.dlq.listMessages({ filter });
    expect(messages.map(({ url }) => url.slice(-1))).toEqual(found);
  });

  it('are found by id', async () => {
    const { messages } = await qstash.client.dlq.listMessages({ count: 2 });
    const dlqIds = messages.map(({ dlqId }) => dlqId);
    const found = await qstash.client.dlq.listMessages({ dlqIds });
    expect(found.messages.map(({ dlqId }) => dlqId).sort()).toEqual([...dlqIds].sort());
    expect(found.cursor).toBeUndefined();
  });

  it.each([
    ['DELETE', '/v2/dlq?labeel=many'],
    ['DELETE', '/v2/dlq?host=127.0.0.1'],
    ['DELETE', '/v2/dlq?dlqIds='],
    ['POST', '/v2/dlq/retry?labeel=many'],
    ['GET', '/v2/dlq?labeel=many'],
    ['GET', '/v2/dlq?cursor=elsewhere'],
  ])('%s %s is refused without effect', async (method, path) => {
    const response = await qstash.request(path, { method });
    expect(response.status).toBe(400);
    expect((await qstash.client.dlq.listMessages()).messages).toHaveLength(4);
  });

  it('are retried by filter, page by page', async () => {
    const first = await qstash.client.dlq.retry({ filter: { label: 'many' }, count: 2 });
    expect(first.responses).toHaveLength(2);
    await qstash.deliver(); // they are dead again, and not on the next page
    const second = await qstash.client.dlq.retry({
      filter: { label: 'many' },
      count: 2,
      cursor: first.cursor,
    });
    expect(second.responses).toHaveLength(1);
    expect(second.cursor).toBeUndefined();
    await qstash.receiver.waitFor((all) =>
      [...first.responses, ...second.responses].every(({ messageId }) =>
        all.some(({ headers }) => headers['upstash-message-id'] === messageId)
      )
    );
    await qstash.deliver();
    expect((await qstash.client.dlq.listMessages()).messages).toHaveLength(4);
  });

  it('are deleted by ids in a body, by filter, and all at once', async () => {
    const { messages } = await qstash.client.dlq.listMessages({ filter: { label: 'n1' } });
    const response = await qstash.request('/v2/dlq', {
      method: 'DELETE',
      body: JSON.stringify({ dlqIds: [messages[0]?.dlqId] }),
    });
    expect(await response.json()).toEqual({ deleted: 1 });
    expect(await qstash.client.dlq.delete({ filter: { label: 'other' } })).toEqual({ deleted: 1 });
    expect(await qstash.client.dlq.delete({ all: true, count: 1 })).toEqual({
      deleted: 1,
      cursor: expect.any(String) as string,
    });
    expect(await qstash.client.dlq.delete({ all: true })).toEqual({ deleted: 1 });
    expect(await qstash.client.dlq.delete({ all: true })).toEqual({ deleted: 0 });
  });
});

describe('the log', () => {
  const statesOf = async (messageId: string) =>
    (await qstash.client.logs({ filter: { messageId } })).logs.map(({ state }) => state);

  it('lists a delivery, newest entry first', async () => {
    const { messageId } = await qstash.client.publishJSON({
      url: `${qstash.receiver.url}/log/ok`,
      body: { a: 1 },
      label: 'logged',
      retryDelay: '1000',
    });
    await qstash.arrival('/log/ok');
    expect(await statesOf(messageId)).toEqual(['DELIVERED', 'ACTIVE', 'CREATED']);
    const { logs } = await qstash.client.logs({ filter: { messageId, state: 'DELIVERED' } });
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatchObject({
      messageId,
      url: `${qstash.receiver.url}/log/ok`,
      body: Buffer.from('{"a":1}').toString('base64'),
      header: { 'Content-Type': ['application/json'] },
      label: 'logged',
      labels: ['logged'],
      maxRetries: 3,
      retryDelayExpr: '1000',
      retryDelayExpression: '1000',
    });
  });

  it('lists a retry with the response', async () => {
    qstash.receiver.script([500]);
    const { messageId } = await qstash.client.publish({
      url: `${qstash.receiver.url}/log/retry`,
      retries: 1,
      retryDelay: '3600000',
    });
    await qstash.receiver.waitFor((all) => all.some(({ path }) => path === '/log/retry'));
    await qstash.deliver();
    expect(await statesOf(messageId)).toEqual(['RETRY', 'ERROR', 'ACTIVE', 'CREATED']);
    const { logs } = await qstash.client.logs({ filter: { messageId, state: 'ERROR' } });
    expect(logs[0]).toMatchObject({
      error: 'destination responded with status 500',
      responseStatus: 500,
      nextDeliveryTime: expect.any(Number) as number,
    });
    await qstash.client.messages.cancel(messageId);
    expect(await statesOf(messageId)).toEqual([
      'CANCELED',
      'CANCEL_REQUESTED',
      'ERROR',
      'ACTIVE',
      'CREATED',
    ]);
  });

  it('lists a failure', async () => {
    const messageId = await die('/400/log');
    expect(await statesOf(messageId)).toEqual(['FAILED', 'ERROR', 'ACTIVE', 'CREATED']);
    const { logs } = await qstash.client.logs({ filter: { messageId, state: 'FAILED' } });
    expect(logs).toHaveLength(1);
  });

  it('lists every entry once, with any page size', async () => {
    const whole = (await qstash.client.logs({ count: 1_000 })).logs.map(key);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await qstash.client.logs({ count: 3, ...(cursor && { cursor }) });
      expect(page.logs.length).toBeLessThanOrEqual(3);
      paged.push(...page.logs.map(key));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(paged).toHaveLength(whole.length);
    expect([...paged].sort()).toEqual([...whole].sort());
    expect(new Set(paged).size).toBe(paged.length);
  });

  const key = (log: { messageId: string; state: string; time: number }): string =>
    `${log.messageId} ${log.state} ${log.time}`;

  it.each([
    ['label=logged', true],
    ['host=127.0.0.1', true],
    ['path=/log/ok', true],
    ['path=/log', false],
    ['state=IN_PROGRESS&path=/log/retry', true],
    ['state=CANCELLED', true],
    ['fromDate=1&toDate=2', false],
    ['topicName=none', false],
  ])('is filtered by %s', async (query, some) => {
    const response = await qstash.request(`/v2/logs?${query}`);
    const { logs, events } = (await response.json()) as { logs: object[]; events: object[] };
    expect(events).toEqual(logs);
    expect(logs.length > 0).toBe(some);
  });

  it.each(['state=GONE', 'order=earliestFirst', 'cursor=1', 'count=many', 'surprise=1'])(
    'refuses ?%s',
    async (query) => {
      expect((await qstash.request(`/v2/events?${query}`)).status).toBe(400);
    }
  );
});
