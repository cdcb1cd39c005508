/**
 * Receivers that lie: responses that contradict themselves, bombs, smuggling, answers nobody asked
 * for. `sender.test.ts` has those that are merely slow or cut off. Whatever comes, an attempt ends in
 * time, with data, holding no more than it may, and the next request to anybody is unharmed.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import type { Outcome } from '../../server/src/core/message/message';
import type { OutgoingRequest } from '../../server/src/core/message/request';
import { createUrlPolicy } from '../../server/src/core/safety/url-safety';
import { createSender } from '../../server/src/delivery/http/sender';
import { createReceiver } from '../support/receiver';

const MAX_RESPONSE_BYTES = 1_000;
const TIMEOUT_MS = 2_000;
const SOON_MS = 200;
const MEBIBYTE = 1_048_576;

const urlPolicy = createUrlPolicy({
  httpsOnly: false,
  allow: { hosts: [], cidrs: ['127.0.0.1/32'] },
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanups.splice(0).reverse()) await close();
});

function createClient() {
  const sender = createSender({ urlPolicy, maxResponseBytes: MAX_RESPONSE_BYTES });
  cleanups.push(() => sender.close());
  const never = new AbortController().signal;
  return async (url: string, overrides: Partial<OutgoingRequest> = {}): Promise<Outcome> => {
    const request: OutgoingRequest = {
      url,
      method: 'POST',
      headers: { 'webhook-id': 'msg_1' },
      body: Buffer.from('{}'),
      timeoutMs: TIMEOUT_MS,
      ...overrides,
    };
    const outcome = await sender.send(request, never);
    if (outcome === 'aborted' || outcome.kind === 'cut') throw new Error('nobody aborted it');
    return outcome;
  };
}

/** A server that does this with each connection, once the first bytes have come. @returns its authority. */
async function listen(behave: (socket: Socket, first: Buffer) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // the sender hangs up: that is what is tested
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', (first) => behave(socket, first));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      })
  );
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const says = (...parts: (string | Buffer)[]): Promise<string> =>
  listen((socket) => {
    for (const part of parts) socket.write(part);
  });

const OK = 'HTTP/1.1 200 OK\r\n';

describe('a response that contradicts itself', () => {
  it.each([
    ['two lengths', `${OK}content-length: 2\r\ncontent-length: 4\r\n\r\nfour`],
    [
      'a length and chunks',
      `${OK}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a negative length', `${OK}content-length: -1\r\n\r\n`],
    ['a length that is no number', `${OK}content-length: 0x10\r\n\r\n`],
    [
      'a chunk size that overflows',
      `${OK}transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nx`,
    ],
    ['a chunk size that is no number', `${OK}transfer-encoding: chunked\r\n\r\nzz\r\nx\r\n`],
    ['a header without a name', `${OK}: nothing\r\n\r\n`],
    ['a header with NUL', `${OK}x-a: a\0b\r\n\r\n`],
    ['a status that is no number', 'HTTP/1.1 OK 200\r\n\r\n'],
    ['a protocol that is not spoken', 'HTTP/9.9 200 OK\r\n\r\n'],
    ['HTTP/0.9', '<html>hello</html>'],
  ])('(%s) is unreachable, in words', async (_name, response) => {
    const outcome = await createClient()(`http://${await says(response)}/`);
    expect(outcome).toEqual({
      kind: 'unreachable',
      error: expect.stringMatching(/^[ -~]{5,300}$/) as string,
    });
  });

  it.each([[600], [999]])('with the status %i is recorded as it is', async (status) => {
    const host = await says(`HTTP/1.1 ${status} What\r\ncontent-length: 0\r\n\r\n`);
    expect(await createClient()(`http://${host}/`)).toMatchObject({ kind: 'responded', status });
  });

  it('that promises more than it sends ends at the timeout', async () => {
    const host = await says(`${OK}content-length: 999999999999\r\n\r\nsome`);
    expect(await createClient()(`http://${host}/`, { timeoutMs: SOON_MS })).toEqual({
      kind: 'timed-out',
      error: `no complete response within ${SOON_MS} ms`,
    });
  });
});

describe('bombs', () => {
  it('stay compressed: a thousand bytes of gzip are a thousand bytes', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE));
    const host = await says(
      `${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`,
      bomb
    );
    const outcome = await createClient()(`http://${host}/`);
    expect(outcome).toMatchObject({ kind: 'responded', status: 200, bodyTruncated: true });
    expect(outcome).toMatchObject({
      body: { encoding: 'base64', text: bomb.subarray(0, MAX_RESPONSE_BYTES).toString('base64') },
    });
  });

  it.each([
    ['headers by the thousand', `${OK}${'a: b\r\n'.repeat(10_000)}\r\n`],
    ['one header as long as a book', `${OK}x-long: ${'y'.repeat(MEBIBYTE)}\r\n\r\n`],
    ['a name as long as a book', `${OK}${'n'.repeat(MEBIBYTE)}: 1\r\n\r\n`],
  ])('%s are refused while they are read', async (_name, response) => {
    expect(await createClient()(`http://${await says(response)}/`)).toEqual({
      kind: 'unreachable',
      error: expect.stringMatching(/^response headers exceed \d+ bytes$/) as string,
    });
  });

  it('an endless reason phrase is refused while it is read', async () => {
    const host = await says(`HTTP/1.1 200 ${'O'.repeat(MEBIBYTE)}`);
    const outcome = await createClient()(`http://${host}/`, { timeoutMs: SOON_MS });
    expect(outcome.kind).toMatch(/^(unreachable|timed-out)$/);
  });

  it('trailers and chunk extensions by the megabyte are not kept', async () => {
    const extension = `${OK}transfer-encoding: chunked\r\n\r\n1;${'e'.repeat(8 * MEBIBYTE)}\r\nx\r\n0\r\n`;
    const trailer = `${OK}transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nt: ${'t'.repeat(8 * MEBIBYTE)}\r\n\r\n`;
    const send = createClient();
    for (const response of [extension, trailer]) {
      const outcome = await send(`http://${await says(response)}/`, { timeoutMs: TIMEOUT_MS });
      expect(JSON.stringify(outcome).length).toBeLessThan(2 * MAX_RESPONSE_BYTES);
    }
  });

  it('endless streams cost no more memory than is kept, however many there are', async () => {
    const chunk = `ffff\r\n${'x'.repeat(0xffff)}\r\n`;
    const host = await listen((socket) => {
      socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
      const pour = (): void => {
        while (socket.writable && socket.write(chunk));
        socket.once('drain', pour);
      };
      pour();
    });
    const send = createClient();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => send(`http://${host}/`)));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ kind: 'responded', status: 200, bodyTruncated: true });
      expect(JSON.stringify(outcome).length).toBeLessThan(2 * MAX_RESPONSE_BYTES);
    }
  });
});

