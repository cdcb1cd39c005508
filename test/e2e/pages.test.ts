/**
 * Every page, wide and narrow, light and dark: nothing sticks out of the window, nothing is
 * complained about, and axe finds nothing serious or critical in what is ours.
 */
import { readFileSync } from 'node:fs';

import type { Page } from 'playwright-core';

import type { MessageView, Page as PageOf } from '../../server/src/contract';
import { plugin, publishArticle, subscribe } from './content';
import { MINUTE_MS, openWorld, PANEL, word, type PanelWorld } from './world';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const NARROW = { width: 420, height: 900 };
const WIDE = { width: 1_440, height: 900 };
/** Between them: a laptop, and Strapi's menu at the side or at the top. */
const WIDTHS = [1_440, 1_280, 1_024, 768, 420];
/**
 * Strapi's own: its main menu, the banner on top, its notifications; and of its components, inside
 * our pages, what no user of them can change.
 */
const NOT_OURS = [
  'nav[aria-label]:not([aria-label="Pages"])',
  '[class*="Banner"]',
  '[data-radix-focus-guard]',
  // The cross on a tag of a MultiSelect, which has no label to give it.
  'button[aria-disabled="false"]:not([aria-label])',
];

interface Finding {
  id: string;
  impact: string;
  nodes: { target: string[]; html: string; failureSummary: string }[];
}

let world: PanelWorld;
const pages: Record<'light' | 'dark', Page> = {} as never;
let message: MessageView;
let endpointId: number;
let topicId: number;

beforeAll(async () => {
  world = await openWorld();
  const made = await subscribe(world, 'Search index', { delaysMs: [] });
  endpointId = made.endpoint.id;
  topicId = made.topic.id;
  world.receiver.script([{ status: 500, body: '{"error":"the index is rebuilding"}' }]);
  await publishArticle(world.admin, 'An article with a long title that has to go somewhere');
  do {
    const { results } = await plugin<PageOf<MessageView>>(world.admin, 'GET', '/messages');
    message = results[0]!;
  } while (message.state !== 'dead');
  await publishArticle(world.admin, 'Another');
  pages.light = await world.open();
  pages.dark = await world.open({ theme: 'dark' });
}, 4 * MINUTE_MS);

afterAll(async () => {
  await world?.close();
}, MINUTE_MS);

/** Elements that reach beyond the window and are not inside something that scrolls by itself. */
const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const clips = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (at.hasAttribute('data-strapi-main-content')) return false;
        if (getComputedStyle(at).overflowX !== 'visible') return true;
      }
      return false;
    };
    const main = document.querySelector('[data-strapi-main-content]') ?? document.body;
    return [...main.querySelectorAll('*')]
      .filter((element) => {
        const { right, width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && right > innerWidth + 1 && !clips(element);
      })
      .map((element) => element.tagName + ': ' + (element.textContent ?? '').slice(0, 60));
  })()`);

/** Tables of which a part is only seen by scrolling sideways. */
const scrolling = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('main table')]
    .filter(({ parentElement: { scrollWidth, clientWidth } }) => scrollWidth > clientWidth + 1)
    .map((table) => innerWidth + ': ' + (table.textContent ?? '').slice(0, 60))`);

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Finding[] }>(
    `axe.run({ exclude: ${JSON.stringify(NOT_OURS.map((selector) => [selector]))} })`
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)
    );
}

const PAGES: [string, () => string, string | RegExp][] = [
  ['the overview', () => '', word('overview.title')],
  ['topics', () => '/topics', word('topics.title')],
  ['a topic', () => `/topics/${topicId}`, 'search-index'],
  ['endpoints', () => '/endpoints', word('endpoints.title')],
  ['an endpoint', () => `/endpoints/${endpointId}`, 'Search index'],
  ['a new endpoint', () => '/endpoints/new', word('endpoints.create')],
  ['messages', () => '/messages', word('messages.title')],
  ['a message', () => `/messages/${message.messageId}`, /entry\.publish/],
  ['dead letters', () => '/dead-letters', word('dead.title')],
  ['schedules', () => '/schedules', word('schedules.title')],
  ['a new schedule', () => '/schedules/new', word('schedules.create')],
  ['queues', () => '/queues', word('queues.title')],
  ['flow control', () => '/flow-control', word('flow.title')],
  ['signing keys', () => '/signing-keys', word('keys.title')],
  ['the import', () => '/endpoints/import', word('import.title')],
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(PAGES)(
    '%s fits wide and narrow windows and is accessible',
    async (_, place, title) => {
      const page = pages[theme];
      await page.setViewportSize(WIDE);
      await page.goto(world.origin + PANEL + place());
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await findings(page)).toEqual([]);
      await page.setViewportSize(NARROW);
      expect(await sticksOut(page)).toEqual([]);
      expect(await findings(page)).toEqual([]);
      expect(world.complaints()).toEqual([]);
    },
    MINUTE_MS
  );
});

it.each(PAGES)(
  '%s has no table wider than its place, whatever the window',
  async (_, place, title) => {
    const page = pages.light;
    await page.goto(world.origin + PANEL + place());
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    const found: string[] = [];
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await scrolling(page)));
    }
    expect(found).toEqual([]);
  },
  MINUTE_MS
);

const DIALOGS: [string, () => string, (page: Page) => Promise<void>][] = [
  [
    'a test message and its answer',
    () => `/endpoints/${endpointId}`,
    async (page) => {
      await page.getByRole('button', { name: word('test.action') }).click();
      await page.getByRole('link', { name: word('test.open') }).waitFor();
    },
  ],
  [
    'a new secret',
    () => `/endpoints/${endpointId}`,
    async (page) => {
      await page.getByRole('button', { name: word('endpoint.more') }).click();
      await page.getByRole('menuitem', { name: word('rotate.action') }).click();
    },
  ],
  [
    'pausing an endpoint',
    () => `/endpoints/${endpointId}`,
    (page) => page.getByRole('button', { name: word('pause.action') }).click(),
  ],
  [
    'publishing to a topic',
    () => `/topics/${topicId}`,
    (page) => page.getByRole('button', { name: word('topic.publish') }).click(),
  ],
  [
    'replaying dead letters',
    () => '/dead-letters',
    async (page) => {
      await page.getByRole('button', { name: word('bulk.replay.all') }).click();
      await page.getByText('1 message will be sent again').waitFor();
    },
  ],
];

describe.each(['light', 'dark'] as const)('in the %s theme, the dialog', (theme) => {
  it.each(DIALOGS)(
    'of %s is accessible, and Escape closes it',
    async (_, place, open) => {
      const page = pages[theme];
      await page.setViewportSize(WIDE);
      await page.goto(world.origin + PANEL + place());
      await open(page);
      const dialog = page.locator('[role="dialog"], [role="alertdialog"]');
      await dialog.waitFor();
      // It fades in: what is half transparent has no contrast yet.
      await dialog.evaluate('Promise.all(document.getAnimations().map((one) => one.finished))');
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(world.complaints()).toEqual([]);
    },
    MINUTE_MS
  );
});

it(
  'leads from page to page in a narrow window too',
  async () => {
    const page = pages.light;
    await page.setViewportSize(NARROW);
    await page.goto(world.origin + PANEL);
    await page.getByRole('link', { name: word('nav.messages'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('messages.title') }).waitFor();
    await page.getByRole('link', { name: word('nav.endpoints'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('endpoints.title') }).waitFor();
  },
  MINUTE_MS
);
