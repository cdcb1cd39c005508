/**
 * A MariaDB for one run of the chaos harness: the system's binaries, a data folder in a temporary
 * place, a free port. Nothing to do with a server that may be running already.
 */
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';

import { capture, start } from './child.mjs';
import { freePort } from './project.mjs';

const READY = 'ready for connections';
const STARTS_WITHIN_MS = 60_000;
const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
/** It asks for a name by DNS otherwise, and root may come over TCP without a password. */
const INIT = `CREATE USER IF NOT EXISTS root@'127.0.0.1';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
`;

const ENDS_BY = { asked: 'SIGTERM', killed: 'SIGKILL' };

const find = (...names) =>
  names
    .flatMap((name) => FOLDERS.map((folder) => path.join(folder, name)))
    .find((program) => existsSync(program));

/** @returns the server's program, or nothing where it is not installed. */
export const findMariadb = () => find('mariadb-install-db') && find('mariadbd', 'mysqld');

/** MariaDB refuses to run as root; its packages bring a user for it. */
function identity() {
  if (userInfo().uid !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8').match(/^mysql:[^:]*:(\d+):(\d+):/m);
  if (!line) throw new Error('MariaDB does not run as root, and there is no user "mysql"');
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

/** @returns its URL; `restart(how, downMs)`: `asked` or `killed`; `stop()`, which removes every trace. */
export async function startMariadb() {
  const home = mkdtempSync(path.join(tmpdir(), 'gw-mariadb-'));
  try {
    const user = identity();
    const data = path.join(home, 'data');
    const init = path.join(home, 'init.sql');
    mkdirSync(data);
    writeFileSync(init, INIT);
    chmodSync(home, 0o755);
    if (user.uid !== undefined) chownSync(data, user.uid, user.gid);
    const options = { ...user, cwd: home };
    const { code, output } = await capture(
      [
        find('mariadb-install-db'),
        ...['--no-defaults', `--datadir=${data}`, '--skip-test-db'],
        '--auth-root-authentication-method=normal',
      ],
      options
    );
    if (code !== 0) throw new Error(`mariadb-install-db failed:\n${output}`);

    const port = await freePort();
    const command = [
      findMariadb(),
      ...['--no-defaults', `--datadir=${data}`, `--init-file=${init}`],
      ...['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${path.join(data, 'socket')}`],
      // Commits reach the operating system, which we do not kill.
      ...['--skip-name-resolve', '--innodb-flush-log-at-trx-commit=2', '--max-connections=300'],
    ];
    const launch = async () => {
      const launched = start(command, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
      await ready(launched);
      return launched;
    };
    let server = await launch();
    const restart = async (how, downMs = 0) => {
      server.child.kill(ENDS_BY[how]);
      await server.exited;
      await new Promise((passed) => setTimeout(passed, downMs));
      server = await launch();
    };
    const stop = async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    };
    return { url: `mysql://root@127.0.0.1:${port}`, restart, stop };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

function ready(server) {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => fail('is not ready in time'), STARTS_WITHIN_MS);
    const fail = (why) => {
      clearTimeout(timer);
      void server.stop();
      reject(new Error(`MariaDB ${why}:\n${log}`));
    };
    server.child.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-4_000);
      if (!log.includes(READY)) return;
      clearTimeout(timer);
      resolve();
    });
    void server.exited.then(() => fail('exited'));
  });
}
