/**
 * The sender over real sockets: what goes out, what is made of what comes back, and that nothing a
 * receiver does can hold it longer, or fill it fuller, than it allows.
 */
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';

import type { OutgoingRequest } from '../../server/src/core/message/request';
import { createUrlPolicy } from '../../server/src/core/safety/url-safety';
import type { ResolveAll } from '../../server/src/delivery/http/agent';
import { createSender, type SenderOptions } from '../../server/src/delivery/http/sender';
import { BEHAVIOURS, createHostileServer } from '../support/hostile-server';
import { createReceiver, type Receiver } from '../support/receiver';

const LOOPBACK = createUrlPolicy({
  httpsOnly: false,
  allow: { hosts: [], cidrs: ['127.0.0.1/32', '::1/128'] },
});
const NOTHING_ALLOWED = createUrlPolicy({ httpsOnly: false, allow: { hosts: [], cidrs: [] } });
/** Long enough to be reached only when nothing else ends an exchange. */
const SOON_MS = 150;

/** Closed after each test, last made first. */
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanups.splice(0).reverse()) await close();
});

function sender(options: Partial<SenderOptions> = {}) {
  const made = createSender({ urlPolicy: LOOPBACK, maxResponseBytes: 1_000, ...options });
  cleanups.push(() => made.close());
  return made;
}

async function receiver(): Promise<Receiver> {
  const made = await createReceiver();
  cleanups.push(() => made.close());
  return made;
}

async function hostile(name: keyof typeof BEHAVIOURS) {
  const made = await createHostileServer(BEHAVIOURS[name]);
  cleanups.push(() => made.close());
  return made;
}

const request = (url: string, overrides: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  url,
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'webhook-id': 'msg_1' },
  body: Buffer.from('{"a":1}'),
  timeoutMs: 5_000,
  ...overrides,
});

let never: AbortSignal;
beforeEach(() => {
  never = new AbortController().signal;
});

describe('what goes out', () => {
  it('is the request as it was given, and nothing that invites another encoding', async () => {
    const { url, requests } = await receiver();
    const body = Buffer.from([0x7b, 0xc3, 0xa9, 0xff, 0x00, 0x7d]);
    await sender().send(request(`${url}/hook?a=1&b=%20#part`, { method: 'PUT', body }), never);

    expect(requests).toHaveLength(1);
    const [got] = requests;
    expect(got?.method).toBe('PUT');
    expect(got?.path).toBe('/hook?a=1&b=%20');
    expect(got?.body).toEqual(body);
    expect(got?.headers).toEqual({
      host: new URL(url).host,
      connection: 'keep-alive',
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'content-length': '6',
    });
    expect(got?.rawHeaders).toContain('Content-Type');
  });

  it('has no body when there is none', async () => {
    const { url, requests } = await receiver();
    await sender().send(request(url, { method: 'GET', body: Buffer.alloc(0) }), never);
    await sender().send(request(url, { method: 'POST', body: Buffer.alloc(0) }), never);
    expect(requests[0]?.headers).not.toHaveProperty('content-length');
    expect(requests[1]?.headers).toMatchObject({ 'content-length': '0' });
  });

  it('goes over a connection that is there already', async () => {
    const { url, connections } = await receiver();
    const { send } = sender();
    for (let i = 0; i < 10; i += 1) await send(request(url), never);
    // Two, because one is not free again in the very turn in which its response ended.
    expect(await connections()).toBeLessThanOrEqual(2);
  });

  it('is refused, not sent broken, when a header cannot be written', async () => {
    const { url, requests } = await receiver();
    const outcome = await sender().send(request(url, { headers: { 'x-a': 'b\r\nc: d' } }), never);
    expect(outcome).toEqual({ kind: 'blocked', error: 'cannot be sent: invalid x-a header' });
    expect(requests).toHaveLength(0);
  });
});

