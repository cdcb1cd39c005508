/**
 * The package as users get it: the tarball of `npm pack`, installed by npm into a fresh Strapi app,
 * built and started. What only works while linked (a dependency that was never declared, a second
 * copy of React, a file left out of the tarball) fails here.
 */
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import words from '../../admin/src/translations/en.json';
import { appEnv, logIn, startStrapi, type StrapiProcess } from '../support/strapi-process';

const ROOT = path.resolve(__dirname, '..', '..');
const PLUGIN = 'strapi-plugin-guaranteed-webhooks';
const STRAPI = '5.54.0';
const MINUTE_MS = 60_000;

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

let home: string;
let app: string;
let env: NodeJS.ProcessEnv;
let server: StrapiProcess | undefined;
let origin: string;

function run(command: string[], cwd: string): string {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
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
  env = await appEnv(path.join(home, 'data.db'));
  const packed = run(['npm', 'pack', '--ignore-scripts', '--pack-destination', home], ROOT);
  await createApp(path.join(home, packed.trim().split('\n').at(-1) ?? ''));
  await install();
  const binDir = path.join(app, 'node_modules', '.bin');
  run([path.join(binDir, 'strapi'), 'build'], app);
  server = await startStrapi(app, binDir, env);
  ({ origin } = server);
}, 10 * MINUTE_MS);

afterAll(async () => {
  await server?.stop();
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
  const response = await overview(await logIn(origin));
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
