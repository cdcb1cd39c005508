/**
 * The official client, method by method: each is called by one of these suites, or refused with a reason. A
 * method of a later version fails here until it is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Client, upstash } from '@upstash/qstash';
import { verifySignatureAppRouter, verifySignatureEdge } from '@upstash/qstash/nextjs';

import type { Received } from '../support/receiver';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

let qstash: QstashFixture;

beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash.close());

const SUITES = readdirSync(__dirname)
  .filter((file) => /^(qstash-|replicas-qstash).*\.test\.ts$/.test(file))
  .map((file) => readFileSync(path.join(__dirname, file), 'utf8'))
  .join('\n');

const offline = new Client({ baseUrl: ELSEWHERE, token: 'none', devMode: false });

/** Public methods as they are in the published code, whatever its types say. */
const methodsOf = (one: object): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(one)).filter(
    (name) => name !== 'constructor' && !INTERNAL.includes(name)
  );

/** Private in the SDK's types. */
const INTERNAL = ['getAuthorizationToken'];

const PARTS: [name: string, part: object, how: string][] = [
  ['client', offline, 'client'],
  ['queue', offline.queue({ queueName: 'q' }), 'queue\\([^)]*\\)|queue'],
  ['messages', offline.messages, 'messages'],
  ['dlq', offline.dlq, 'dlq'],
  ['schedules', offline.schedules, 'schedules'],
  ['urlGroups', offline.urlGroups, 'urlGroups'],
  ['flowControl', offline.flowControl, 'flowControl'],
  ['workflow', offline.workflow, 'workflow'],
  ['chat', offline.chat(), 'chat\\(\\)'],
];

const all = PARTS.flatMap(([name, part, how]) =>
  methodsOf(part).map((method) => [name, method, how] as const)
);

it('has the known methods', () => {
  expect(all.length).toBeGreaterThan(40);
});

it.each(all)('%s.%s is called by a test', (_name, method, how) => {
  const called = new RegExp(`\\b(${how})\\s*\\.\\s*${method}\\b`);
  expect(called.test(SUITES)).toBe(true);
});

describe('older names of the SDK', () => {
  const publish = async () =>
    (await qstash.client.publish({ url: ELSEWHERE, delay: '1h', label: 'old' })).messageId;
  const gone = async (messageId: string) =>
    expect(await qstash.failure(qstash.client.messages.cancel(messageId))).toMatchObject({
      status: 404,
    });

  it('messages.delete, deleteMany and deleteAll cancel', async () => {
    const one = await publish();
    await qstash.client.messages.delete(one);
    await gone(one);
    const two = [await publish(), await publish()];
    expect(await qstash.client.messages.deleteMany(two)).toBe(2);
    await publish();
    expect(await qstash.client.messages.deleteAll()).toBe(1);
  });

  it('dlq.deleteMany removes dead letters', async () => {
    qstash.receiver.script([500]);
    await qstash.client.publish({ url: `${qstash.receiver.url}/dies`, retries: 0 });
    await qstash.arrival('/dies');
    const { messages } = await qstash.client.dlq.listMessages();
    const dlqIds = messages.map(({ dlqId }) => dlqId);
    expect(dlqIds).toHaveLength(1);
    expect(await qstash.client.dlq.deleteMany({ dlqIds })).toEqual({ deleted: 1 });
  });

  it('events lists the log, topics are URL groups', async () => {
    const { events } = await qstash.client.events({ filter: { label: 'old' } });
    expect(events.length).toBeGreaterThan(0);
    await qstash.client.topics.addEndpoints({ name: 'old', endpoints: [{ url: ELSEWHERE }] });
    expect(await qstash.client.urlGroups.get('old')).toMatchObject({ name: 'old' });
  });
});

describe('methods that are not supported', () => {
  const refused = (call: Promise<unknown>) =>
    call.then(
      () => new Error('it was accepted'),
      (error: unknown) => error as Error & { status?: number }
    );

  it('client.chat().create and prompt', async () => {
    const provider = { provider: upstash(), model: 'any' };
    const chat = qstash.client.chat();
    for (const call of [
      chat.create({ ...provider, messages: [{ role: 'user', content: 'hi' }] } as never),
      chat.prompt({ ...provider, system: 'x', user: 'hi' } as never),
    ]) {
      const error = await refused(call);
      expect(error.message).toMatch(/LLM API is not offered here: publish to the provider/);
      expect(error).toMatchObject({ status: 404 });
    }
  });

  it('client.workflow.cancel', async () => {
    const error = await refused(qstash.client.workflow.cancel('wfr_1'));
    expect(error.message).toMatch(/Upstash Workflow is not offered here/);
  });
});

describe('the Next.js helpers', () => {
  /** As Next.js would hand it over. */
  const asRequest = ({ headers, body }: Received, text = body.toString('utf8')) =>
    new Request('https://shop.example.com/api', {
      method: 'POST',
      headers: { 'upstash-signature': String(headers['upstash-signature']) },
      body: text,
    });

  it('accept messages before and after a rotation, and nothing else', async () => {
    const { jwtCurrent, jwtNext } = qstash.runtime.keys.current();
    const config = { currentSigningKey: jwtCurrent, nextSigningKey: jwtNext, devMode: false };
    const handler = () => new Response('handled');
    const router = verifySignatureAppRouter(handler, config);
    const edge = verifySignatureEdge(handler as never, config);

    const receive = async (at: string) => {
      await qstash.client.publishJSON({ url: qstash.receiver.url + at, body: { at } });
      return qstash.arrival(at);
    };
    const before = await receive('/next/before');
    await qstash.request('/v2/keys/rotate', { method: 'POST' });
    for (const request of [before, await receive('/next/after')]) {
      expect(await (await router(asRequest(request))).text()).toBe('handled');
      const answer = await edge(asRequest(request), undefined);
      expect(await answer.text()).toBe('handled');
    }
    await expect(router(asRequest(before, '{"at":"elsewhere"}'))).rejects.toThrow('body');
    const unsigned = new Request('https://shop.example.com/api', { method: 'POST', body: '{}' });
    expect((await router(unsigned)).status).toBe(403);
  });
});
