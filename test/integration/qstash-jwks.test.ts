/** Verifies EdDSA signatures with `jose` and the JWK Set over HTTP, before and after a rotation. */
import { createHash } from 'node:crypto';

import { createRemoteJWKSet, customFetch, decodeProtectedHeader, jwtVerify } from 'jose';

import type { EndpointInput, EndpointView, TopicInput } from '../../server/src/panel/contract';
import { PLUGIN_ID } from '../../server/src/plugin-id';
import type { SigningKeysService } from '../../server/src/panel/services/signing-keys';
import type { Received } from '../support/receiver';
import { describeEachDatabase } from '../support/strapi';
import { bootQstash, type QstashFixture } from './qstash-fixture';

const JWKS = '/.well-known/jwks.json';
const EDDSA = { 'Upstash-Signature-Algorithm': 'EdDSA' };

describeEachDatabase('the EdDSA signature', (database) => {
  let qstash: QstashFixture;
  let arrivals = 0;

  beforeAll(async () => {
    qstash = await bootQstash({ database });
  });
  afterAll(() => qstash.close());

  const service = <T>(name: string): T => qstash.app.strapi.plugin(PLUGIN_ID).service(name) as T;

  /** Published to a path of its own, and received there. */
  async function received(headers: Record<string, string> = EDDSA, body = '{"a":1}') {
    const path = `/eddsa-${++arrivals}`;
    await qstash.client.publish({ url: qstash.receiver.url + path, body, headers });
    await qstash.deliver();
    return qstash.arrival(path);
  }

  /** A receiver's own key set: it fetches when it meets a key that it does not know. */
  function keySet() {
    let fetches = 0;
    const set = createRemoteJWKSet(new URL(qstash.url + JWKS), {
      cooldownDuration: 0,
      [customFetch]: (...call: Parameters<typeof fetch>) => {
        fetches += 1;
        return fetch(...call);
      },
    });
    return { set, fetches: () => fetches };
  }

  /** What `docs/guides/verify-with-public-keys.md` tells receivers to do. */
  async function verify(request: Received, set: ReturnType<typeof keySet>['set']) {
    const { payload } = await jwtVerify(String(request.headers['upstash-signature']), set, {
      issuer: 'Upstash',
      subject: qstash.receiver.url + request.path,
      algorithms: ['EdDSA'],
    });
    const hash = createHash('sha256').update(request.body).digest('base64url');
    expect(String(payload.body).replace(/=+$/, '')).toBe(hash);
  }

  it('is verified with the public keys, over the exact URL and body', async () => {
    const { set } = keySet();
    const request = await received();
    await verify(request, set);
    await expect(verify({ ...request, path: '/elsewhere' }, set)).rejects.toThrow('sub');
    await expect(verify({ ...request, body: Buffer.from('{"a":2}') }, set)).rejects.toThrow();
    expect(decodeProtectedHeader(String(request.headers['upstash-signature']))).toEqual({
      alg: 'EdDSA',
      typ: 'JWT',
      kid: expect.any(String) as string,
    });
  });

  it('the public keys need no token, may be cached for five minutes, and contain nothing private', async () => {
    const response = await qstash.request(JWKS, { token: null });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/jwk-set+json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const key of keys) expect(key).not.toHaveProperty('d');
  });

  it('rotates without a gap, for receivers with and without cached keys', async () => {
    const early = keySet();
    await verify(await received(), early.set);
    const signedBefore = await received();

    const kid = (request: Received) =>
      decodeProtectedHeader(String(request.headers['upstash-signature'])).kid;
    const keys = await qstash.request('/v2/keys/rotate', { method: 'POST' });
    expect(keys.status).toBe(200);
    const signedAfter = await received();
    expect(kid(signedAfter)).not.toBe(kid(signedBefore));

    await verify(signedAfter, early.set);
    expect(early.fetches()).toBe(1); // the key was in the set before it signed
    const late = keySet();
    await verify(signedBefore, late.set); // its key has retired, and is published still
    await verify(signedAfter, late.set);

    // Twice at once is more than the kept set knows: it is fetched again, and that is all.
    await service<SigningKeysService>('signingKeys').rotate();
    await service<SigningKeysService>('signingKeys').rotate();
    await verify(await received(), early.set);
    expect(early.fetches()).toBe(2);
  });

  it('is not the default', async () => {
    const request = await received({});
    await qstash.verify(request);
    expect(decodeProtectedHeader(String(request.headers['upstash-signature']))).toEqual({
      alg: 'HS256',
      typ: 'JWT',
    });
  });

  it('also signs the callbacks of its message', async () => {
    await qstash.client.publish({
      url: `${qstash.receiver.url}/called`,
      body: 'x',
      callback: `${qstash.receiver.url}/eddsa-callback`,
      headers: EDDSA,
    });
    await qstash.deliver();
    await verify(await qstash.arrival('/eddsa-callback'), keySet().set);
  });

  it('can be chosen for an endpoint in the panel', async () => {
    const topic = await service<{ create(input: TopicInput): Promise<{ id: number }> }>(
      'topics'
    ).create({ name: 'panel', events: ['entry.*'], contentTypes: null });
    const endpoints = service<{ create(input: EndpointInput): Promise<EndpointView> }>('endpoints');
    const input = {
      name: 'public keys',
      url: `${qstash.receiver.url}/endpoint`,
      topicIds: [topic.id],
      signatures: ['standard', 'jwt-eddsa'] as EndpointInput['signatures'],
    };
    await endpoints.create(input);
    await service<{ publish(input: object): Promise<unknown> }>('publisher').publish({
      topic: 'panel',
      payload: { hello: 'world' },
    });
    await qstash.deliver();
    const request = await qstash.arrival('/endpoint');
    await verify(request, keySet().set);
    expect(request.headers).toHaveProperty('webhook-signature');
  });

  it.each([
    ['an algorithm that is not known', 'RS256', 'must be HS256 or EdDSA'],
    ['none', 'none', 'must be HS256 or EdDSA'],
  ])('%s is refused', async (_, algorithm, text) => {
    const call = qstash.client.publish({
      url: `${qstash.receiver.url}/never`,
      headers: { 'Upstash-Signature-Algorithm': algorithm },
    });
    expect(await qstash.failure(call)).toEqual({
      status: 400,
      error: `invalid upstash-signature-algorithm: ${text}`,
    });
  });
});

describe('with EdDSA as the configured algorithm', () => {
  it('messages may still choose HS256, and the keys are published while the QStash API is off', async () => {
    const http = { allow: { cidrs: ['127.0.0.1/32'] } };
    const qstash = await bootQstash({ plugin: { http, v2: { signatureAlgorithm: 'EdDSA' } } });
    const alg = async (path: string, headers = {}) => {
      await qstash.client.publish({ url: qstash.receiver.url + path, body: 'x', headers });
      await qstash.deliver();
      const { headers: sent } = await qstash.arrival(path);
      return decodeProtectedHeader(String(sent['upstash-signature'])).alg;
    };
    expect(await alg('/a')).toBe('EdDSA');
    expect(await alg('/b', { 'Upstash-Signature-Algorithm': 'HS256' })).toBe('HS256');
    await qstash.close();

    const off = await bootQstash({ plugin: { http, v2: { enabled: false } } });
    expect((await off.request(JWKS, { token: null })).status).toBe(200);
    expect((await off.request('/v2/keys')).status).toBe(404);
    await off.close();
  });
});
