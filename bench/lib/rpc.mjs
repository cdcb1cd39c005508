/**
 * Processes of a measurement and how they are asked to do things: each runs in a process of its own,
 * so that none spends another's processor time, and answers calls over Node's IPC channel.
 */
import { fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKERS = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'workers');
const OUTPUT_KEPT = 4_000;

/**
 * @returns `call(operation, ...args)`, and `close()` which ends the process.
 */
export async function startWorker(name, { env = {}, execArgv = [] } = {}) {
  const child = fork(path.join(WORKERS, `${name}.mjs`), {
    env: { ...process.env, ...env },
    execArgv,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-OUTPUT_KEPT);
    });
  }
  const waiting = new Map();
  let nextId = 1;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`${name}: ${error}`));
  });
  child.once('exit', (code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`${name} left (${code})\n${output}`));
    waiting.clear();
  });

  const call = (operation, ...args) =>
    new Promise((resolve, reject) => {
      const id = nextId;
      nextId += 1;
      waiting.set(id, { resolve, reject });
      child.send({ id, operation, args });
    });
  const worker = {
    call,
    pid: child.pid,
    async close() {
      child.disconnect(); // its signal to put things away; see `serve`
      await exited;
    },
  };
  await call('ready');
  return worker;
}

/** In the worker: answers calls with these operations, and leaves when the parent has gone. */
export function serve(operations, close = () => undefined) {
  const all = { ready: () => true, ...operations };
  process.on('message', ({ id, operation, args }) => {
    Promise.resolve()
      .then(() => all[operation](...args))
      .then(
        (result) => process.send({ id, result }),
        (error) => process.send({ id, error: error.stack ?? String(error) })
      );
  });
  process.once('disconnect', () => {
    Promise.resolve()
      .then(close)
      .catch(() => undefined)
      .then(() => process.exit(0));
  });
}

export async function waitFor(condition) {
  while (!(await condition())) await new Promise((passed) => setTimeout(passed, 20));
}
