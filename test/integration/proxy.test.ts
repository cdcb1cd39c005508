/**
 * Behind a proxy, over real sockets: what goes through it, and whose fault it is when nothing does.
 */
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type {
  HealthView,
  MessageDetail,
  Overview,
  TestSendResult,
} from '../../server/src/panel/contract';
import type { TlsIdentity } from '../../server/src/core/message/message';
import type { OutgoingRequest } from '../../server/src/core/message/request';
import { createUrlPolicy } from '../../server/src/core/safety/url-safety';
import { DOUBT_MS } from '../../server/src/delivery/http/proxy-health';
import { createSender } from '../../server/src/delivery/http/sender';
import { createAuthority } from '../support/certificates';
import { createConnectProxy, type ConnectProxy } from '../support/connect-proxy';
import { createReceiver } from '../support/receiver';
import { bootAdminApi, type AdminApi, type Subscription } from './admin-api-fixture';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanups.splice(0).reverse()) await close();
});

async function kept<T extends { close(): Promise<unknown> }>(making: Promise<T>): Promise<T> {
  const made = await making;
  cleanups.push(() => made.close());
  return made;
}

const NOTHING_ALLOWED = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });

describe('a sender behind a proxy', () => {
  let now = 0;

  function senderBehind(uri: string) {
    const proxy = { http: { uri }, https: { uri } };
    const options = { urlPolicy: NOTHING_ALLOWED, maxResponseBytes: 1_000, monotonicMs: () => now };
    const sender = createSender({ ...options, proxy });
    cleanups.push(() => sender.close());
    const never = new AbortController().signal;
    const send = (url: string, overrides: Partial<OutgoingRequest> = {}) =>
      sender.send(
        {
          url,
          method: 'POST',
          headers: {},
          body: Buffer.from('{}'),
          timeoutMs: 5_000,
          ...overrides,
        },
        never
      );
    return { ...sender, send };
  }

  it('sends through a tunnel, to a name that only the proxy can resolve', async () => {
    const receiver = await kept(createReceiver());
    const proxy = await kept(createConnectProxy({ 'shop.example.com:80': receiver.port }));
    const { send, problem } = senderBehind(proxy.url);
    const outcome = await send('http://shop.example.com/hook?a=1');
    expect(outcome).toMatchObject({ kind: 'responded', status: 200 });
    expect(proxy.asked).toEqual([{ target: 'shop.example.com:80', authorization: undefined }]);
    expect(receiver.requests[0]).toMatchObject({
      path: '/hook?a=1',
      headers: { host: 'shop.example.com' },
    });
    expect(problem()).toBeNull();
  });

  it('authenticates to the proxy, and not to the receiver', async () => {
    const receiver = await kept(createReceiver());
    const proxy = await kept(createConnectProxy({ 'shop.example.com:80': receiver.port }));
    const { send } = senderBehind(proxy.url.replace('//', '//us:secret@'));
    await send('http://shop.example.com/');
    const basic = Buffer.from('us:secret').toString('base64');
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${basic}`);
    expect(Object.keys(receiver.requests[0]?.headers ?? {})).not.toContain('proxy-authorization');
  });

  it('speaks TLS end to end: the proxy sees a name and bytes', async () => {
    const authority = createAuthority();
    const { certificate: cert, privateKey: key } = authority.issue('shop.example.com');
    const server = createTlsServer({ cert, key }, (_request, response) => response.end('hello'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    cleanups.push(() => new Promise((closed) => server.close(closed)));
    const { port } = server.address() as AddressInfo;
    const proxy = await kept(createConnectProxy({ 'shop.example.com:443': port }));
    const { send } = senderBehind(proxy.url);
    const tls: TlsIdentity = {
      id: 'a',
      ca: authority.certificate,
      certificate: null,
      privateKey: null,
    };

    expect(await send('https://shop.example.com/', { tls })).toMatchObject({ status: 200 });
    // Whom nobody vouches for is the receiver's fault, with a proxy in between as without.
    expect(await send('https://shop.example.com/')).toEqual({
      kind: 'unreachable',
      error: expect.stringContaining('certificate') as string,
    });
  });

  it('refuses literal addresses that the proxy could reach', async () => {
    const proxy = await kept(createConnectProxy());
    const { send } = senderBehind(proxy.url);
    for (const url of ['http://10.0.0.1/', 'http://[::1]/', 'http://169.254.169.254/latest']) {
      expect(await send(url)).toMatchObject({ kind: 'blocked' });
    }
    expect(proxy.asked).toEqual([]);
  });

  it('does not count a proxy that is down against the receiver', async () => {
    const proxy = await createConnectProxy();
    await proxy.close();
    const { send, problem } = senderBehind(proxy.url.replace('//', '//us:secret@'));
    expect(await send('http://shop.example.com/')).toEqual({
      kind: 'cut',
      error: expect.stringMatching(
        /^the proxy http:\/\/127\.0\.0\.1:\d+ cannot be used: connect ECONNREFUSED/
      ) as string,
    });
    expect(problem()).not.toContain('secret');
  });

  it.each([407, 403, 500, 502, 503])(
    'does not count a proxy that responds with %i against the receiver',
    async (status) => {
      const receiver = await kept(createReceiver());
      const proxy = await kept(createConnectProxy({ 'shop.example.com:80': receiver.port }));
      const { send, problem } = senderBehind(proxy.url);
      proxy.answerWith(status);
      const error = `the proxy ${proxy.url} answered ${status} for shop.example.com:80`;
      expect(await send('http://shop.example.com/')).toEqual({ kind: 'cut', error });
      expect(problem()).toBe(error);
      proxy.answerWith(null);
      expect(await send('http://shop.example.com/')).toMatchObject({ status: 200 });
      expect(problem()).toBeNull();
    }
  );

  it('counts a failure against a receiver once another one is reached', async () => {
    const receiver = await kept(createReceiver());
    const gone = await createReceiver();
    await gone.close();
    const proxy = await kept(
      createConnectProxy({ 'gone.example.com:80': gone.port, 'shop.example.com:80': receiver.port })
    );
    const { send } = senderBehind(proxy.url);
    expect(await send('http://gone.example.com/')).toMatchObject({ kind: 'cut' });
    now += 1;
    await send('http://shop.example.com/');
    expect(await send('http://gone.example.com/')).toEqual({
      kind: 'unreachable',
      error: `the proxy ${proxy.url} answered 502 for gone.example.com:80`,
    });
  });

  it('waits for a tunnel within the timeout, and counts it against nobody at first', async () => {
    const silent = await kept(createSilentProxy());
    const { send } = senderBehind(silent.url);
    const request = { timeoutMs: 100 };
    expect(await send('http://shop.example.com/', request)).toEqual({
      kind: 'cut',
      error: 'no connection through the proxy within 100 ms',
    });
    now += DOUBT_MS;
    expect(await send('http://shop.example.com/', request)).toMatchObject({ kind: 'unreachable' });
  });
});

/** Accepts connections and never says a word. */
async function createSilentProxy() {
  const { createServer } = await import('node:net');
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => socket.destroy())));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(closed);
        for (const socket of sockets) socket.destroy();
      }),
  };
}

describe('Strapi’s server.proxy', () => {
  let api: AdminApi;
  let proxy: ConnectProxy;
  beforeAll(async () => {
    proxy = await createConnectProxy();
    api = await bootAdminApi({ env: { TEST_PROXY: proxy.url } });
  }, 120_000);
  afterAll(async () => {
    await api.close();
    await proxy.close();
  });

  const detail = (id: string) => api.get<MessageDetail>(`/messages/${id}`);
  const endpointOf = ({ endpoint }: Subscription) =>
    api.get<{ firstFailureAt: number | null; breaker: unknown }>(`/endpoints/${endpoint.id}`);

  it('is used for messages', async () => {
    const { topic } = await api.subscribe(200);
    const id = await api.publish(topic);
    expect(await api.stateOf(id)).toBe('delivered');
    expect(proxy.asked.length).toBeGreaterThan(0);
  });

  it('costs an endpoint no retries while it fails, is reported, and recovers', async () => {
    const subscription = await api.subscribe(200);
    // The endpoint has no retries: one failure of its own would make a dead letter.
    proxy.answerWith(407);
    proxy.dropTunnels();
    const id = await api.publish(subscription.topic);
    await api.deliver();
    expect(await detail(id)).toMatchObject({ state: 'pending', retried: 0, attemptLog: [] });
    expect(await endpointOf(subscription)).toMatchObject({ firstFailureAt: null, breaker: null });

    const says = expect.stringContaining('answered 407') as string;
    expect((await api.get<Overview>('/overview')).warnings).toContainEqual(says);
    expect(await api.get<HealthView>('/health')).toEqual({ status: 'degraded', problems: [says] });
    expect(await api.get<string>('/metrics')).toContain('webhooks_outbound_cut 1');
    const test = await api.call('POST', `/endpoints/${subscription.endpoint.id}/test`);
    expect(test).toMatchObject({ status: 409, body: { error: { message: says } } });

    proxy.answerWith(null);
    for (let tick = 0; tick < 3; tick += 1) await api.deliver();
    expect(await detail(id)).toMatchObject({ state: 'delivered', retried: 0, attempts: 1 });
    expect(await api.get<HealthView>('/health')).toMatchObject({ status: 'ok' });
    const sent = await api.post<TestSendResult>(`/endpoints/${subscription.endpoint.id}/test`);
    expect(sent.attempt.status).toBe(200);
  });
});

it('stops the start when it is not a proxy URL, without logging it', async () => {
  const boot = bootAdminApi({ env: { TEST_PROXY: 'socks9://us:secret@proxy' } });
  await expect(boot).rejects.toThrow(
    /server\.proxy\.global must be the URL of an http or https proxy/
  );
  await expect(boot).rejects.not.toThrow(/secret/);
}, 60_000);
