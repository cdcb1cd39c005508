/**
 * Strapi's own webhooks, sent by Strapi's own runner to a real receiver: what captured events are
 * held against.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Core } from '@strapi/strapi';

/** Against a test that waits for what never comes; nothing ever waits this long for what does. */
const DEADLINE_MS = 10_000;

export interface NativeEvent {
  name: string;
  /** Exactly as it was sent. */
  body: string;
}

export interface NativeWebhooks {
  /** Waits for `count` deliveries, then takes all there are. */
  take(count: number): Promise<NativeEvent[]>;
  close(): Promise<void>;
}

export async function createNativeWebhooks(
  strapi: Core.Strapi,
  events: readonly string[]
): Promise<NativeWebhooks> {
  const received: NativeEvent[] = [];
  let onArrival = (): void => undefined;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      response.writeHead(200).end();
      received.push({ name: String(request.headers['x-strapi-event']), body });
      onArrival();
    });
  });
  const url = await listen(server);
  const webhook = { id: 'native', url, headers: {}, events: [...events], isEnabled: true };
  const runner = strapi.get<{
    add(hook: typeof webhook): void;
    remove(hook: typeof webhook): void;
  }>('webhookRunner');
  runner.add(webhook);

  return {
    async take(count) {
      await new Promise<void>((arrived, failed) => {
        const deadline = setTimeout(() => {
          const names = received.map(({ name }) => name).join(', ');
          failed(
            new Error(`waited for ${count} native webhooks, got ${received.length}: ${names}`)
          );
        }, DEADLINE_MS);
        onArrival = () => {
          if (received.length < count) return;
          clearTimeout(deadline);
          arrived();
        };
        onArrival();
      });
      return received.splice(0);
    },

    async close() {
      runner.remove(webhook);
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
