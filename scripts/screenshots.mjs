/**
 * `npm run screenshots [-- NAME …]`: takes the pictures of `docs/`, or those named, anew, of a real Strapi
 * with the packed plugin, in a real Chromium. `PACKED_APP` names a folder to keep the app in.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findChromium } from './lib/browser.mjs';
import { start } from './lib/child.mjs';
import { ensurePackedApp } from './lib/packed-app.mjs';
import { playgroundEnv } from './lib/playground.mjs';
import { ensureBuilt, ensureInstalled, freePort, ROOT } from './lib/project.mjs';
import { disguise, fillShowcase, startReceivers } from './lib/showcase.mjs';
import { dim, red, say } from './lib/terminal.mjs';

const OUTPUT = path.join(ROOT, 'docs', 'screenshots');
/** Pictures that are asked for; none: all. */
const ONLY = process.argv.slice(2);
const PANEL = '/admin/plugins/guaranteed-webhooks';
const ARTICLES = '/admin/content-manager/collection-types/api::article.article';
const WINDOW = { width: 1_280, height: 860 };
const CONFIG = { http: { allow: { cidrs: ['127.0.0.1/32'] } }, health: { minAttempts: 1_000 } };

/**
 * `act`: done first; `ready`: what loads last, where that is not the page itself; `part`: shown alone; `window`:
 * taller than the others.
 */
