import { createHmac } from 'node:crypto';

import { jwtVerify } from 'jose';
import { Webhook } from 'standardwebhooks';

import type { ClaimedMessage } from './message';
import { storeBody } from './payload';
import { renderRequest, type RequestInput } from './request';
import { newSecret } from '../signing/signature';

const NOW = 1_700_000_000_999;
const SECRET = newSecret(new Uint8Array(32).fill(7));
const BODY = '{"event":"entry.create","createdAt":"2026-01-02T03:04:05.678Z"}';

const message = (overrides: Partial<ClaimedMessage> = {}): ClaimedMessage => ({
  id: 1,
  messageId: 'msg_1',
  leaseToken: 'lease',
  endpointId: 1,
  endpointName: 'Search',
  topicName: 'content',
  url: 'https://as-it-was.example.com/',
  method: 'POST',
  lane: 'e:1',
  headers: {},
  signatures: ['standard'],
  retryPolicy: null,
  timeoutMs: null,
  retried: 2,
  attempts: 2,
  notBefore: NOW,
  enqueuedAt: NOW,
  sourceMessageId: null,
  event: {
    id: 1,
    name: 'entry.create',
    uid: 'api::article.article',
    source: 'content',
    occurredAt: NOW,
  },
  body: storeBody(Buffer.from(BODY)),
  contentType: 'application/json',
  ...overrides,
});

const settings = {
  url: 'https://example.com/hook?token=s3cret',
  method: 'POST',
  headers: {},
  timeoutMs: 30_000,
};

const input = (overrides: Partial<RequestInput> = {}): RequestInput => ({
  message: message(),
  settings,
  secrets: [SECRET],
  jti: 'jwt_1',
  userAgent: 'Strapi-Guaranteed-Webhooks/1',
  now: NOW,
  ...overrides,
});

const render = (overrides?: Partial<RequestInput>) => renderRequest(input(overrides));

it('is the endpoint’s URL, the exact body, and every header we promise', async () => {
  const { request } = await render();
  expect(request).toEqual({
    url: settings.url,
    method: 'POST',
    timeoutMs: 30_000,
    body: Buffer.from(BODY),
    headers: {
      'User-Agent': 'Strapi-Guaranteed-Webhooks/1',
      'Content-Type': 'application/json',
      'X-Strapi-Event': 'entry.create',
      'Upstash-Message-Id': 'msg_1',
      'Upstash-Retried': '2',
      'Guaranteed-Webhooks-Hops': '1',
      'Upstash-Topic-Name': 'content',
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': expect.stringMatching(/^v1,/) as string,
    },
  });
});

it('names the schedule and the publisher it comes from', async () => {
  const published = message({ scheduleId: 'scd_1', callerIp: '192.0.2.7' });
  const { request } = await render({ message: published });
  expect(request.headers).toMatchObject({
    'Upstash-Schedule-Id': 'scd_1',
    'Upstash-Caller-IP': '192.0.2.7',
  });
});

it.each([
  ['entry.publish', 'entry.publish'],
  ['save 10%', 'save 10%'],
  ['bestellung.geprüft', 'bestellung.gepr%C3%BCft'],
  ['注文 100%', '%E6%B3%A8%E6%96%87 100%25'],
  ['done ✓\n', 'done %E2%9C%93%0A'],
  ['half \ud83d', 'half %EF%BF%BD'],
])('sends the name %j as a header that can be sent: %s', async (name, sent) => {
  const event = { id: 1, name, uid: null, source: 'hub' as const, occurredAt: NOW };
  const { request } = await render({ message: message({ topicName: name, event }) });
  expect(request.headers).toMatchObject({ 'X-Strapi-Event': sent, 'Upstash-Topic-Name': sent });
});

it('verifies with the Standard Webhooks library', async () => {
  const { request } = await render({ now: Date.now() });
  expect(new Webhook(SECRET).verify(request.body, request.headers)).toEqual(JSON.parse(BODY));
});

it('sends bytes that are no text as they are', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  const { request } = await render({ message: message({ body: storeBody(bytes) }) });
  expect(request.body.equals(bytes)).toBe(true);
});

it('leaves out what the message does not have', async () => {
  const event = { id: 1, name: '', uid: null, source: 'api' as const, occurredAt: NOW };
  const { request } = await render({ message: message({ topicName: null, event }) });
  expect(request.headers).not.toHaveProperty('X-Strapi-Event');
  expect(request.headers).not.toHaveProperty('Upstash-Topic-Name');
});