describe('what comes back', () => {
  it.each([200, 204, 302, 410, 500])('%i is a response, whatever it means', async (status) => {
    const { url, script, requests } = await receiver();
    script([{ status, headers: { location: '/elsewhere', 'x-a': ['1', '2'] } }]);
    const outcome = await sender().send(request(url), never);
    expect(outcome).toMatchObject({
      kind: 'responded',
      status,
      headers: { location: '/elsewhere', 'x-a': ['1', '2'] },
      bodyTruncated: false,
    });
    expect(requests).toHaveLength(1); // a redirect is not followed
  });

  it('keeps the body as text when it is text, and its bytes when it is not', async () => {
    const { url, script } = await receiver();
    const gzip = Buffer.from('1f8b0800', 'hex');
    script([{ body: 'grüße' }, { headers: { 'content-encoding': 'gzip' }, body: gzip }]);
    const { send } = sender();
    expect(await send(request(url), never)).toMatchObject({
      body: { text: 'grüße', encoding: 'utf8' },
    });
    expect(await send(request(url), never)).toMatchObject({
      body: { text: gzip.toString('base64'), encoding: 'base64' },
    });
  });

  it('keeps no more of a body than the limit; the response is still a success', async () => {
    const { url, script } = await receiver();
    script([{ body: 'x'.repeat(1_000) }, { body: 'x'.repeat(1_001) }]);
    const { send } = sender();
    const whole = await send(request(url), never);
    const cut = await send(request(url), never);
    expect(whole).toMatchObject({ status: 200, bodyTruncated: false });
    expect(cut).toMatchObject({ status: 200, bodyTruncated: true });
    expect(cut).toMatchObject({ body: { text: 'x'.repeat(1_000) } });
  });

  it('takes the final response, not the informational ones before it', async () => {
    const { url } = await hostile('hintsFirst');
    expect(await sender().send(request(url), never)).toMatchObject({
      kind: 'responded',
      status: 204,
    });
  });
});

describe('a hostile receiver', () => {
  it.each([
    ['neverAnswers', `no response within ${SOON_MS} ms`],
    ['hintsOnly', `no response within ${SOON_MS} ms`],
    ['dripsHeaders', `no response within ${SOON_MS} ms`],
    ['dripsBody', `no complete response within ${SOON_MS} ms`],
  ] as const)('that %s costs the timeout and no more', async (behaviour, error) => {
    const server = await hostile(behaviour);
    const outcome = await sender().send(request(server.url, { timeoutMs: SOON_MS }), never);
    expect(outcome).toEqual({ kind: 'timed-out', error });
    await server.released();
  });

  it.each([
    ['resetsBeforeResponse', /^connection reset before a response$/],
    // libuv reports a reset that arrives together with the last data as an end.
    ['resetsAfterHeaders', /^connection (reset after headers|closed before .* complete)$/],
    ['endsBeforeResponse', /^connection closed before a response$/],
    ['endsEarly', /^connection closed before the response was complete$/],
    ['endlessHeaders', /^response headers exceed 16384 bytes$/],
    ['speaksAnotherProtocol', /HTTP/],
    ['switchesProtocols', /^bad upgrade$/],
  ] as const)('that %s is unreachable, and it is said why', async (behaviour, error) => {
    const server = await hostile(behaviour);
    expect(await sender().send(request(server.url), never)).toEqual({
      kind: 'unreachable',
      error: expect.stringMatching(error) as string,
    });
    await server.released();
  });

  it('that sends without end is read up to the limit', async () => {
    const server = await hostile('endlessBody');
    const outcome = await sender({ maxResponseBytes: 50_000 }).send(request(server.url), never);
    expect(outcome).toMatchObject({ kind: 'responded', status: 200, bodyTruncated: true });
    expect(outcome).toMatchObject({ body: { text: 'x'.repeat(50_000) } });
    await server.released();
  });

  it.each([
    [4, { kind: 'responded', status: 200, bodyTruncated: true, body: { text: 'full' } }],
    [5, { kind: 'timed-out' }],
  ])('that hangs is a response once the %i bytes we keep are there', async (max, outcome) => {
    const server = await hostile('fillsAndHangs');
    const { send } = sender({ maxResponseBytes: max });
    expect(await send(request(server.url, { timeoutMs: SOON_MS }), never)).toMatchObject(outcome);
    await server.released();
  });
});

