/** The command line of the plugin, run as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { actionOf, type Permission } from '../../server/src/panel/permissions';
import type { Send } from './http';

const PROGRAM = path.resolve(__dirname, '../../cli/index.mjs');

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * @param env all that it gets but `PATH`
 * @param program an executable; that of the checkout by default
 */
export const runCli = (
  args: readonly string[],
  env: Record<string, string>,
  program = PROGRAM
): Promise<CliResult> =>
  new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env } };
    // Without an exit code, it was not started or was killed.
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? NaN), stdout, stderr })
    );
  });

/** A command that goes on until it is ended. */
export interface RunningCli {
  /** Lines of the standard output, and of errors, until now. */
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** Resolves when a line fits. @throws when the command ends first. */
  untilLine(fits: (line: string) => boolean): Promise<string>;
  untilNote(fits: (line: string) => boolean): Promise<string>;
  type(keys: string): void;
  /** Exit code, when it has ended by itself. */
  readonly ended: Promise<number | null>;
  /** @returns the exit code; null: it was killed. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** @param env all that it gets but `PATH` */
export function startCli(args: readonly string[], env: Record<string, string>): RunningCli {
  const child = spawn(PROGRAM, args, { env: { PATH: process.env.PATH, ...env } });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const follow = (stream: Readable) => {
    const lines: string[] = [];
    const news = new EventEmitter();
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      news.emit('line');
    });
    const until = async (fits: (line: string) => boolean): Promise<string> => {
      for (;;) {
        const found = lines.find(fits);
        if (found !== undefined) return found;
        const isOver = await Promise.race([
          once(news, 'line').then(() => false),
          ended.then(() => true),
        ]);
        if (isOver && !lines.some(fits)) throw new Error(`the command ended:\n${lines.join('\n')}`);
      }
    };
    return { lines, until };
  };
  const [out, errors] = [follow(child.stdout), follow(child.stderr)];
  return {
    lines: out.lines,
    notes: errors.lines,
    untilLine: out.until,
    untilNote: errors.until,
    type: (keys) => void child.stdin.write(keys),
    ended,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** @returns the key of a new admin token that has these permissions of the plugin. */
export async function createAdminToken(admin: Send, ...permissions: Permission[]): Promise<string> {
  const { status, body } = await admin<{ data: { accessKey: string } }>(
    'POST',
    '/admin/admin-tokens',
    {
      name: `token with ${permissions.join(' and ')}`,
      description: '',
      lifespan: null,
      adminPermissions: permissions.map((permission) => ({
        action: actionOf(permission),
        subject: null,
        properties: {},
        conditions: [],
      })),
    }
  );
  if (status !== 201) throw new Error(`no token: HTTP ${status} ${JSON.stringify(body)}`);
  return body.data.accessKey;
}
