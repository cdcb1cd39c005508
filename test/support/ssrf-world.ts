/**
 * This machine as a hostile network: servers on its own addresses, all on one port, that remember
 * who called. A request that should have been refused is seen here.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Plays the public internet: the whole of 127/8 leads here, and nobody else means this part of it. */
export const PUBLIC_NETWORK = '127.0.1.0/24';

const STAND_INS: Readonly<Record<string, string>> = {
  '93.184.216.34': '127.0.1.1',
  '1.1.1.1': '127.0.1.2',
  '2606:2800:220:1:248:1893:25c8:1946': '127.0.1.3',
};
const ADDRESSES = ['127.0.0.1', '::1', ...Object.values(STAND_INS)];

/** An answer the corpus calls public, as it is played here; any other as it is. */
export const standIn = (address: string): string => STAND_INS[address] ?? address;

export interface Seen {
  /** The address that was called. */
  address: string;
  path: string;
}

export interface Trap {
  port: number;
  seen(): readonly Seen[];
  respondWith(status: number, headers: Record<string, string>): void;
  closeAfterEach(close: boolean): void;
  reset(): void;
  close(): Promise<void>;
}

export async function createTrap(): Promise<Trap> {
  let seen: Seen[] = [];
  let reply: { status: number; headers: Record<string, string> } = { status: 200, headers: {} };
  let closes = false;

  const serverAt = (address: string): Server =>
    createServer((request, response) => {
      seen.push({ address, path: request.url ?? '' });
      request.resume().on('end', () => {
        const connection = closes ? { connection: 'close' } : {};
        response.writeHead(reply.status, { ...reply.headers, ...connection }).end('trapped');
      });
    });

  const servers: Server[] = [];
  let port = 0;
  for (const address of ADDRESSES) {
    const server = serverAt(address);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, address, resolve);
    });
    ({ port } = server.address() as AddressInfo);
    servers.push(server);
  }

  return {
    port,
    seen: () => seen,
    respondWith(status, headers) {
      reply = { status, headers };
    },
    closeAfterEach(close) {
      closes = close;
    },
    reset() {
      seen = [];
      reply = { status: 200, headers: {} };
      closes = false;
    },
    async close() {
      for (const server of servers) {
        await new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        });
      }
    },
  };
}
