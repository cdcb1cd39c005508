/** A PgBouncer in transaction mode before a PostgreSQL: what many a hosted database has in front of it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';

import { freePort } from './strapi-process';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
/** `nobody`: it refuses to run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };
const STARTS_WITHIN_MS = 10_000;
/** Fewer than the clients: what depends on its session finds itself in another one. */
const SERVER_CONNECTIONS = 4;

export interface Pgbouncer {
  /** The PostgreSQL's, through the pooler. */
  url: string;
  stop(): Promise<void>;
}

export const findPgbouncer = (): string | undefined =>
  FOLDERS.map((folder) => join(folder, 'pgbouncer')).find((program) => existsSync(program));

export async function startPgbouncer(program: string, postgres: string): Promise<Pgbouncer> {
  const home = await mkdtemp(join(tmpdir(), 'gw-pgbouncer-'));
  const port = await freePort();
  const file = join(home, 'pgbouncer.ini');
  await writeFile(file, configOf(new URL(postgres), port));
  await chmod(home, 0o755);
  const child = spawn(program, [file], {
    ...(userInfo().uid === 0 ? UNPRIVILEGED : {}),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    await rm(home, { recursive: true, force: true });
  };
  try {
    await answers(port);
  } catch {
    await stop();
    throw new Error(`PgBouncer did not start:\n${output}`);
  }
  const url = new URL(postgres);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return { url: url.href, stop };
}

function configOf({ hostname, port, username, password }: URL, listenPort: number): string {
  const secret = password === '' ? '' : ` password=${decodeURIComponent(password)}`;
  return `[databases]
* = host=${hostname} port=${port || '5432'} user=${decodeURIComponent(username)}${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
auth_type = any
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
unix_socket_dir =
`;
}

async function answers(port: number): Promise<void> {
  const deadline = performance.now() + STARTS_WITHIN_MS;
  while (!(await isOpen(port))) {
    if (performance.now() > deadline) throw new Error('no answer');
    await new Promise((passed) => setTimeout(passed, 50));
  }
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
