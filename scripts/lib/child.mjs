/**
 * Child processes that never outlive us. Each leads a process group of its own, so that stopping it
 * stops what it started (npm starts a shell starts node); groups still alive at our exit are killed.
 */
import { spawn } from 'node:child_process';

const KILL_AFTER_MS = 15_000;
const living = new Set();

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // gone already
  }
}

process.on('exit', () => {
  for (const child of living) signalGroup(child, 'SIGKILL');
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => process.exit(code));
}

/**
 * @param command a program and its arguments
 * @param options as for `spawn`; `env` is laid over our own
 */
export function start([program, ...args], options = {}) {
  const child = spawn(program, args, {
    stdio: 'inherit',
    detached: true,
    ...options,
    env: { ...process.env, ...options.env },
  });
  living.add(child);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, error }));
    child.once('exit', (code, signal) => resolve({ code: code ?? 1, signal }));
  });
  void exited.then(() => {
    // What the leader left behind (a database of its own, say) goes with it.
    signalGroup(child, 'SIGKILL');
    living.delete(child);
  });
  return {
    child,
    exited,
    stop: () => stop(child, exited),
    /** As a crash ends it. */
    kill: () => signalGroup(child, 'SIGKILL'),
  };
}

async function stop(child, exited) {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  await exited;
  clearTimeout(timer);
}

/** Runs to the end, or to the deadline. @returns exit code, and whether it was the deadline's doing. */
export async function run(command, { deadlineMs, ...options } = {}) {
  const { child, exited } = start(command, options);
  let late = false;
  const timer =
    deadlineMs &&
    setTimeout(() => {
      late = true;
      signalGroup(child, 'SIGKILL');
    }, deadlineMs);
  const { code, error } = await exited;
  clearTimeout(timer);
  return { code, late, error };
}

/** Runs quietly. @returns exit code and everything it printed. */
export async function capture(command, options = {}) {
  const { child, exited } = start(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const { code, error } = await exited;
  return { code, output: error ? error.message : output };
}
