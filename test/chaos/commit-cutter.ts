/**
 * A cable between Strapi and its database, cut at the worst moment: as a commit goes by. Either the
 * commit never arrives, or it does and its answer is never heard; whoever sent it cannot tell which.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CommitCutter {
  /** The database's URL, through the cable. */
  url: string;
  /** From here on a commit is cut with that probability. */
  setProbability(probability: number): void;
  cuts(): { unsent: number; unheard: number };
  close(): Promise<void>;
}

/**
 * What commits: the word itself, as a statement of its own; or, on PostgreSQL, the one statement that
 * settles. Both wires carry a statement's text as it is, and neither knex nor we send two at once.
 */
const COMMITS = /^[\s\S]{1,12}commit;?\0?$|insert into [^ ]*gw_attempts/i;
/** A statement's text is at the head of what is sent; bodies follow. */
const LOOKED_AT_BYTES = 4_096;

export async function createCommitCutter(
  database: string,
  random: () => number
): Promise<CommitCutter> {
  const target = new URL(database);
  const open = new Set<Socket>();
  const counts = { unsent: 0, unheard: 0 };
  let probability = 0;

  const isCut = (chunk: Buffer): boolean =>
    probability > 0 &&
    COMMITS.test(chunk.toString('latin1', 0, LOOKED_AT_BYTES)) &&
    random() < probability;

  const server = createServer((near) => {
    const far = connect({ host: target.hostname, port: Number(target.port) });
    const cut = (): void => {
      near.resetAndDestroy();
      far.destroy();
    };
    let isMute = false;
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay();
      socket.on('error', cut);
      socket.on('close', () => {
        open.delete(socket);
        cut();
      });
    }
    near.on('data', (chunk) => {
      if (!isCut(chunk)) {
        far.write(chunk);
      } else if (random() < 0.5) {
        counts.unsent += 1;
        cut();
      } else {
        counts.unheard += 1;
        isMute = true;
        far.write(chunk);
      }
    });
    far.on('data', (chunk) => {
      if (isMute) cut();
      else near.write(chunk);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  const near = new URL(database);
  near.port = String((server.address() as AddressInfo).port);
  return {
    url: near.href,
    setProbability(next) {
      probability = next;
    },
    cuts: () => ({ ...counts }),
    close: () =>
      new Promise((closed) => {
        for (const socket of open) socket.destroy();
        server.close(() => closed());
      }),
  };
}
