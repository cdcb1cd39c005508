/**
 * The other side: a real HTTP server on port 0 that answers as it is told and remembers what it got.
 *
 * Waiting is by event: `waitFor` looks again when a request has been recorded, never on a timer. The
 * one timer it has only turns "hangs until jest gives up" into a message that says what did arrive.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  /** Path and query, as sent. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  /** Name, value, name, value, … exactly as sent. */
  rawHeaders: string[];
  body: Buffer;
  /** Epoch ms. */
  at: number;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** Answers only when this resolves. */
  hold?: Promise<unknown>;
}

/** A status, or a whole reply. */
export type Step = number | Reply;

export interface Receiver {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Received[];
  /** The next requests are answered in this order; after that, as `respondWith` says. */
  script(steps: readonly Step[]): void;
  /** How to answer when the script has ended. To begin with: 200, `ok`. */
  respondWith(respond: (request: Received) => Step | Promise<Step>): void;
  /** @param enough a number of requests, or what must be true of them. @returns all requests so far. */
  waitFor(
    enough: number | ((requests: readonly Received[]) => boolean),
    timeoutMs?: number
  ): Promise<readonly Received[]>;
  /** Connections that are open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

const PATIENCE_MS = 20_000;

export async function createReceiver({ port = 0 } = {}): Promise<Receiver> {
  const requests: Received[] = [];
  const steps: Step[] = [];
  const waiting = new Set<() => void>();
  let respond: (request: Received) => Step | Promise<Step> = () => ({ body: 'ok' });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(incoming);
    requests.push(received);
    const step = steps.shift() ?? (await respond(received));
    for (const look of [...waiting]) look();
    await answer(response, typeof step === 'number' ? { status: step } : step);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    script(more) {
      steps.push(...more);
    },
    respondWith(how) {
      respond = how;
    },
    waitFor(enough, timeoutMs = PATIENCE_MS) {
      const isEnough = (): boolean =>
        typeof enough === 'number' ? requests.length >= enough : enough(requests);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          const got = requests.map(({ method, path }) => `${method} ${path}`).join(', ');
          const wanted = typeof enough === 'number' ? `${enough} requests` : 'the right requests';
          reject(new Error(`waited ${timeoutMs} ms for ${wanted}, got ${requests.length}: ${got}`));
        }, timeoutMs);
        const look = (): void => {
          if (!isEnough()) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(requests);
        };
        waiting.add(look);
        look();
      });
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks),
    at: Date.now(),
  };
}

async function answer(response: ServerResponse, reply: Reply): Promise<void> {
  await reply.hold;
  response.writeHead(reply.status ?? 200, reply.headers);
  response.end(reply.body);
}
