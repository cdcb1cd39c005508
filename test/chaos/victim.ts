/** The judge's handle on a victim: starts it, hears its reports, kills it, waits for its death. */
import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { PLAN_VARIABLE, REPORT_FD, type Command, type Plan, type Report } from './protocol';

const REGISTER = resolve(__dirname, 'register.cjs');
const CHILD = resolve(__dirname, 'child.ts');
/** A loaded machine boots Strapi slowly; past this something is wrong. */
const PATIENCE_MS = 120_000;
const OUTPUT_KEPT = 4_000;

export interface Victim {
  reports: readonly Report[];
  /** Rejects, with what the victim printed, when it dies or stays silent instead. */
  hear<K extends Report['kind']>(kind: K): Promise<Extract<Report, { kind: K }>>;
  /** The same, of a report that is yet to come. */
  hearAnother<K extends Report['kind']>(kind: K): Promise<Extract<Report, { kind: K }>>;
  tell(command: Command): void;
  kill(): void;
  /** Resolves when it is dead and its last report is read. */
  dead: Promise<void>;
}

export function startVictim(plan: Plan, env: Record<string, string>): Victim {
  const child = spawn(process.execPath, ['-r', REGISTER, CHILD], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env, [PLAN_VARIABLE]: JSON.stringify(plan) },
  });
  child.stdin?.on('error', () => undefined); // it died before it heard us; its exit says so
  const output = keepTail(child);
  const reports: Report[] = [];
  const listeners = new Set<() => void>();
  let isDead = false;

  const lines = createInterface({ input: child.stdio[REPORT_FD] as Readable });
  lines.on('line', (line) => {
    reports.push(JSON.parse(line) as Report);
    listeners.forEach((listener) => listener());
  });
  const linesRead = new Promise((read) => lines.once('close', read));
  const exited = new Promise((exit) => child.once('exit', exit));
  const dead = Promise.all([linesRead, exited]).then(() => {
    isDead = true;
    listeners.forEach((listener) => listener());
  });

  /** @param known reports that are not looked at. */
  function hear<K extends Report['kind']>(
    kind: K,
    known: number
  ): Promise<Extract<Report, { kind: K }>> {
    return new Promise((heard, reject) => {
      const give = (why: string): void => {
        stop();
        reject(new Error(`round ${plan.round}: ${why} waiting for "${kind}"\n${output()}`));
      };
      const timer = setTimeout(() => give('no patience left'), PATIENCE_MS);
      const look = (): void => {
        const failure = reports.find((report) => report.kind === 'failed');
        const found = reports.slice(known).find((report) => report.kind === kind);
        if (failure !== undefined) give(failure.error);
        else if (found !== undefined) {
          stop();
          heard(found as Extract<Report, { kind: K }>);
        } else if (isDead) give('died');
        else if (reports.at(-1)?.kind === 'survived') give('nothing left to do');
      };
      const stop = (): void => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      listeners.add(look);
      look();
    });
  }

  return {
    reports,
    hear: (kind) => hear(kind, 0),
    hearAnother: (kind) => hear(kind, reports.length),
    dead,
    tell(command) {
      child.stdin?.write(`${command}\n`);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

/** Both streams must be read, or a talkative victim blocks; the end of it explains a failure. */
function keepTail(child: ChildProcess): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-OUTPUT_KEPT);
    });
  }
  return () => tail;
}
