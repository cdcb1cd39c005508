/**
 * A database server of a run's own: ready when it says so, restarted as a test demands, and gone
 * without a trace. What is PostgreSQL's and what MariaDB's own is in the files named after them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { start } from './child.mjs';

const STARTS_WITHIN_MS = 60_000;
const LOG_KEPT_CHARS = 4_000;

/**
 * @param kind `name`: for errors and the temporary folder; `ready`: what its log says when it is;
 *   `endsBy`: signals that end it, `asked` or `killed`
 * @param prepare fills the folder it is given; returns `command`, `options` for `spawn`, and `url`
 * @returns its URL; `restart(how, downMs)`; `stop()`, which removes every trace.
 */
export async function startServer(kind, prepare) {
  const home = mkdtempSync(path.join(tmpdir(), `gw-${kind.name.toLowerCase()}-`));
  const clear = () => rmSync(home, { recursive: true, force: true });
  try {
    const { command, options, url } = await prepare(home);
    const launch = async () => {
      const launched = start(command, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
      await ready(launched, kind);
      return launched;
    };
    let server = await launch();
    const restart = async (how, downMs = 0) => {
      server.child.kill(kind.endsBy[how]);
      await server.exited;
      await new Promise((passed) => setTimeout(passed, downMs));
      server = await launch();
    };
    const stop = async () => {
      await server.stop();
      clear();
    };
    return { url, restart, stop };
  } catch (error) {
    clear();
    throw error;
  }
}

function ready(server, kind) {
  return new Promise((resolve, reject) => {
    let log = '';
    const timer = setTimeout(() => fail('is not ready in time'), STARTS_WITHIN_MS);
    const fail = (why) => {
      clearTimeout(timer);
      void server.stop();
      reject(new Error(`${kind.name} ${why}:\n${log}`));
    };
    server.child.stderr.on('data', (chunk) => {
      log = (log + chunk).slice(-LOG_KEPT_CHARS);
      if (!log.includes(kind.ready)) return;
      clearTimeout(timer);
      resolve();
    });
    void server.exited.then(() => fail('exited'));
  });
}
