/**
 * A Strapi app as a process of its own, started the way people start it: `strapi start`, production,
 * a database and secrets of its own. For what only shows in a built app: the package, the panel.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';

const STARTS_WITHIN_MS = 120_000;

export const OPERATOR = { email: 'ada@example.com', password: 'Password-1-of-Ada' };

export interface StrapiProcess {
  origin: string;
  stop(): Promise<void>;
}

const secret = (): string => randomBytes(16).toString('base64url');

/**
 * The packed plugin, installed and built in a fresh app by `npm test`; by hand:
 * `node scripts/packed-app.mjs FOLDER`, then `PACKED_APP=FOLDER`.
 */
export function packedApp(): { app: string; binDir: string } {
  const app = process.env.PACKED_APP;
  if (app === undefined) throw new Error('PACKED_APP is not set: `npm test -- e2e` makes the app');
  return { app, binDir: path.join(app, 'node_modules', '.bin') };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** What the playground's config reads. @param database path of the SQLite file */
export async function appEnv(database: string): Promise<NodeJS.ProcessEnv> {
  return {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(await freePort()),
    DATABASE_CLIENT: 'sqlite',
    DATABASE_URL: database,
    STRAPI_TELEMETRY_DISABLED: 'true',
    APP_KEYS: `${secret()},${secret()}`,
    ADMIN_JWT_SECRET: secret(),
    API_TOKEN_SALT: secret(),
    TRANSFER_TOKEN_SALT: secret(),
    ENCRYPTION_KEY: secret(),
    JWT_SECRET: secret(),
    DEMO_ADMIN_EMAIL: OPERATOR.email,
    DEMO_ADMIN_PASSWORD: OPERATOR.password,
  };
}

/** @param binDir where the app's `strapi` command is */
export async function startStrapi(
  app: string,
  binDir: string,
  env: NodeJS.ProcessEnv
): Promise<StrapiProcess> {
  const options = { cwd: app, env, stdio: 'pipe', detached: true } as const;
  const child = spawn(path.join(binDir, 'strapi'), ['start'], options);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const late = () => reject(new Error(`Strapi is not up in time:\n${log}`));
    const timer = setTimeout(late, STARTS_WITHIN_MS);
    const keep = (chunk: Buffer): void => {
      log += chunk.toString();
      if (!log.includes('Strapi started successfully')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', () => reject(new Error(`Strapi did not start:\n${log}`)));
  });
  return {
    origin: `http://127.0.0.1:${env.PORT}`,
    async stop() {
      if (child.pid === undefined || child.exitCode !== null) return;
      const exited = once(child, 'exit');
      process.kill(-child.pid, 'SIGTERM');
      await exited;
    },
  };
}

/** @returns an admin's token. */
export async function logIn(origin: string, credentials = OPERATOR): Promise<string> {
  const response = await fetch(`${origin}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  const { data } = (await response.json()) as { data: { token: string } };
  return data.token;
}
