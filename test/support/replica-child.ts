/**
 * One of several Strapis on a database, in a process of its own: boots, listens, and does as it is
 * told over Node's IPC channel. Its clock may be off by `REPLICA_SKEW_MS`: the machine's, as this
 * process sees it. With `REPLICA_AHEAD_MS` the plugin is given a clock that is so far ahead, in place of
 * the database's: a restart months later.
 */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';

import { createStrapi, type Core } from '@strapi/strapi';

import type {
  EndpointInput,
  JobView,
  ReconcileInput,
  TopicInput,
} from '../../server/src/panel/contract';
import type { PublishInput } from '../../server/src/api/publisher';
import { createRuntime, type Runtime } from '../../server/src/runtime/runtime';
import { rowsOf } from '../../server/src/store/sql/rows';
import { watchKillPoint } from '../chaos/kill-points';
import type { KillPoint } from '../chaos/protocol';
import type { Copied } from './copy-receiver';
import { setMachineClock, takeOverMachineClock } from './machine-clock';
import { makeSchemaOlder } from './older-schema';
import { copiesOf, hashesOf, versionsOf } from './same-copy';

const APP_DIR = resolve(__dirname, '../app');
const TOPIC = 'authors';
const CONTENT_TYPE = 'api::author.author';

interface Author {
  documentId: string;
  name: string;
}

export interface Operations {
  ready(): void;
  /** An endpoint of the one topic. */
  subscribe(url: string, settings?: Partial<EndpointInput>): Promise<number>;
  /** In one transaction: all of them are due, or none. */
  publish(count: number): Promise<void>;
  /** Creates so many authors. @returns their document ids. */
  createAuthors(count: number): Promise<string[]>;
  /** Updates authors, so many times in all, each time another one. */
  changeAuthors(documentIds: readonly string[], times: number): Promise<void>;
  /** Name by document id. */
  authors(): Promise<Record<string, string>>;
  /** Ids of all messages, in the order of their making. */
  messageIds(): Promise<string[]>;
  pause(endpointId: number): Promise<void>;
  resume(endpointId: number): Promise<void>;
  /** As this node has it in memory. */
  endpointState(endpointId: number): string | undefined;
  /** What this node is sending at the moment. */
  inFlight(): number;
  /** Says that it is there, and looks who else is; otherwise each does every ten seconds. */
  beat(): Promise<void>;
  states(): Promise<Record<string, number>>;
  /** Recorded of each message, in the order of their making. */
  attempts(): Promise<number[]>;
  /** Names of the message table's indexes, sorted. */
  indexes(): Promise<string[]>;
  /** Names and versions of the topics, endpoints and schedules that a file manages. */
  managed(): Promise<string[]>;
  /** The message table as an older version of ours made it. */
  makeSchemaOlder(): Promise<void>;
  /** Ends this process when the point is reached for the n-th time. */
  dieAt(killPoint: KillPoint, occurrence: number, receiverUrl: string): void;
  /** Sends the endpoint what is there. */
  backfill(endpointId: number): Promise<void>;
  /** Compares byte for byte, and sends what differs. */
  heal(endpointId: number): Promise<void>;
  lastJob(): Promise<Pick<JobView, 'state' | 'done' | 'findings'>>;
  sql(statement: string): Promise<void>;
  /** The authors of the database and of a receiver's copy, and hashes of the ledger and of what was received. */
  compared(endpointId: number, copied: Copied[]): Promise<Compared>;
  /** What the plugin takes for now, and what the machine does. */
  clocks(): { plugin: number; machine: number };
  setClock(aheadMs: number): void;
  /** Where the QStash API is, and a token that may do everything there. */
  api(): Promise<{ url: string; token: string }>;
  /** What every node does each second, delivery included, now; until nothing is under way. */
  second(): Promise<void>;
  /** As the process manager asks for it. */
  stop(): Promise<void>;
}

