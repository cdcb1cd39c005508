/**
 * The panel as an operator meets it: the packed plugin in a fresh app, its panel built for
 * production, a real Chromium, and a receiver on the other side. Things are found by role and name,
 * as a person or a screen reader would.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

import { createReceiver, type Receiver } from '../support/receiver';
import { appEnv, logIn, OPERATOR, packedApp, startStrapi } from '../support/strapi-process';
import { openDatabase, type AppDatabase } from './database';

export const MINUTE_MS = 60_000;
/** Strapi's own animations, a poll of a page that is live, a delivery: what a person waits for. */
const PATIENCE_MS = 20_000;

/** Opens the QStash API. */
export const API_TOKEN = 'token-of-a-publisher';

export const PANEL = '/admin/plugins/guaranteed-webhooks';

export interface Credentials {
  email: string;
  password: string;
}

/** Calls Strapi's admin API. @returns the answer, whatever its status. */
export type Admin = <T = unknown>(
  method: string,
  target: string,
  body?: unknown
) => Promise<{ status: number; body: T }>;

type Theme = 'light' | 'dark';

export interface PanelWorld {
  origin: string;
  receiver: Receiver;
  /** The server, as the operator. */
  admin: Admin;
  adminAs(credentials: Credentials): Promise<Admin>;
  /** A new window of somebody who is logged in (the operator, when nobody is named), at no page yet. */
  open(options?: { as?: Credentials; theme?: Theme }): Promise<Page>;
  database: AppDatabase;
  /** What the panel threw, or logged as an error, since it was last asked. */
  complaints(): string[];
  close(): Promise<void>;
}

/**
 * The browser says so of every answer that is not 2xx: of what a test provokes, of Strapi's news from
 * the internet, of a missing favicon. Only a failure of ours to answer at all is a complaint.
 */
const LOADING = /^Failed to load resource/;
const OUR_FAILURE = /status of 5\d\d.*guaranteed-webhooks/;

/**
 * Of the design system's menus, that place themselves beside a button: a row that is drawn anew at
 * that moment takes the button away. Nothing of ours measures styles.
 */
const PLACING = /^Failed to execute 'getComputedStyle' on 'Window'/;

const isComplaint = (text: string): boolean =>
  (!LOADING.test(text) || OUR_FAILURE.test(text)) && !PLACING.test(text);

const caller =
  (origin: string, token: string): Admin =>
  async <T>(method: string, target: string, body?: unknown) => {
    const response = await fetch(origin + target, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  };

async function enter(page: Page, origin: string, { email, password }: Credentials): Promise<void> {
  await page.goto(`${origin}/admin/auth/login`);
  await page.getByLabel(/^Email/).fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.getByRole('link', { name: 'Content Manager' }).waitFor();
}

/**
 * The receiver is on this machine, and may fail as often as a test wants without being spared. The machine's
 * name may be saved, but has an address in no network that is allowed.
 */
const CONFIG = {
  http: { allow: { hosts: ['127.0.0.1'], cidrs: ['10.255.255.255/32'] } },
  health: { minAttempts: 1_000 },
};

/** What is in the database before Strapi starts, such as what Strapi reads only then. */
type Seed = (database: AppDatabase, receiver: Receiver) => Promise<void>;

async function openWorld(seed?: Seed): Promise<PanelWorld> {
  const home = await mkdtemp(path.join(tmpdir(), 'gw-e2e-'));
  const { app, binDir } = packedApp();
  const file = path.join(home, 'data.db');
  const env = { ...(await appEnv(file)), DEMO_API_TOKEN: API_TOKEN };
  const start = () =>
    startStrapi(app, binDir, { ...env, WEBHOOKS_PLUGIN_CONFIG: JSON.stringify(CONFIG) });
  const receiver = await createReceiver();
  const database = openDatabase(file);
  if (seed !== undefined) {
    await (await start()).stop();
    await seed(database, receiver);
  }
  const strapi = await start();
  const { origin } = strapi;
  const browser: Browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    // Playwright would have it draw by an emulated GPU, which takes a core.
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const complaints: string[] = [];
  /** Strapi lets nobody log in more than five times in five minutes. */
  const sessions = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>();
  /** By user and theme: its pages share a cache, which is filled once. */
  const contexts = new Map<string, BrowserContext>();

  async function newContext(as: Credentials, theme: Theme): Promise<BrowserContext> {
    const context = await browser.newContext({
      locale: 'en',
      storageState: sessions.get(as.email),
      viewport: { width: 1_440, height: 900 },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(`localStorage.setItem('STRAPI_THEME', '${theme}')`);
    return context;
  }

  return {
    origin,
    receiver,
    admin: caller(origin, await logIn(origin)),
    adminAs: async (credentials) => caller(origin, await logIn(origin, credentials)),
    async open({ as = OPERATOR, theme = 'light' } = {}) {
      const key = `${as.email} ${theme}`;
      const context = contexts.get(key) ?? (await newContext(as, theme));
      contexts.set(key, context);
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => {
        if (isComplaint(message)) complaints.push(message);
      });
      page.on('console', (message) => {
        const text = `${message.text()} (${message.location().url})`;
        if (message.type() === 'error' && isComplaint(text)) complaints.push(text);
      });
      if (!sessions.has(as.email)) {
        await enter(page, origin, as);
        sessions.set(as.email, await context.storageState());
      }
      return page;
    },
    database,
    complaints: () => complaints.splice(0),
    async close() {
      await browser.close();
      await strapi.stop();
      await receiver.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/**
 * A world for all tests of a file, opened before the first and closed after the last. After each, the
 * browser must have had nothing to complain about.
 */
export function useWorld(
  prepare: (opened: PanelWorld) => Promise<void>,
  { seed }: { seed?: Seed } = {}
): void {
  let world: PanelWorld | undefined;

  beforeAll(async () => {
    world = await openWorld(seed);
    await prepare(world);
  }, 4 * MINUTE_MS);

  afterEach(() => {
    expect(world?.complaints()).toEqual([]);
  });

  afterAll(() => world?.close(), MINUTE_MS);
}
