/**
 * The package as users get it: the tarball of `npm pack`, installed by npm into a fresh Strapi app,
 * built and started. What only works while linked (a dependency that was never declared, a second
 * copy of React, a file left out of the tarball) fails here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import words from '../../admin/src/translations/en.json';
import { createAdminToken, runCli } from '../support/cli';
import type { Send } from '../support/http';
import {
  appEnv,
  logIn,
  packedApp,
  startStrapi,
  type StrapiProcess,
} from '../support/strapi-process';
import { typeScriptProblems } from '../support/type-check';

const PLUGIN = 'strapi-plugin-guaranteed-webhooks';
const MINUTE_MS = 60_000;

let home: string;
let server: StrapiProcess | undefined;
let origin: string;
const { app, binDir } = packedApp();

function run(command: string[], cwd: string): string {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
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
  server = await startStrapi(app, binDir, await appEnv(path.join(home, 'data.db')));
  ({ origin } = server);
}, 4 * MINUTE_MS);

afterAll(async () => {
  await server?.stop();
  await rm(home, { recursive: true, force: true });
}, MINUTE_MS);

it('is a copy with its own dependencies, not a link', async () => {
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

it('requires the admin login for its API', async () => {
  expect((await overview()).status).toBe(401);
  const response = await overview(await logIn(origin));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ counts: { pending: 0, dead: 0 } });
});

it('has a command that writes the types of the events', async () => {
  const token = await logIn(origin);
  const admin: Send = async <Body>(method: string, target: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = JSON.stringify(body);
    const response = await fetch(origin + target, { method, headers, body: sent });
    return { status: response.status, body: (await response.json()) as Body };
  };
  const out = path.join(home, 'webhooks.d.ts');
  const args = ['types', '--url', origin, '--out', out];
  const env = { STRAPI_ADMIN_TOKEN: await createAdminToken(admin, 'topics.read') };
  const { code, stderr } = await runCli(args, env, path.join(binDir, PLUGIN));
  expect({ code, stderr }).toEqual({ code: 0, stderr: `Wrote ${out}\n` });
  const written = await readFile(out, 'utf8');
  expect(written).toContain('ArticlePublishEvent');
  expect(typeScriptProblems(written)).toEqual([]);
});

it('adds its page to the panel', async () => {
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