interface Jobs {
  backfill(id: number): Promise<unknown>;
  reconcile(id: number, input: ReconcileInput): Promise<unknown>;
  list(): Promise<JobView[]>;
}

interface Compared {
  database: string[];
  copy: string[];
  hashes: { ledger: string[]; copy: string[] };
}

interface Switches {
  pause(id: number, reason?: string): Promise<unknown>;
  resume(id: number, input: { held: 'deliver' | 'skip' }): Promise<unknown>;
}

takeOverMachineClock();
setMachineClock(Number(process.env.REPLICA_SKEW_MS ?? 0));

const RUNTIME = 'plugin::guaranteed-webhooks.runtime';
const aheadMs = Number(process.env.REPLICA_AHEAD_MS ?? 0);
const runtimeAhead = ({ strapi }: { strapi: Core.Strapi }): Runtime =>
  createRuntime(strapi, {
    clock: { now: () => Date.now() + aheadMs },
    random: () => Math.random(),
    randomBytes,
  });

const service = <T>(strapi: Core.Strapi, name: string): T =>
  strapi.plugin('guaranteed-webhooks').service(name) as T;

function operationsOf(strapi: Core.Strapi): Operations {
  const runtime = (): Runtime => service<Runtime>(strapi, 'runtime');
  const switches = (): Switches => service<Switches>(strapi, 'endpoints');
  const jobs = (): Jobs => service<Jobs>(strapi, 'jobs');
  let topicId: number | undefined;
  const authors = () =>
    strapi.documents(CONTENT_TYPE) as unknown as {
      create(params: object): Promise<Author>;
      update(params: object): Promise<Author>;
      findMany(params: object): Promise<Author[]>;
    };
  return {
    ready: () => undefined,
    async subscribe(url, settings = {}) {
      const topics = service<{ create(input: TopicInput): Promise<{ id: number }> }>(
        strapi,
        'topics'
      );
      const endpoints = service<{ create(input: EndpointInput): Promise<{ id: number }> }>(
        strapi,
        'endpoints'
      );
      topicId ??= (
        await topics.create({ name: TOPIC, events: ['entry.*'], contentTypes: [CONTENT_TYPE] })
      ).id;
      const { id } = await endpoints.create({
        name: `receiver ${url}`,
        url,
        topicIds: [topicId],
        ...settings,
      });
      return id;
    },
    async publish(count) {
      const publisher = service<{ publish(input: PublishInput): Promise<unknown> }>(
        strapi,
        'publisher'
      );
      await strapi.db.transaction(async () => {
        for (let n = 0; n < count; n += 1) {
          await publisher.publish({ topic: TOPIC, payload: { n } });
        }
      });
    },
    async createAuthors(count) {
      const made: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const { documentId } = await authors().create({ data: { name: '0' } });
        made.push(documentId);
      }
      return made;
    },
    async changeAuthors(documentIds, times) {
      for (let n = 0; n < times; n += 1) {
        const documentId = documentIds[n % documentIds.length] ?? '';
        const data = { name: `${process.pid}:${n}` };
        await authors().update({ documentId, data });
      }
    },
    async authors() {
      const found = await authors().findMany({ limit: -1 });
      return Object.fromEntries(found.map(({ documentId, name }) => [documentId, name]));
    },
    messageIds: () => strapi.db.connection('gw_messages').orderBy('id').pluck('message_id'),
    async pause(endpointId) {
      await switches().pause(endpointId);
    },
    async resume(endpointId) {
      await switches().resume(endpointId, { held: 'deliver' });
    },
    endpointState: (endpointId) => runtime().directory.endpoint(endpointId)?.state,
    inFlight: () => runtime().dispatcher.stats().inFlight,
    beat: () => runtime().watch.presence.beat(0),
    async states() {
      return { ...(await runtime().store.countByState(10_000)) };
    },
    attempts: () => strapi.db.connection('gw_messages').orderBy('id').pluck('attempts'),
    indexes: () => indexesOf(strapi),
    async managed() {
      const { store } = runtime();
      const rows = [
        ...(await store.listTopics()),
        ...(await store.listEndpoints()),
        ...(await store.listSchedules()).map((one) => ({ ...one, name: one.scheduleId })),
      ];
      return rows
        .filter(({ managedBy }) => managedBy !== null)
        .map(({ name, version }) => `${name} ${version}`);
    },
    dieAt(killPoint, occurrence, receiverUrl) {
      let left = occurrence;
      const onReached = (): void => {
        left -= 1;
        if (left === 0) process.kill(process.pid, 'SIGKILL');
      };
      watchKillPoint(strapi, killPoint, { receiverUrl, onReached });
    },
    async backfill(endpointId) {
      await jobs().backfill(endpointId);
    },
    async heal(endpointId) {
      await jobs().reconcile(endpointId, { heal: true, exact: true });
    },
    async lastJob() {
      const [last] = await jobs().list();
      if (last === undefined) throw new Error('there is no job');
      return { state: last.state, done: last.done, findings: last.findings };
    },
    async sql(statement) {
      await strapi.db.connection.raw(statement);
    },
    async compared(endpointId, copied) {
      const copy = { rows: () => copied };
      return {
        database: await versionsOf(strapi, [CONTENT_TYPE]),
        copy: copiesOf(strapi, copy),
        hashes: await hashesOf(strapi, endpointId, copy),
      };
    },
    makeSchemaOlder: () => makeSchemaOlder(strapi),
    clocks: () => ({ plugin: runtime().clock.now(), machine: Date.now() }),
    setClock: setMachineClock,
    async api() {
      const { port } = strapi.server.httpServer.address() as AddressInfo;
      const tokens = strapi.service('admin::api-token') as {
        create(token: object): Promise<{ accessKey: string }>;
      };
      const { accessKey } = await tokens.create({
        name: `replica ${process.pid}`,
        description: '',
        type: 'full-access',
        kind: 'content-api',
        lifespan: null,
      });
      return {
        url: `http://127.0.0.1:${port}/api/guaranteed-webhooks`,
        token: accessKey,
      };
    },
    async second() {
      await runtime().everySecond();
      await runtime().dispatcher.tick();
    },
    stop: () => strapi.destroy(),
  };
}

