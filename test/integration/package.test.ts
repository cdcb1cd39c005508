/**
 * The package as users get it: the tarball of `npm pack`, installed by npm into a fresh Strapi app,
 * built and started. What only works while linked (a dependency that was never declared, a second
 * copy of React, a file left out of the tarball) fails here.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import words from '../../admin/src/translations/en.json';

const ROOT = path.resolve(__dirname, '..', '..');
const PLUGIN = 'strapi-plugin-guaranteed-webhooks';
const STRAPI = '5.54.0';
const MINUTE_MS = 60_000;
const STARTS_WITHIN_MS = 2 * MINUTE_MS;

const ADMIN = { email: 'ada@example.com', password: 'Password-1-of-Ada' };

/** What `create-strapi-app` writes, and the plugin. */
const manifest = (tarball: string) => ({
  name: 'fresh-app',
  private: true,
  version: '0.1.0',
  dependencies: {
    '@strapi/plugin-users-permissions': STRAPI,
    '@strapi/strapi': STRAPI,
    'better-sqlite3': '^12.0.0',
    react: '^18.0.0',
    'react-dom': '^18.0.0',
    'react-router-dom': '^6.0.0',
    'styled-components': '^6.0.0',
    [PLUGIN]: `file:${tarball}`,
  },
  strapi: { uuid: false },
});

const secret = (): string => randomBytes(16).toString('base64url');

let home: string;
let app: string;
let env: NodeJS.ProcessEnv;
let server: ChildProcess | undefined;
let origin: string;

function run(command: string[], cwd: string): string {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The playground, as an app of somebody who installed the plugin: no path to it, no options. */
async function createApp(tarball: string): Promise<void> {
  await mkdir(app, { recursive: true });
  for (const part of ['config', 'src', 'public']) {
    await cp(path.join(ROOT, 'playground', part), path.join(app, part), { recursive: true });
  }
  await rm(path.join(app, 'config', 'plugins.js'));
  await mkdir(path.join(app, '.tmp'));
  await writeFile(path.join(app, 'package.json'), JSON.stringify(manifest(tarball), null, 2));
}

/** Install scripts would compile SQLite's driver anew: it is taken from where it is compiled already. */
async function install(): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  run(['npm', 'install', '--prefer-offline', '--ignore-scripts', ...quiet], app);
  const driver = path.join('node_modules', 'better-sqlite3', 'build');
  await cp(path.join(ROOT, driver), path.join(app, driver), { recursive: true });
}

async function startApp(): Promise<void> {
  const bin = path.join(app, 'node_modules', '.bin', 'strapi');
  const child = spawn(bin, ['start'], { cwd: app, env, stdio: 'pipe', detached: true });
  server = child;
  let log = '';
  const started = new Promise<void>((resolve, reject) => {
    const keep = (chunk: Buffer): void => {
      log += chunk.toString();
      if (log.includes('Strapi started successfully')) resolve();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', () => reject(new Error(`Strapi did not start:\n${log}`)));
    const late = () => reject(new Error(`Strapi is not up in time:\n${log}`));
    setTimeout(late, STARTS_WITHIN_MS).unref();
  });
  await started;
}

const overview = (token?: string): Promise<Response> =>
  fetch(`${origin}/guaranteed-webhooks/overview`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

/** A sentence of the panel's that nobody else has: where it is, our pages are. */
function longestWords(): string {
  const plain = Object.values(words).filter((text) => /^[\w ,.:]+$/.test(text));
  return plain.sort((one, other) => other.length - one.length)[0] ?? '';
}

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'gw-package-'));
  app = path.join(home, 'app');
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  env = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    DATABASE_CLIENT: 'sqlite',
    DATABASE_URL: path.join(home, 'data.db'),
    STRAPI_TELEMETRY_DISABLED: 'true',
    APP_KEYS: `${secret()},${secret()}`,
    ADMIN_JWT_SECRET: secret(),
    API_TOKEN_SALT: secret(),
    TRANSFER_TOKEN_SALT: secret(),
    ENCRYPTION_KEY: secret(),
    JWT_SECRET: secret(),
    DEMO_ADMIN_EMAIL: ADMIN.email,
    DEMO_ADMIN_PASSWORD: ADMIN.password,
  };
  const packed = run(['npm', 'pack', '--ignore-scripts', '--pack-destination', home], ROOT);
  await createApp(path.join(home, packed.trim().split('\n').at(-1) ?? ''));
  await install();
  run([path.join(app, 'node_modules', '.bin', 'strapi'), 'build'], app);
  await startApp();
}, 10 * MINUTE_MS);

afterAll(async () => {
  if (server?.pid !== undefined && server.exitCode === null) {
    const exited = once(server, 'exit');
    process.kill(-server.pid, 'SIGTERM');
    await exited;
  }
  await rm(home, { recursive: true, force: true });
}, MINUTE_MS);

it('is a copy, complete with its own dependencies, and not a link', async () => {
  const folder = path.join(app, 'node_modules', PLUGIN);
  const files = (await readdir(folder)).sort();
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'strapi-admin.js', 'strapi-server.js'])
  );
  expect(files).not.toContain('server');
  expect(
    (await readdir(path.join(app, 'node_modules'), { withFileTypes: true }))
      .find(({ name }) => name === PLUGIN)
      ?.isSymbolicLink()
  ).toBe(false);
});

it('leaves the app with one copy of each library that the panel shares', () => {
  const shared = ['react', 'react-dom', 'react-router-dom', 'styled-components', 'react-intl'];
  const names = [...shared, '@strapi/design-system', '@strapi/icons', '@strapi/strapi'];
  const nested = run(['npm', 'ls', '--all', '--parseable', ...names], app);
  const inside = nested.split('\n').filter((line) => line.includes(`${PLUGIN}/node_modules/`));
  expect(inside).toEqual([]);
});

it('guards its API with the admin login', async () => {
  expect((await overview()).status).toBe(401);
  const login = await fetch(`${origin}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  const { data } = (await login.json()) as { data: { token: string } };
  const response = await overview(data.token);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ counts: { pending: 0, dead: 0 } });
});

it('brings its page into the panel', async () => {
  const build = path.join(app, 'build');
  const names = (await readdir(build)).filter((name) => name.endsWith('.js'));
  const chunks = await Promise.all(names.map((name) => readFile(path.join(build, name), 'utf8')));
  const registered = chunks.some((text) => text.includes('"guaranteed-webhooks"'));
  const worded = chunks.some((text) => text.includes(longestWords()));
  expect({ registered, worded }).toEqual({ registered: true, worded: true });
  const page = await fetch(`${origin}/admin/plugins/guaranteed-webhooks`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
});
