/** The demo's Strapi: its keys, its admin panel's build, its process; and any other app's process. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { run, start } from './child.mjs';
import { bin, PLAYGROUND, ROOT } from './project.mjs';
import { dim, say } from './terminal.mjs';

const ENV_FILE = path.join(PLAYGROUND, '.env');
/** Beside the built panel, and gone with it. */
const BUILT_FROM = path.join(PLAYGROUND, 'build', '.built-from');
const STARTS_WITHIN_MS = 120_000;
const POLL_MS = 200;

const secret = (bytes = 24) => randomBytes(bytes).toString('base64url');

/** Keys and accounts for an app that has none. */
export function freshEnv() {
  return {
    APP_KEYS: `${secret()},${secret()}`,
    ADMIN_JWT_SECRET: secret(),
    API_TOKEN_SALT: secret(),
    TRANSFER_TOKEN_SALT: secret(),
    ENCRYPTION_KEY: secret(32),
    JWT_SECRET: secret(),
    DEMO_ADMIN_EMAIL: 'admin@example.com',
    // Strapi wants a capital, a digit, and eight characters; chance may forget one of them.
    DEMO_ADMIN_PASSWORD: `Demo-${randomBytes(6).toString('hex')}-1`,
    DEMO_API_TOKEN: secret(48),
  };
}

function readEnvFile() {
  if (!existsSync(ENV_FILE)) return {};
  const lines = readFileSync(ENV_FILE, 'utf8').split('\n');
  const pairs = lines.map((line) => /^([A-Z_]+)=(.*)$/.exec(line)).filter(Boolean);
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

/**
 * Settings of this run: the environment's, else those kept in `playground/.env`, else new ones, which
 * are kept, so that a second run can read what the first one encrypted.
 */
export function playgroundEnv() {
  const kept = readEnvFile();
  const complete = { ...freshEnv(), ...kept };
  if (Object.keys(complete).length > Object.keys(kept).length) {
    const text = Object.entries(complete).map(([name, value]) => `${name}=${value}`);
    writeFileSync(ENV_FILE, `${text.join('\n')}\n`, { mode: 0o600 });
  }
  const chosen = Object.entries(complete).map(([name, value]) => [
    name,
    process.env[name] || value,
  ]);
  return {
    ...Object.fromEntries(chosen),
    PORT: process.env.PORT || '1337',
    NODE_ENV: 'production',
    STRAPI_TELEMETRY_DISABLED: 'true',
    // Without a line for each request: the log is only shown when something went wrong.
    STRAPI_LOG_LEVEL: process.env.STRAPI_LOG_LEVEL || 'info',
    BROWSERSLIST_IGNORE_OLD_DATA: 'true',
  };
}

/** What the panel was built from: the plugin's half, and the app's own package.json. */
function panelSources() {
  const digest = createHash('sha256');
  digest.update(readFileSync(path.join(PLAYGROUND, 'package.json')));
  const bundles = path.join(ROOT, 'dist', 'admin');
  // File names carry a hash of their content.
  for (const name of readdirSync(bundles).sort()) digest.update(name);
  digest.update(readFileSync(path.join(bundles, 'index.mjs')));
  return digest.digest('hex');
}

export async function ensurePanelBuilt(env) {
  const sources = panelSources();
  if (existsSync(BUILT_FROM) && readFileSync(BUILT_FROM, 'utf8') === sources) return;
  say(dim('building the admin panel (strapi build, a minute or two)'));
  const { code } = await run([bin('strapi'), 'build'], { cwd: PLAYGROUND, env });
  if (code !== 0) throw new Error('the admin panel does not build');
  writeFileSync(BUILT_FROM, sources);
}

export const startPlayground = (env) =>
  startApp({ cwd: PLAYGROUND, command: [bin('strapi'), 'start'], env });

/** Starts an app and waits until it answers. @returns its origin and process. */
export async function startApp({ cwd, command, env }) {
  // Git keeps no empty folders, and Strapi insists on these.
  mkdirSync(path.join(cwd, 'public', 'uploads'), { recursive: true });
  mkdirSync(path.join(cwd, '.tmp'), { recursive: true });

  const origin = `http://127.0.0.1:${env.PORT}`;
  if (await answers(origin)) throw new Error(`port ${env.PORT} is taken; choose one with PORT=…`);

  const server = start(command, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const keep = (chunk) => (log = (log + chunk).slice(-20_000));
  server.child.stdout.on('data', keep);
  server.child.stderr.on('data', keep);

  let exited = false;
  void server.exited.then(() => (exited = true));
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (!(await answers(origin))) {
    if (exited) throw new Error(`Strapi did not start:\n${log}`);
    if (Date.now() > deadline) throw new Error(`Strapi does not answer on ${origin}:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { origin, ...server, log: () => log };
}

async function answers(origin) {
  try {
    return (await fetch(`${origin}/_health`, { method: 'HEAD' })).status < 500;
  } catch {
    return false;
  }
}
