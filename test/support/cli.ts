/** The command line of the plugin, run as a process of its own. */
import { execFile } from 'node:child_process';
import path from 'node:path';

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
