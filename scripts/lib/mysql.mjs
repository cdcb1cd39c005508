/**
 * A MariaDB or MySQL for one run of the chaos harness: the system's binaries, a data folder in a
 * temporary place, a free port. Nothing to do with a server that may be running already.
 */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';

import { capture } from './child.mjs';
import { startServer } from './database-server.mjs';
import { freePort } from './project.mjs';

const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
/** It asks for a name by DNS otherwise, and root may come over TCP without a password. */
const INIT = `CREATE USER IF NOT EXISTS root@'127.0.0.1';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
`;

/** What makes its data folder, and what its server needs beyond the other's. */
const FLAVOURS = {
  MariaDB: {
    install: (_program, data) => [
      find('mariadb-install-db'),
      ...['--no-defaults', `--datadir=${data}`, '--skip-test-db'],
      '--auth-root-authentication-method=normal',
    ],
    settings: [],
  },
  MySQL: {
    install: (program, data) => [
      program,
      ...['--no-defaults', '--initialize-insecure', `--datadir=${data}`],
    ],
    settings: ['--mysqlx=OFF', '--secure-file-priv=NULL'],
  },
};

const find = (...names) =>
  names
    .flatMap((name) => FOLDERS.map((folder) => path.join(folder, name)))
    .find((program) => existsSync(program));

/** @returns the server's program, or nothing where none is installed. `MYSQLD_PATH` is taken at its word. */
export const findMysql = () => process.env.MYSQLD_PATH || find('mariadbd', 'mysqld');

/** It refuses to run as root; its packages bring a user for it. */
function identity() {
  if (userInfo().uid !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8').match(/^mysql:[^:]*:(\d+):(\d+):/m);
  if (!line) throw new Error('the server does not run as root, and there is no user "mysql"');
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

/** @param program as `findMysql` found it. @returns as `startServer`: its URL, `restart(how, downMs)`, `stop()`. */
export async function startMysql(program) {
  const { output } = await capture([program, '--no-defaults', '--version']);
  const name = output.includes('MariaDB') ? 'MariaDB' : 'MySQL';
  const kind = {
    name,
    ready: 'ready for connections',
    endsBy: { asked: 'SIGTERM', killed: 'SIGKILL' },
  };
  return startServer(kind, (home) => prepare(home, program, FLAVOURS[name]));
}

async function prepare(home, program, { install, settings }) {
  const user = identity();
  const data = path.join(home, 'data');
  const init = path.join(home, 'init.sql');
  mkdirSync(data);
  writeFileSync(init, INIT);
  chmodSync(home, 0o755);
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid);
  const options = { ...user, cwd: home };
  const { code, output } = await capture(install(program, data), options);
  if (code !== 0) throw new Error(`its data folder could not be made:\n${output}`);

  const port = await freePort();
  const command = [
    program,
    ...['--no-defaults', `--datadir=${data}`, `--init-file=${init}`],
    ...['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${path.join(data, 'socket')}`],
    // Commits reach the operating system, which we do not kill.
    ...['--skip-name-resolve', '--innodb-flush-log-at-trx-commit=2', '--max-connections=300'],
    ...settings,
  ];
  return { command, options, url: `mysql://root@127.0.0.1:${port}` };
}