describe('a response without a request', () => {
  it('is not taken for the answer to the next request', async () => {
    const poison = `${OK}content-length: 8\r\n\r\npoisoned`;
    let connections = 0;
    const host = await listen((socket) => {
      connections += 1;
      const own = `HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n`;
      socket.write(connections === 1 ? own + poison : own);
    });
    const send = createClient();
    const first = await send(`http://${host}/`);
    await new Promise(setImmediate);
    const second = await send(`http://${host}/`);
    expect(
      first.kind === 'unreachable' || (first.kind === 'responded' && first.status === 201)
    ).toBe(true);
    expect(second).toMatchObject({ kind: 'responded', status: 201, body: { text: '' } });
    expect(connections).toBe(2);
  });

  it('is no response when it comes before the request was read, and no other follows', async () => {
    const host = await listen((socket) => {
      socket.pause();
    });
    const outcome = await createClient()(`http://${host}/`, {
      body: Buffer.alloc(16 * MEBIBYTE),
      timeoutMs: SOON_MS,
    });
    expect(outcome.kind).toBe('timed-out');
  });

  it('that refuses a large body early is recorded as a response, or as a broken connection', async () => {
    const host = await listen((socket) => {
      socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    const outcome = await createClient()(`http://${host}/`, { body: Buffer.alloc(16 * MEBIBYTE) });
    if (outcome.kind === 'responded') expect(outcome.status).toBe(413);
    else expect(outcome.kind).toBe('unreachable');
  });
});

describe('what never becomes a connection', () => {
  it('a TLS handshake that is never answered ends at the deadline', async () => {
    const host = await listen(() => undefined);
    expect(await createClient()(`https://${host}/`, { timeoutMs: SOON_MS })).toEqual({
      kind: 'timed-out',
      error: `no connection within ${SOON_MS} ms`,
    });
  });

  it('does not delay other receivers', async () => {
    const stuck = await listen(() => undefined);
    const { url, close } = await createReceiver();
    cleanups.push(close);
    const send = createClient();
    const slow = Array.from({ length: 40 }, () =>
      send(`https://${stuck}/`, { timeoutMs: TIMEOUT_MS })
    );
    const startedAt = Date.now();
    const quick = await Promise.all(Array.from({ length: 40 }, () => send(url)));
    expect(quick.every((outcome) => outcome.kind === 'responded')).toBe(true);
    expect(Date.now() - startedAt).toBeLessThan(TIMEOUT_MS);
    await Promise.all(slow);
  });
});