it('layers headers: the endpoint’s, the message’s, ours', async () => {
  const { request } = await render({
    settings: {
      ...settings,
      headers: {
        'X-A': 'endpoint',
        'X-B': 'endpoint',
        'WEBHOOK-ID': 'forged',
        'content-type': 'x/y',
      },
    },
    message: message({ headers: { 'x-b': 'message', 'upstash-retried': '99' } }),
  });
  expect(request.headers).toMatchObject({
    'X-A': 'endpoint',
    'x-b': 'message',
    'webhook-id': 'msg_1',
    'Upstash-Retried': '2',
    'Content-Type': 'application/json',
  });
  const names = Object.keys(request.headers).map((name) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
});

it.each(['GET', 'head'])('%s carries no body, and signs none', async (method) => {
  const { request } = await render({ settings: { ...settings, method }, now: Date.now() });
  expect(request.method).toBe(method.toUpperCase());
  expect(request.body).toHaveLength(0);
  expect(request.headers).not.toHaveProperty('Content-Type');
  expect(() => new Webhook(SECRET).verify('', request.headers)).not.toThrow();
});

describe('signatures', () => {
  it('signs with both secrets during a rotation', async () => {
    const { request } = await render({ secrets: [SECRET, newSecret(new Uint8Array(24))] });
    expect(request.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  });

  it('adds a JWT when the message asks for one', async () => {
    const { request } = await render({
      message: message({ signatures: ['standard', 'jwt'] }),
      jwtKey: { alg: 'HS256', text: 'sig_1' },
    });
    const token = request.headers['Upstash-Signature'] ?? '';
    const { payload } = await jwtVerify(token, Buffer.from('sig_1'), {
      currentDate: new Date(NOW),
    });
    expect(payload).toMatchObject({ sub: settings.url, jti: 'jwt_1' });
    expect(request.headers).toHaveProperty('webhook-signature');
  });

  it('makes no JWT when none is asked for: the key is not even looked at', async () => {
    const get = () => {
      throw new Error('looked at');
    };
    const { request } = await renderRequest(Object.defineProperty(input(), 'jwtKey', { get }));
    expect(request.headers).not.toHaveProperty('Upstash-Signature');
  });

  it('identifies a request that is not to be signed', async () => {
    const { request } = await render({ message: message({ signatures: [] }), secrets: [] });
    expect(request.headers).toHaveProperty('webhook-id', 'msg_1');
    expect(request.headers).not.toHaveProperty('webhook-signature');
  });

  it.each<[string, Partial<RequestInput>]>([
    ['no secret', { secrets: [] }],
    ['no signing key', { message: message({ signatures: ['jwt'] }) }],
    [
      'a signing key of another algorithm',
      { message: message({ signatures: ['jwt-eddsa'] }), jwtKey: { alg: 'HS256', text: 'sig_1' } },
    ],
  ])('never sends unsigned what should be signed: %s', async (_, overrides) => {
    await expect(render(overrides)).rejects.toMatchObject({ code: 'INVALID_SECRET' });
  });
});

it('adds signatures of the body, by the current secret, over the endpoint’s own headers', async () => {
  const own = 'correct horse battery staple';
  const { request } = await render({
    secrets: [own, SECRET],
    settings: {
      ...settings,
      headers: { 'x-signature': 'forged' },
      hexSignatures: [{ header: 'X-Signature', prefix: 'sha256=' }],
    },
  });
  const hex = createHmac('sha256', own).update(BODY).digest('hex');
  expect(request.headers).toMatchObject({ 'X-Signature': `sha256=${hex}` });
  expect(request.headers['x-signature']).toBeUndefined();
});

it('logs the request without its secrets', async () => {
  const { logged } = await render({
    settings: {
      ...settings,
      headers: { Authorization: 'Bearer s3cret', 'X-Tenant': 's3cret', 'X-Plain': 'seen' },
      secretHeaders: new Set(['x-tenant']),
    },
  });
  expect(JSON.stringify(logged)).not.toContain('s3cret');
  expect(logged).toMatchObject({
    url: 'https://example.com/hook?token=***',
    method: 'POST',
    headers: { 'X-Plain': 'seen', 'webhook-id': 'msg_1', Authorization: '***' },
  });
});
