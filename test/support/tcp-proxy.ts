/** A TCP proxy in front of a server on this machine: cuts connections, and loses or holds what passes through. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * `cut`: closes the connection when the client sends something, and passes on nothing of it. `lose`: what the server
 * answers is lost. `hold`: nothing passes, in either direction.
 */
type Mode = 'pass' | 'cut' | 'lose' | 'hold';

export interface TcpProxy {
  readonly port: number;
  mode: Mode;
  /** Connections that are open now. */
  readonly open: number;
  /** Connections since it started. */
  readonly total: number;
  /** Resolves when the number of open connections is that. */
  whenOpen(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function createTcpProxy(target: () => number): Promise<TcpProxy> {
  const clients = new Set<Socket>();
  const waiting = new Set<() => void>();
  let mode: Mode = 'pass';
  let total = 0;

  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: target() });
    total += 1;
    clients.add(client);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      clients.delete(client);
      for (const look of [...waiting]) look();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      if (mode === 'cut') end();
      else if (mode !== 'hold') upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (mode === 'pass') client.write(chunk);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    port: (server.address() as AddressInfo).port,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
    },
    get open() {
      return clients.size;
    },
    get total() {
      return total;
    },
    whenOpen: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (clients.size !== count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const client of clients) client.destroy();
      }),
  };
}
