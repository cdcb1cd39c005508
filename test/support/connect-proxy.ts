/** A proxy that makes tunnels (CONNECT), or refuses to, as it is told; to names as it is told, too. */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ConnectProxy {
  url: string;
  port: number;
  /** `host:port` of each CONNECT, with the credentials it came with. */
  asked: { target: string; authorization: string | undefined }[];
  /** A status, or null: makes the tunnel, unless the target cannot be reached: 502. */
  answerWith(status: number | null): void;
  /** Ends every tunnel there is. */
  dropTunnels(): void;
  close(): Promise<void>;
}

/** @param addresses where a target really is: `shop.example.com:443` → a port on this machine. */
export async function createConnectProxy(
  addresses: Record<string, number> = {},
  port = 0
): Promise<ConnectProxy> {
  const asked: ConnectProxy['asked'] = [];
  const sockets = new Set<Socket>();
  let refusal: number | null = null;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, client: Socket) => {
    keep(client);
    const target = request.url ?? '';
    asked.push({ target, authorization: request.headers['proxy-authorization'] });
    const refuse = (status: number) => client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
    if (refusal !== null) return void refuse(refusal);
    const upstream = connect(addresses[target] ?? Number(target.split(':').at(-1)), '127.0.0.1');
    keep(upstream);
    upstream.once('error', () => refuse(502));
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
  });
  server.on('connection', keep);
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const address = server.address() as AddressInfo;

  const dropTunnels = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    asked,
    answerWith: (status) => (refusal = status),
    dropTunnels,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        dropTunnels();
      }),
  };
}