const INDEX_QUERIES: Record<string, string> = {
  sqlite: `select name from sqlite_master where type = 'index' and sql is not null
    and tbl_name in ('gw_messages', 'gw_outbox', 'gw_undelivered')`,
  postgres: `select indexname as name from pg_indexes
    where tablename in ('gw_messages', 'gw_outbox', 'gw_undelivered')`,
  mysql: `select distinct index_name as name from information_schema.statistics
    where table_name in ('gw_messages', 'gw_outbox', 'gw_undelivered') and table_schema = database()`,
};

async function indexesOf(strapi: Core.Strapi): Promise<string[]> {
  const query = INDEX_QUERIES[strapi.db.dialect.client] ?? '';
  const result: unknown = await strapi.db.connection.raw(query);
  return rowsOf(result)
    .map(({ name }) => String(name))
    .sort();
}

async function main(): Promise<void> {
  const strapi = createStrapi({ appDir: APP_DIR, distDir: APP_DIR, serveAdminPanel: false });
  await strapi.register();
  if (aheadMs > 0) {
    strapi.get<{ set(uid: string, factory: object): void }>('services').set(RUNTIME, runtimeAhead);
  }
  await strapi.bootstrap();
  await new Promise<void>((listening) => strapi.server.listen(0, '127.0.0.1', listening));
  const operations = operationsOf(strapi) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  process.on('message', ({ id, name, args }: { id: number; name: string; args: unknown[] }) => {
    Promise.resolve()
      .then(() => operations[name]?.(...args))
      .then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: String((error as Error).stack) })
      );
  });
  process.send?.({ id: 0 });
}

// An orphan must not go on delivering.
process.once('disconnect', () => process.exit());
main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack)}\n`);
  process.exit(1);
});