const pagesOf = ({ topic, filtered, endpoint, message, channel, build, pull }) => [
  {
    name: 'home',
    place: '/admin',
    ready: (page) => page.getByText('View webhooks'),
    part: (page) => page.getByRole('region', { name: 'Guaranteed webhooks', exact: true }),
  },
  {
    name: 'entry',
    place: `${ARTICLES}/${message.entryDocumentId}`,
    ready: (page) => page.getByText('View all messages for this entry'),
    window: { width: 1_280, height: 1_180 },
  },
  {
    name: 'send-to',
    place: `${ARTICLES}/${message.entryDocumentId}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'More document actions' }).click();
      await page.getByRole('menuitem', { name: 'Send to…' }).click();
    },
    ready: (page) => page.getByRole('dialog').getByLabel('Topic or endpoint'),
  },
  { name: 'overview', place: PANEL, inBoth: true },
  { name: 'topics', place: `${PANEL}/topics` },
  { name: 'topic', place: `${PANEL}/topics/${topic.id}` },
  { name: 'endpoints', place: `${PANEL}/endpoints` },
  { name: 'endpoint', place: `${PANEL}/endpoints/${endpoint.id}` },
  {
    name: 'format',
    place: `${PANEL}/endpoints/${channel.id}?tab=settings`,
    ready: (page) => page.getByText('plain_text'),
    part: (page) => page.getByRole('region', { name: 'Format', exact: true }),
    window: { width: 1_280, height: 1_500 },
  },
  {
    name: 'filter',
    place: `${PANEL}/endpoints/${filtered.id}?tab=settings`,
    ready: (page) => page.getByText('entry.title.$notContains').first(),
    part: (page) => page.getByRole('region', { name: 'Filter', exact: true }),
  },
  {
    name: 'trial',
    place: `${PANEL}/endpoints/${filtered.id}?tab=settings`,
    act: (page) => page.getByRole('button', { name: 'Try', exact: true }).click(),
    ready: (page) => page.getByRole('button', { name: 'Show request' }),
    part: (page) => page.getByRole('region', { name: 'Try on past events', exact: true }),
    window: { width: 1_280, height: 1_500 },
  },
  {
    name: 'modes',
    place: `${PANEL}/endpoints/${build.id}?tab=settings`,
    part: (page) => page.getByRole('region', { name: 'Which events are sent', exact: true }),
    window: { width: 1_280, height: 1_500 },
  },
  {
    name: 'batch',
    place: `${PANEL}/endpoints/${build.id}`,
    ready: (page) => page.getByRole('button', { name: 'Send now' }),
  },
  {
    name: 'catalog',
    place: `${PANEL}/event-catalog?endpoint=${filtered.id}`,
    ready: (page) => page.getByText('export type Article '),
  },
  { name: 'messages', place: `${PANEL}/messages`, inBoth: true },
  { name: 'message', place: `${PANEL}/messages/${message.messageId}`, inBoth: true },
  {
    name: 'diff',
    place: `${PANEL}/messages/${message.messageId}`,
    act: (page) => page.getByRole('button', { name: 'Compare with the version before' }).click(),
    ready: (page) => page.getByText('Compared with'),
    part: (page) => page.getByRole('region', { name: 'Payload', exact: true }),
    window: { width: 1_280, height: 1_500 },
  },
  {
    name: 'dead-letters',
    place: `${PANEL}/dead-letters`,
    act: (page) => page.getByRole('button', { name: 'Show messages' }).first().click(),
    window: { width: 1_280, height: 1_180 },
  },
  { name: 'schedules', place: `${PANEL}/schedules` },
  { name: 'queues', place: `${PANEL}/queues` },
  { name: 'flow-control', place: `${PANEL}/flow-control` },
  { name: 'signing-keys', place: `${PANEL}/signing-keys` },
  { name: 'alerts', place: `${PANEL}/alerts` },
  { name: 'pull', place: `${PANEL}/endpoints/${pull.id}?tab=pull` },
  { name: 'audit-log', place: `${PANEL}/audit-log` },
];

async function startStrapi(app, env) {
  const server = start([path.join(app, 'node_modules', '.bin', 'strapi'), 'start'], {
    cwd: app,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const origin = `http://127.0.0.1:${env.PORT}`;
  for (;;) {
    const health = await fetch(`${origin}/_health`).catch(() => undefined);
    if (health?.ok) return { origin, server };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function caller(origin, token) {
  return async (method, target, body) => {
    const response = await fetch(origin + target, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

async function logIn(origin, env) {
  const credentials = { email: env.DEMO_ADMIN_EMAIL, password: env.DEMO_ADMIN_PASSWORD };
  const { data } = await caller(origin)('POST', '/admin/login', credentials);
  return caller(origin, data.token);
}

async function enter(page, origin, env) {
  await page.goto(`${origin}/admin/auth/login`);
  await page.getByLabel(/^Email/).fill(env.DEMO_ADMIN_EMAIL);
  await page.getByLabel(/^Password/).fill(env.DEMO_ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByRole('link', { name: 'Content Manager' }).waitFor();
}

async function take(page, origin, shown, suffix = '') {
  const { name, place, act, ready, part, window = WINDOW } = shown;
  await page.setViewportSize(window);
  await page.goto(origin + place);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  // Strapi's announcement on top of every page is not what is shown here.
  const banner = page.getByRole('button', { name: /close|dismiss/i }).first();
  if (await banner.isVisible()) await banner.click();
  await act?.(page);
  await ready?.(page).first().waitFor();
  await page.mouse.move(0, 0);
  await (part?.(page) ?? page).screenshot({ path: path.join(OUTPUT, `${name}${suffix}.png`) });
  say(dim(`  ${name}${suffix}`));
}

async function photographIn(theme, browser, { origin, env, pages, suffix }) {
  const context = await browser.newContext({ viewport: WINDOW, locale: 'en' });
  await context.addInitScript(`localStorage.setItem('STRAPI_THEME', '${theme}')`);
  const page = await context.newPage();
  await enter(page, origin, env);
  for (const one of pages) await take(page, origin, one, suffix);
  await context.close();
}

async function photograph(origin, env, shown) {
  const { chromium } = createRequire(path.join(ROOT, 'package.json'))('playwright-core');
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium found (CHROMIUM_PATH names one)');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const pages = pagesOf(shown).filter(({ name }) => ONLY.length === 0 || ONLY.includes(name));
    const inBoth = pages.filter((page) => page.inBoth);
    await photographIn('light', browser, { origin, env, pages });
    await photographIn('dark', browser, { origin, env, pages: inBoth, suffix: '-dark' });
  } finally {
    await browser.close();
  }
}

async function main() {
  await ensureInstalled();
  await ensureBuilt();
  const home = mkdtempSync(path.join(tmpdir(), 'gw-screenshots-'));
  const receivers = await startReceivers();
  let strapi;
  try {
    const app = await ensurePackedApp(process.env.PACKED_APP ?? path.join(home, 'app'));
    const database = path.join(home, 'data.db');
    const env = {
      ...playgroundEnv(),
      PORT: String(await freePort()),
      DATABASE_CLIENT: 'sqlite',
      DATABASE_URL: database,
      WEBHOOKS_PLUGIN_CONFIG: JSON.stringify(CONFIG),
    };
    strapi = await startStrapi(app, env);
    const shown = await fillShowcase(await logIn(strapi.origin, env), receivers);
    await disguise(database, receivers);
    mkdirSync(OUTPUT, { recursive: true });
    await photograph(strapi.origin, env, shown);
  } finally {
    await strapi?.server.stop();
    await receivers.close();
    rmSync(home, { recursive: true, force: true });
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  say(red(error.message));
  process.exit(1);
}
