/** A PgBouncer in transaction mode before a PostgreSQL: what many a hosted database has in front of it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';

import { findProgram, homeOf, startServer } from './child-server';
import { freePort } from './strapi-process';

/** `nobody`: it refuses to run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };
/** Fewer than the clients: what depends on its session finds itself in another one. */
const SERVER_CONNECTIONS = 4;

export interface Pgbouncer {
  /** The PostgreSQL's, through the pooler. */
  url: string;
  stop(): Promise<void>;
}

export const findPgbouncer = (): string | undefined => findProgram('pgbouncer');

export async function startPgbouncer(program: string, postgres: string): Promise<Pgbouncer> {
  const home = await homeOf('pgbouncer');
  const port = await freePort();
  const file = join(home, 'pgbouncer.ini');
  await writeFile(file, configOf(new URL(postgres), port));
  const user = userInfo().uid === 0 ? UNPRIVILEGED : {};
  const stop = await startServer({
    program,
    args: [file],
    port,
    home,
    signal: 'SIGKILL',
    ...user,
  });
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
