/**
 * The panel as an operator meets it: the playground's production build, in a real Chromium. Things
 * are found by role and name, as a person or a screen reader would.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, type Browser, type Page } from 'playwright-core';

import words from '../../admin/src/translations/en.json';
import { appEnv, OPERATOR, startStrapi, type StrapiProcess } from '../support/strapi-process';

const ROOT = path.resolve(__dirname, '..', '..');
const PLAYGROUND = path.join(ROOT, 'playground');
const MINUTE_MS = 60_000;

let home: string;
let strapi: StrapiProcess | undefined;
let browser: Browser | undefined;
let page: Page;
/** What the panel threw, or logged as an error. */
const complaints: string[] = [];

beforeAll(async () => {
  if (!existsSync(path.join(PLAYGROUND, 'build', 'index.html'))) {
    throw new Error('the panel is not built: `npm test -- e2e` builds it');
  }
  home = await mkdtemp(path.join(tmpdir(), 'gw-e2e-'));
  const env = await appEnv(path.join(home, 'data.db'));
  strapi = await startStrapi(PLAYGROUND, path.join(ROOT, 'node_modules', '.bin'), env);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage({ locale: 'en', viewport: { width: 1_400, height: 900 } });
  page.on('pageerror', (error) => complaints.push(error.message));

  await page.goto(`${strapi.origin}/admin`);
  await page.getByLabel(/^Email/).fill(OPERATOR.email);
  await page.getByLabel(/^Password/).fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Login' }).click();
}, 4 * MINUTE_MS);

afterAll(async () => {
  await browser?.close();
  await strapi?.stop();
  await rm(home, { recursive: true, force: true });
}, MINUTE_MS);

afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

it(
  'is one click away in the main menu',
  async () => {
    await page.getByRole('link', { name: words['plugin.name'], exact: true }).click();
    await page.getByRole('heading', { level: 1, name: words['overview.title'] }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/plugins/guaranteed-webhooks');
  },
  MINUTE_MS
);

it.each([
  ['topics', words['nav.topics'], words['topics.title']],
  ['endpoints', words['nav.endpoints'], words['endpoints.title']],
  ['messages', words['nav.messages'], words['messages.title']],
  ['dead-letters', words['nav.dead-letters'], words['dead.title']],
])(
  'has a page for %s',
  async (place, link, title) => {
    await page.getByRole('link', { name: link, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/admin/plugins/guaranteed-webhooks/${place}`);
  },
  MINUTE_MS
);
