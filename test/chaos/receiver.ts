/**
 * The receiver, in the judge's own process: it outlives every victim, answers as the round says, and
 * remembers everything it was sent.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `flaky`: one title in five is refused at its first arrival. `down`: everything is refused. */
export type ReceiverMood = 'healthy' | 'flaky' | 'down';

export interface Receipt {
  title: string;
  /** Null from Strapi's own webhooks, which have no id. */
  webhookId: string | null;
  body: string;
  accepted: boolean;
}

export interface Receiver {
  url: string;
  receipts: readonly Receipt[];
  setMood(mood: ReceiverMood): void;
  close(): Promise<void>;
}

const ACCEPTED = 200;
const REFUSED = 503;
const FLAKY_ONE_IN = 5;

export async function createReceiver(): Promise<Receiver> {
  const receipts: Receipt[] = [];
  const seen = new Set<string>();
  let mood: ReceiverMood = 'healthy';

  function accepts(title: string): boolean {
    if (mood !== 'flaky') return mood === 'healthy';
    const number = Number(/(\d+)$/.exec(title)?.[1] ?? 0);
    return number % FLAKY_ONE_IN !== 0 || seen.has(title);
  }

  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        const title = titleIn(body);
        const accepted = accepts(title);
        seen.add(title);
        const id = request.headers['webhook-id'];
        receipts.push({ title, webhookId: id === undefined ? null : String(id), body, accepted });
        response.writeHead(accepted ? ACCEPTED : REFUSED).end();
      })
      .catch(() => response.destroy()); // the victim died in the middle of its request
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    receipts,
    setMood(next) {
      mood = next;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A content event carries the entry; a published message is ours. */
function titleIn(body: string): string {
  const payload = JSON.parse(body) as { title?: string; entry?: { name: string } };
  return payload.title ?? payload.entry?.name ?? '';
}
