/** The publish rate of a token, as the official SDK reports it. */
import { QstashRatelimitError } from '@upstash/qstash';

import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

const PUBLISH = 'v2-messages.publish';
const ALL = [PUBLISH, 'v2-messages.enqueue', 'v2-messages.batch', 'v2-logs.find'];

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash({ plugin: { v2: { publishRate: { perMinute: 1, burst: 3 } } } });
});
afterAll(() => qstash.close());

const delayed = { url: ELSEWHERE, delay: '1h' } as const;
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason as QstashRatelimitError
  );

it('accepts a burst, then answers when to retry, and writes nothing', async () => {
  const client = qstash.clientWith(await qstash.token(ALL));
  for (let n = 0; n < 3; n += 1) await client.publish(delayed);
  const before = (await qstash.client.logs()).logs.length;

  const nowS = Math.floor(Date.now() / 1_000);
  const refusal = await refusalOf(client.publish(delayed));
  expect(refusal).toBeInstanceOf(QstashRatelimitError);
  expect(refusal).toMatchObject({ status: 429, limit: '3', remaining: '0' });
  expect(Number((refusal as unknown as { reset: string }).reset)).toBeGreaterThan(nowS);

  expect(await refusalOf(client.queue({ queueName: 'q' }).enqueue(delayed))).toMatchObject({
    status: 429,
  });
  expect(await refusalOf(client.batch([delayed]))).toMatchObject({ status: 429 });
  expect((await qstash.client.logs()).logs).toHaveLength(before);
  expect((await client.logs()).logs.length).toBe(before); // reading is not publishing
});

it('counts each token separately', async () => {
  const [one, other] = [await qstash.token([PUBLISH]), await qstash.token([PUBLISH])];
  const publish = (token: string) =>
    qstash.request(`/v2/publish/${ELSEWHERE}`, {
      method: 'POST',
      token,
      headers: { 'upstash-delay': '1h' },
    });
  for (let n = 0; n < 3; n += 1) expect((await publish(one)).status).toBe(200);
  const refused = await publish(one);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(await refused.json()).toEqual({
    error: expect.stringMatching(/^rate limit exceeded: .* 1 messages a minute/) as string,
  });
  expect((await publish(other)).status).toBe(200);
});

it('counts each message of a batch; a batch larger than the burst is accepted, and delays the next', async () => {
  const client = qstash.clientWith(await qstash.token(ALL));
  expect(await client.batch(Array.from({ length: 10 }, () => delayed))).toHaveLength(10);
  expect(await refusalOf(client.publish(delayed))).toMatchObject({ status: 429 });
});
