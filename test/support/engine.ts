/**
 * A booted Strapi whose own delivery is off, and nodes of ours on its database: whatever is sent, the
 * test has ticked for it, by a clock and dice of its own.
 */
import { randomBytes } from 'node:crypto';

import type { Core } from '@strapi/strapi';

import type { MessageDetail } from '../../server/src/panel/contract';
import type { CallbacksService } from '../../server/src/api/callbacks';
import type { MessagesService } from '../../server/src/panel/services/messages';
import { createPublisher, type PublisherService } from '../../server/src/api/publisher';
import { PATIENCE_MS } from '../../server/src/delivery/loop/slots';
import { createRuntime, type Runtime } from '../../server/src/runtime/runtime';
import { createClock, type TestClock } from './clock';
import { createReceiver, type Received, type Receiver } from './receiver';
import { bootStrapi, type BootedStrapi, type DatabaseKind } from './strapi';

/** A claim's, with the time that a message may wait for a slot. */
export const LEASE_MS = 60_000;

export interface Node extends Runtime {
  publisher: PublisherService;
  /** Sends what is due, until nothing is, with all that follows from it. */
  tick(): Promise<void>;
}

export interface Engine {
  app: BootedStrapi;
  clock: TestClock;
  receiver: Receiver;
  /** The first node; `addNode` makes others. */
  node: Node;
  addNode(strapi?: Core.Strapi): Promise<Node>;
  callbacks: CallbacksService;
  service<T>(name: string): T;
  detail(messageId: string): Promise<MessageDetail>;
  /** Requests to that path, in the order of their arrival. */
  to(path: string): Received[];
  /** Stops the nodes and empties the queue: call it after each test. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const TABLES = [
  'gw_outbox',
  'gw_undelivered',
  'gw_messages',
  'gw_attempts',
  'gw_events',
  'gw_queues',
  'gw_flow_keys',
];

export async function bootEngine(database: DatabaseKind, config: object = {}): Promise<Engine> {
  const app = await bootStrapi({
    database,
    listen: false,
    plugin: {
      dispatcher: { enabled: false, leaseMs: LEASE_MS - PATIENCE_MS },
      http: { allow: { cidrs: ['127.0.0.1/32'] } },
      ...config,
    },
  });
  const service = <T>(name: string): T =>
    app.strapi.plugin('guaranteed-webhooks').service(name) as unknown as T;
  const nodes: Node[] = [];

  const engine: Engine = {
    app,
    clock: createClock(),
    receiver: await createReceiver(),
    node: undefined as unknown as Node,
    callbacks: service<CallbacksService>('callbacks'),
    service,

    async addNode(strapi = app.strapi) {
      const world = { clock: engine.clock, random: () => 0.5, randomBytes };
      const runtime = createRuntime(strapi, world);
      await runtime.keys.load();
      await runtime.directory.refresh();
      const publisher = createPublisher(strapi, () => runtime);
      const node = { ...runtime, publisher, tick: () => runtime.dispatcher.tick() };
      nodes.push(node);
      return node;
    },

    detail: (messageId) => service<MessagesService>('messages').get(messageId),
    to: (path) => engine.receiver.requests.filter((request) => request.path === path),

    async reset() {
      await Promise.all(nodes.splice(0).map((node) => node.stop()));
      await engine.receiver.close();
      const schema = app.strapi.db.getSchemaName();
      for (const table of [...TABLES, 'gw_schedules', 'gw_deduplication']) {
        const rows = app.strapi.db.connection(table);
        await (schema ? rows.withSchema(schema) : rows).delete();
      }
      engine.receiver = await createReceiver();
      engine.clock = createClock();
      engine.node = await engine.addNode();
    },

    async close() {
      await Promise.all(nodes.map((node) => node.stop()));
      await engine.receiver.close();
      await app.close();
    },
  };
  engine.node = await engine.addNode();
  return engine;
}
