/** Strapi's command line on the test app, with the plugin from source: a process of its own, as in a terminal. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { TestDatabase } from './databases';

const APP_DIR = resolve(__dirname, '../app');
const PLUGIN_DIR = resolve(__dirname, 'plugin');
const REGISTER = resolve(__dirname, '../chaos/register.cjs');
const STRAPI = resolve(__dirname, '../../node_modules/.bin/strapi');

/** @returns its output. @throws Error with its output when it fails. */
export async function runStrapi(
  args: readonly string[],
  database: TestDatabase,
  env: Record<string, string> = {}
): Promise<string> {
  const publicDir = await mkdtemp(join(tmpdir(), 'gw-command-'));
  await mkdir(join(publicDir, 'uploads'));
  const options = {
    cwd: APP_DIR,
    env: {
      ...process.env,
      ...database.env,
      NODE_ENV: 'production',
      NODE_OPTIONS: `--require ${REGISTER}`,
      PUBLIC_DIR: publicDir,
      LOG_LEVEL: 'warn',
      STRAPI_TELEMETRY_DISABLED: 'true',
      STRAPI_DISABLE_LICENSE_PING: 'true',
      WEBHOOKS_PLUGIN: PLUGIN_DIR,
      ...env,
    },
  };
  try {
    return await new Promise<string>((done, failed) => {
      execFile(STRAPI, args, options, (error, stdout, stderr) => {
        if (error === null) done(stdout + stderr);
        else failed(new Error(`strapi ${args[0]}: ${error.message}\n${stdout}\n${stderr}`));
      });
    });
  } finally {
    await rm(publicDir, { recursive: true, force: true });
  }
}
