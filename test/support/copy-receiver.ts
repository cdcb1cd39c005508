/** `playground/receiver/copy.mjs` as a process: a receiver that keeps a copy of the content in SQLite. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/* eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types */
const Database = require('better-sqlite3') as new (
  file: string,
  options: { readonly: boolean }
) => { prepare(sql: string): { all(): unknown[] }; close(): void };

const SCRIPT = join(__dirname, '../../playground/receiver/copy.mjs');

export interface Copied {
  uid: string;
  document_id: string;
  locale: string;
  status: 'draft' | 'published';
  entry: Record<string, unknown>;
  /** SHA-256 of the event's bytes. */
  hash: string;
}

export interface CopyReceiver {
  url: string;
  rows(): Copied[];
  /** Keeps a backup of the copy. */
  backUp(): Promise<void>;
  /** Puts the backup back. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCopyReceiver(secret?: string): Promise<CopyReceiver> {
  const folder = await mkdtemp(join(tmpdir(), 'gw-copy-'));
  const file = join(folder, 'copy.sqlite');
  const backup = join(folder, 'backup.sqlite');
  let port = 0;
  let child: ChildProcess;

  async function start(): Promise<void> {
    const signed = secret === undefined ? [] : ['--secret', secret];
    child = spawn(process.execPath, [SCRIPT, '--file', file, '--port', String(port), ...signed], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout! });
    const [line] = (await once(lines, 'line')) as [string];
    port = Number(/:(\d+)/.exec(line)?.[1]);
  }

  async function stop(): Promise<void> {
    child.kill();
    await once(child, 'exit');
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,

    rows() {
      const db = new Database(file, { readonly: true });
      try {
        const rows = db.prepare('select * from copies').all() as (Copied & { entry: string })[];
        return rows.map((row) => ({
          ...row,
          entry: JSON.parse(row.entry) as Record<string, unknown>,
        }));
      } finally {
        db.close();
      }
    },

    backUp: () => copyFile(file, backup),

    async restore() {
      await stop();
      await copyFile(backup, file);
      await start();
    },

    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
