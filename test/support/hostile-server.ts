/**
 * Receivers that break the rules of HTTP, on bare sockets: what a well-behaved server cannot be made to do.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const DRIP_EVERY_MS = 5;
const CHUNK_BYTES = 16_384;

type Behaviour = (socket: Socket) => void;

/** Each begins when the first bytes of a request have arrived. */
export const BEHAVIOURS = {
  /** Accepts, reads, and never says a word. */
  neverAnswers: () => undefined,

  /** A complete head, then a byte now and then, for ever. */
  dripsBody: (socket) => {
    socket.write(`${HEAD}content-length: 1000000\r\n\r\n`);
    repeat(socket, () => socket.write('.'));
  },

  /** A head that never ends, a byte at a time. */
  dripsHeaders: (socket) => {
    socket.write(`${HEAD}x-slow: `);
    repeat(socket, () => socket.write('.'));
  },

  /** A chunked body as fast as it is read, without end. */
  endlessBody: (socket) => {
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `${CHUNK_BYTES.toString(16)}\r\n${'x'.repeat(CHUNK_BYTES)}\r\n`;
    pour(socket, chunk);
  },

  /** Header after header, without end. */
  endlessHeaders: (socket) => {
    socket.write(HEAD);
    pour(socket, `x-filler: ${'y'.repeat(1_000)}\r\n`);
  },

  /** Takes the request and cuts the connection. */
  resetsBeforeResponse: (socket) => {
    socket.resetAndDestroy();
  },

  /** A status and a promise of a body, then the connection is cut. */
  resetsAfterHeaders: (socket) => {
    socket.write(`${HEAD}content-length: 10\r\n\r\n`, () => socket.resetAndDestroy());
  },

  /** Announces ten bytes, sends four, and ends. */
  endsEarly: (socket) => {
    socket.end(`${HEAD}content-length: 10\r\n\r\nfour`);
  },

  /** Closes without an answer. */
  endsBeforeResponse: (socket) => {
    socket.end();
  },

  /** Something that is not HTTP. */
  speaksAnotherProtocol: (socket) => {
    socket.end('220 mail.example.com ESMTP\r\n');
  },

  /** Fills the kept bytes exactly, and then neither sends more nor ends. */
  fillsAndHangs: (socket) => {
    socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n4\r\nfull\r\n`);
  },

  /** Agrees to an upgrade nobody asked for. */
  switchesProtocols: (socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
  },

  /** Informational responses, and then nothing. */
  hintsOnly: (socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
  },

  /** Informational responses first, then the real one. */
  hintsFirst: (socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
    socket.write('HTTP/1.1 204 No Content\r\n\r\n');
  },
} satisfies Record<string, Behaviour>;

export interface HostileServer {
  url: string;
  /** Connections accepted so far. */
  accepted(): number;
  /** Resolves when every connection has been closed: the sender has let go. */
  released(): Promise<void>;
  close(): Promise<void>;
}

export async function createHostileServer(behaviour: Behaviour): Promise<HostileServer> {
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  let accepted = 0;

  const server = createServer((socket) => {
    accepted += 1;
    open.add(socket);
    socket.on('error', () => undefined); // the sender hangs up on us: that is what we are for
    socket.once('data', () => behaviour(socket));
    socket.once('close', () => {
      open.delete(socket);
      if (open.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting.clear();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    accepted: () => accepted,
    released: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.add(resolve);
          }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function repeat(socket: Socket, write: () => void): void {
  const timer = setInterval(write, DRIP_EVERY_MS);
  socket.once('close', () => clearInterval(timer));
}

function pour(socket: Socket, text: string): void {
  let room = true;
  while (room && socket.writable) room = socket.write(text);
  if (socket.writable) socket.once('drain', () => pour(socket, text));
}
