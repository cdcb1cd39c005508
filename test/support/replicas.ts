/** Several Strapis on one database, each in a process of its own: started, told what to do, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { createTestDatabase, type DatabaseKind, type TestDatabase } from './databases';
import { copyStartedDatabase } from './started-databases';
import type { Operations } from './replica-child';

const REGISTER = resolve(__dirname, '../chaos/register.cjs');
const CHILD = resolve(__dirname, 'replica-child.ts');
/** The plugin as it is in the working tree. */
const PLUGIN_DIR = resolve(__dirname, 'plugin');
const ENVIRONMENT = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  STRAPI_TELEMETRY_DISABLED: 'true',
  STRAPI_DISABLE_LICENSE_PING: 'true',
  WEBHOOKS_PLUGIN: PLUGIN_DIR,
};
const OUTPUT_KEPT = 4_000;

type Calls = {
  [Name in keyof Operations]: (
    ...args: Parameters<Operations[Name]>
  ) => Promise<Awaited<ReturnType<Operations[Name]>>>;
};

export interface Replica extends Calls {
  /** Resolves when the process is gone. */
  dead: Promise<void>;
  /** SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Not one instruction of it runs until `proceed`: a pause that it does not notice. */
  freeze(): void;
  proceed(): void;
}

export interface ReplicaOptions {
  dispatcher?: object;
  health?: object;
  timeoutMs?: number;
  /** How far the machine's clock is off, for this process. */
  skewMs?: number;
  /** How far ahead of now the plugin is: a restart after a long time. */
  aheadMs?: number;
  /** By which a receiver tells them apart. */
  userAgent?: string;
  /** Its `config/webhooks`. */
  settings?: object;
  /** Of a PostgreSQL, other than `public`; it is there already. */
  schema?: string;
}

export interface Cluster {
  database: TestDatabase;
  start(options?: ReplicaOptions): Promise<Replica>;
  close(): Promise<void>;
}

interface ClusterOptions {
  /** Of the database, other than the one the environment names. */
  server?: string;
  /** Without tables: the first replica makes them. Default: as Strapi's first start leaves them. */
  empty?: boolean;
}

export async function createCluster(
  kind: DatabaseKind,
  { server, empty = server !== undefined }: ClusterOptions = {}
): Promise<Cluster> {
  const publicDir = await mkdtemp(join(tmpdir(), 'gw-replicas-'));
  await mkdir(join(publicDir, 'uploads'));
  const database = await (empty
    ? createTestDatabase(kind, server)
    : startedDatabase(kind, publicDir));
  const replicas: Replica[] = [];

  return {
    database,
    async start(options = {}) {
      const { dispatcher = {}, health = {}, timeoutMs = 1_500, skewMs = 0, aheadMs = 0 } = options;
      const { userAgent, schema, settings = {} } = options;
      const allow = { cidrs: ['127.0.0.1/32'] };
      const config = { dispatcher, health, http: { timeoutMs, allow, userAgent } };
      const replica = await startReplica({
        ...database.env,
        ...(schema === undefined ? {} : { DATABASE_SCHEMA: schema }),
        PUBLIC_DIR: publicDir,
        WEBHOOKS_SETTINGS: JSON.stringify(settings),
        WEBHOOKS_PLUGIN_CONFIG: JSON.stringify(config),
        REPLICA_SKEW_MS: String(skewMs),
        REPLICA_AHEAD_MS: String(aheadMs),
      });
      replicas.push(replica);
      return replica;
    },
    async close() {
      await Promise.all(replicas.map((replica) => replica.kill()));
      await database.drop();
      await rm(publicDir, { recursive: true, force: true });
    },
  };
}

function startedDatabase(kind: DatabaseKind, publicDir: string): Promise<TestDatabase> {
  const start = async ({ env }: TestDatabase): Promise<void> => {
    const replica = await startReplica({ ...env, PUBLIC_DIR: publicDir });
    await replica.stop();
    await replica.kill();
  };
  return copyStartedDatabase(kind, { hasPlugin: true, start });
}

interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

async function startReplica(env: Record<string, string>): Promise<Replica> {
  const child = spawn(process.execPath, ['-r', REGISTER, CHILD], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT, ...env },
  });
  const output = tailOf(child);
  const waiting = new Map<number, Waiting>();
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      for (const { reject } of waiting.values()) reject(new Error(`a replica left\n${output()}`));
      waiting.clear();
      resolve();
    });
  });
  child.on('message', ({ id, result, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });

  let calls = 0;
  const wait = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const call =
    (name: string) =>
    (...args: unknown[]): Promise<unknown> => {
      calls += 1;
      child.send({ id: calls, name, args });
      return wait(calls);
    };
  await wait(0); // it listens
  const names: (keyof Operations)[] = [
    'ready',
    'subscribe',
    'publish',
    'createAuthors',
    'changeAuthors',
    'authors',
    'messageIds',
    'pause',
    'resume',
    'endpointState',
    'inFlight',
    'beat',
    'states',
    'attempts',
    'indexes',
    'managed',
    'makeSchemaOlder',
    'dieAt',
    'backfill',
    'heal',
    'lastJob',
    'sql',
    'compared',
    'clocks',
    'api',
    'second',
    'setClock',
    'stop',
  ];
  return {
    ...(Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Calls),
    dead: gone,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    freeze() {
      child.kill('SIGSTOP');
    },
    proceed() {
      child.kill('SIGCONT');
    },
  };
}

function tailOf(child: ChildProcess): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-OUTPUT_KEPT);
    });
  }
  return () => tail;
}