describe('no connection', () => {
  it('names the address that refused the connection', async () => {
    const port = await freePort();
    expect(await sender().send(request(`http://127.0.0.1:${port}`), never)).toEqual({
      kind: 'unreachable',
      error: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it('says which addresses of a name did not answer', async () => {
    const port = await freePort();
    const resolveAll = resolvesTo('::1', '127.0.0.1');
    const outcome = await sender({ resolveAll }).send(request(`http://hook.test:${port}`), never);
    expect(outcome).toMatchObject({ kind: 'unreachable' });
    expect(outcome).toMatchObject({
      error: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${port}`) as string,
    });
  });

  it('is unreachable, to be tried again, when the name cannot be resolved', async () => {
    const resolveAll: ResolveAll = (hostname, _options, callback) => {
      callback(new Error(`getaddrinfo ENOTFOUND ${hostname}`), []);
    };
    expect(await sender({ resolveAll }).send(request('http://gone.test/'), never)).toEqual({
      kind: 'unreachable',
      error: 'getaddrinfo ENOTFOUND gone.test',
    });
  });

  it('reports an untrusted certificate, and sends nothing', async () => {
    let seen = 0;
    const server = createTlsServer(UNTRUSTED, () => (seen += 1));
    const url = await listen(server, 'https');
    expect(await sender().send(request(url), never)).toEqual({
      kind: 'unreachable',
      error: 'self-signed certificate',
    });
    expect(seen).toBe(0);
  });

  it('explains that the other side does not speak TLS', async () => {
    const { port } = await receiver();
    expect(await sender().send(request(`https://127.0.0.1:${port}`), never)).toEqual({
      kind: 'unreachable',
      error: expect.stringMatching(/^TLS: [a-z ]+$/) as string,
    });
  });

  it.each(['not a url', 'ftp://127.0.0.1/', 'http://127.0.0.1:99999/'])(
    'is not attempted for %s',
    async (url) => {
      expect(await sender().send(request(url), never)).toMatchObject({ kind: 'blocked' });
    }
  );
});

describe('refused addresses', () => {
  // webhook lore: a guard in `lookup` alone lets all of these through, for Node never asks it.
  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ])('are refused as a literal: %s', async (host) => {
    const { port, connections } = await receiver();
    const { send } = sender({ urlPolicy: NOTHING_ALLOWED });
    expect(await send(request(`http://${host}:${port}/`), never)).toMatchObject({
      kind: 'blocked',
    });
    expect(await connections()).toBe(0);
  });

  it('are refused behind a name, when any of its addresses is refused', async () => {
    const { port, connections } = await receiver();
    const { send } = sender({
      urlPolicy: NOTHING_ALLOWED,
      resolveAll: resolvesTo('93.184.216.34', '127.0.0.1'),
    });
    expect(await send(request(`http://hook.test:${port}/`), never)).toEqual({
      kind: 'blocked',
      error: expect.stringContaining('hook.test resolves to 127.0.0.1') as string,
    });
    expect(await connections()).toBe(0);
  });

  it('are refused when the name resolves there only the second time', async () => {
    const { url, port, requests, script } = await receiver();
    script([{ headers: { connection: 'close' } }]); // so that the second request needs a connection of its own
    const answers = ['127.0.0.1', '169.254.169.254'];
    const resolveAll: ResolveAll = (_hostname, _options, callback) => {
      callback(null, [{ address: answers.shift() ?? '', family: 4 }]);
    };
    const { send } = sender({ resolveAll });
    const rebinding = url.replace('127.0.0.1', 'rebind.test');
    expect(await send(request(rebinding), never)).toMatchObject({ status: 200 });
    expect(await send(request(rebinding), never)).toMatchObject({ kind: 'blocked' });
    expect(requests).toHaveLength(1);
    expect(port).toBeGreaterThan(0);
  });

  it('are reached when the operator allows the host, under the name it was called by', async () => {
    const { port, requests } = await receiver();
    const urlPolicy = createUrlPolicy({
      httpsOnly: false,
      allow: { hosts: ['n8n.internal'], cidrs: [] },
    });
    const { send } = sender({ urlPolicy, resolveAll: resolvesTo('127.0.0.1') });
    const outcome = await send(request(`http://n8n.internal:${port}/`), never);
    expect(outcome).toMatchObject({ kind: 'responded', status: 200 });
    expect(requests[0]?.headers.host).toBe(`n8n.internal:${port}`);
  });
});

describe('the deadline and the signal', () => {
  it('leave nothing behind in the queue: what timed out before a connection is not sent later', async () => {
    const { port, requests, waitFor } = await receiver();
    let letThrough: (() => void) | undefined;
    const resolveAll: ResolveAll = (_hostname, _options, callback) => {
      letThrough = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const { send } = sender({ resolveAll });
    const url = `http://slow-dns.test:${port}`;
    expect(await send(request(`${url}/late`, { timeoutMs: SOON_MS }), never)).toEqual({
      kind: 'timed-out',
      error: `no connection within ${SOON_MS} ms`,
    });
    letThrough?.();
    const next = send(request(`${url}/next`), never);
    letThrough?.();
    await next;
    await waitFor(1);
    expect(requests.map(({ path }) => path)).toEqual(['/next']);
  });

  it('aborts all requests in flight at once', async () => {
    const server = await hostile('neverAnswers');
    const { send } = sender();
    const stopping = new AbortController();
    const sends = Array.from({ length: 20 }, () => send(request(server.url), stopping.signal));
    stopping.abort();
    expect(new Set(await Promise.all(sends))).toEqual(new Set(['aborted']));
    expect(await send(request(server.url), stopping.signal)).toBe('aborted');
    await server.released();
  });

  it('does not confuse a slow receiver with others', async () => {
    const slow = await hostile('neverAnswers');
    const { url } = await receiver();
    const { send } = sender();
    const stopping = new AbortController();
    const stuck = Array.from({ length: 30 }, () => send(request(slow.url), stopping.signal));
    const quick = await Promise.all(Array.from({ length: 30 }, () => send(request(url), never)));
    expect(quick.every((outcome) => outcome !== 'aborted' && outcome.kind === 'responded')).toBe(
      true
    );
    stopping.abort();
    await Promise.all(stuck);
  });
});

function resolvesTo(...addresses: string[]): ResolveAll {
  return (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    );
  };
}

async function listen(server: Server, scheme: 'http' | 'https'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A port where, a moment ago, nobody listened. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Made for this file and used nowhere else: all that matters about it is that nobody trusts it. */
const UNTRUSTED = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTev7KiZxuiu1kioA
seA9il5YE14vUhG+Nw1S5vbk9gWhRANCAAQ6sbbXKzK7vP3FDVgwl3nDAKGsXBO8
ndpZNMqM87pTeKKKDeslPO1xFNEqhbdQ+T4a7yj/R9tHW19T3imYRvyD
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUHuYDvTWov3bCASXlAxUvEr0W0YAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTAzMTcxMFoYDzIxMjYxMDI4
MDMxNzEwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ6sbbXKzK7vP3FDVgwl3nDAKGsXBO8ndpZNMqM87pTeKKKDeslPO1x
FNEqhbdQ+T4a7yj/R9tHW19T3imYRvyDo1MwUTAdBgNVHQ4EFgQUlHO97b0Dy3sK
DMwaU35sCpNYMQcwHwYDVR0jBBgwFoAUlHO97b0Dy3sKDMwaU35sCpNYMQcwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBF0+daJzHSKXXyIyFP1dtG
R20iCzY3KYK0YTVylCr+mgIgeTR5hRG2uU3ANpZ3HiYnC+H04cxe1519Bt7gcAYp
K4M=
-----END CERTIFICATE-----`,
};
