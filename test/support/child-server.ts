/** A server that a test starts as a process of its own, with files of its own. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
const STARTS_WITHIN_MS = 30_000;

/** @returns the path of an installed program. */
export const findProgram = (name: string): string | undefined =>
  FOLDERS.map((folder) => join(folder, name)).find((program) => existsSync(program));

/** @returns a folder that any user of the machine may read. */
export async function homeOf(name: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), `gw-${name}-`));
  await chmod(home, 0o755);
  return home;
}

interface ChildServer extends Pick<SpawnOptions, 'uid' | 'gid' | 'env'> {
  program: string;
  args: readonly string[];
  port: number;
  /** Deleted when it has stopped. */
  home: string;
  signal: NodeJS.Signals;
}

/** @returns what stops it. @throws Error with its output when it does not listen in time. */
export async function startServer({
  program,
  args,
  port,
  home,
  signal,
  ...options
}: ChildServer): Promise<() => Promise<void>> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill(signal);
    await gone;
    await rm(home, { recursive: true, force: true });
  };
  try {
    await answers(port);
    return stop;
  } catch {
    await stop();
    throw new Error(`${program} did not start:\n${output}`);
  }
}

/** Resolves when something listens there. */
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
