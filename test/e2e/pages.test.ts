/**
 * Every page, wide and narrow, and wide in the dark theme: nothing sticks out of the window, nothing is
 * complained about, and axe finds nothing serious or critical in what is ours.
 */
import type { Locator, Page } from 'playwright-core';

import type { Overview } from '../../server/src/panel/contract';
import { createAuthority } from '../support/certificates';
import { findings } from './axe';
import { furnish, plugin, subscribe, type Furniture } from './content';
import { word, type Key } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

const NARROW = { width: 420, height: 900 };
const WIDE = { width: 1_440, height: 900 };
/** Between them: a laptop, and Strapi's menu at the side or at the top. */
const WIDTHS = [1_440, 1_280, 1_024, 768, 420];
let world: PanelWorld;
const pages: Record<'light' | 'dark', Page> = {} as never;
let made: Furniture;

useWorld(async (opened) => {
  world = opened;
  made = await furnish(world);
  pages.light = await world.open();
  pages.dark = await world.open({ theme: 'dark' });
  await pages.dark.goto(world.origin + PANEL);
});

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

/** As a bookmark does; and as a link does, which does not load Strapi again. */
const visit = {
  light: (page: Page, place: string): Promise<unknown> => page.goto(world.origin + place),
  dark: (page: Page, place: string): Promise<unknown> =>
    page.evaluate(
      `history.pushState({}, '', ${JSON.stringify(place)}); dispatchEvent(new PopStateEvent('popstate'))`
    ),
};

const PAGES: [string, () => string, string | RegExp][] = [
  ['the overview', () => '', word('overview.title')],
  ['the event catalog', () => '/event-catalog', word('event-catalog.title')],
  ['topics', () => '/topics', word('topics.title')],
  ['a topic', () => `/topics/${made.topicId}`, 'search-index'],
  ['endpoints', () => '/endpoints', word('endpoints.title')],
  ['an endpoint', () => `/endpoints/${made.endpointId}`, 'Search index'],
  ['settings of an endpoint', () => `/endpoints/${made.endpointId}?tab=settings`, 'Search index'],
  ['a new endpoint', () => '/endpoints/new', word('endpoints.create')],
  ['the log by event', () => '/messages', word('messages.title')],
  ['messages', () => '/messages?by=message', word('messages.title')],
  ['a message', () => `/messages/${made.message.messageId}`, /entry\.publish/],
  ['dead letters', () => '/dead-letters', word('dead.title')],
  ['schedules', () => '/schedules', word('schedules.title')],
  ['a schedule', () => `/schedules/${made.scheduleId}`, /weekly/],
  ['a new schedule', () => '/schedules/new', word('schedules.create')],
  ['alerts', () => '/alerts', word('alerts.title')],
  ['queues', () => '/queues', word('queues.title')],
  ['flow control', () => '/flow-control', word('flow.title')],
  ['signing keys', () => '/signing-keys', word('keys.title')],
  ['the audit log', () => '/audit-log', word('audit.title')],
  ['the history of an endpoint', () => `/endpoints/${made.endpointId}?tab=history`, 'Search index'],
  ['the import', () => '/endpoints/import', word('import.title')],
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(PAGES)(
    '%s fits its window, its tables their place, and is accessible',
    async (_, place, title) => {
      const page = pages[theme];
      await page.setViewportSize(WIDE);
      await visit[theme](page, PANEL + place());
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect(await sticksOut(page)).toEqual([]);
      expect(await findings(page)).toEqual([]);
      // Of the dark theme, what differs is the colours.
      if (theme === 'dark') return;
      const tables: string[] = [];
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        tables.push(...(await scrolling(page)));
      }
      expect(tables).toEqual([]);
      await page.setViewportSize(NARROW);
      expect(await sticksOut(page)).toEqual([]);
      expect(await findings(page)).toEqual([]);
    },
    MINUTE_MS
  );
});

/** What of ours stands on pages of Strapi's. */
const GUESTS: [string, () => string, (page: Page) => Locator][] = [
  [
    'the widget on the home page',
    () => '/admin',
    (page) => page.getByRole('region', { name: word('widget.title'), exact: true }),
  ],
  [
    'the panel beside an entry',
    () => `/admin/content-manager/collection-types/api::article.article/${made.documentId}`,
    (page) =>
      page.locator('aside').filter({
        has: page.getByRole('heading', { level: 2, name: word('plugin.name'), exact: true }),
      }),
  ],
];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(GUESTS)(
    '%s is accessible, wide and narrow',
    async (_, place, guest) => {
      const page = pages[theme];
      await page.setViewportSize(WIDE);
      await page.goto(world.origin + place());
      await guest(page).getByRole('link').first().waitFor();
      expect(await findings(page, guest(page))).toEqual([]);
      await page.setViewportSize(NARROW);
      await guest(page).getByRole('link').first().waitFor();
      expect(await findings(page, guest(page))).toEqual([]);
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

/** Presses Tab until the focus is there. @returns whether it came there. */
async function tabTo(page: Page, target: Locator): Promise<boolean> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await target.and(page.locator(':focus-within')).count()) > 0) return true;
  }
  return false;
}

const LISTS: [string, string][] = [
  ['messages', '/messages'],
  ['endpoints', '/endpoints'],
  ['topics', '/topics'],
  ['schedules', '/schedules'],
  ['queues', '/queues'],
  ['flow-control keys', '/flow-control'],
  ['dead letters', '/dead-letters'],
];

it.each(LISTS)(
  'the rows of %s can be reached with the keyboard alone',
  async (_, place) => {
    const page = pages.light;
    await page.setViewportSize(WIDE);
    await page.goto(world.origin + PANEL + place);
    const row = page.locator('main tbody tr').first();
    await row.waitFor();
    expect(await tabTo(page, row)).toBe(true);
  },
  MINUTE_MS
);

it(
  'opens a message with the keyboard, and says when it was attempted and how long that took',
  async () => {
    const page = pages.light;
    await page.goto(`${world.origin + PANEL}/messages`);
    const link = page.locator('main tbody').getByRole('link', { name: 'entry.publish' }).first();
    await link.waitFor();
    expect(await tabTo(page, link)).toBe(true);
    await page.keyboard.press('Enter');
    const attempt = page.getByRole('button', {
      name: word('attempt.title', { number: 1, total: 1 }),
    });
    await attempt.waitFor();
    const at = await attempt.locator('time').getAttribute('datetime');
    expect(Date.now() - new Date(at!).getTime()).toBeLessThan(10 * MINUTE_MS);
    expect(await attempt.textContent()).toMatch(/\d (ms|sec)/);
  },
  MINUTE_MS
);

it(
  'opens the deliveries of an event below its row of the log, by keyboard',
  async () => {
    const page = pages.light;
    await page.setViewportSize(WIDE);
    await page.goto(`${world.origin + PANEL}/messages`);
    const row = page.locator('main tbody tr').filter({ hasText: 'has to go somewhere' });
    const toggle = row.getByRole('button', { name: word('events.open') });
    await toggle.waitFor();
    expect(await tabTo(page, toggle)).toBe(true);
    await page.keyboard.press('Enter');
    const deliveries = page.getByRole('list', { name: word('events.column.deliveries') });
    await deliveries.getByText(word('message.state.dead'), { exact: true }).waitFor();
    await deliveries.getByText('500', { exact: true }).waitFor();
    await deliveries.getByRole('link', { name: 'Search index' }).waitFor();
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      expect(await sticksOut(page)).toEqual([]);
      expect(await findings(page)).toEqual([]);
    }
    await page.setViewportSize(WIDE);
    await row.getByRole('button', { name: word('events.close') }).press('Enter');
    await deliveries.waitFor({ state: 'detached' });
    await toggle.press('Enter');
    await deliveries.getByRole('link', { name: word('events.message') }).click();
    await page.getByRole('heading', { name: word('message.facts') }).waitFor();
  },
  MINUTE_MS
);

it(
  'says the condition of an endpoint in its header, and copies ids and URLs by keyboard, telling so',
  async () => {
    const page = pages.light;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copies = async (name: Key): Promise<string> => {
      const button = page
        .getByRole('button', { name: word('action.copy-what', { what: word(name) }), exact: true })
        .first();
      await button.waitFor();
      expect(await tabTo(page, button)).toBe(true);
      await page.evaluate('navigator.clipboard.writeText("-")');
      await page.keyboard.press('Enter');
      let copied = '-';
      while (copied === '-') copied = await page.evaluate('navigator.clipboard.readText()');
      const said = page.getByRole('status').filter({ hasText: word('action.copied') });
      await said.first().waitFor();
      return copied;
    };
    await page.setViewportSize(WIDE);
    await page.goto(`${world.origin + PANEL}/endpoints/${made.endpointId}`);
    await page.getByRole('heading', { level: 1, name: 'Search index' }).waitFor();
    const header = page.locator('[data-strapi-header]');
    await header.getByText(word('endpoint.state.active'), { exact: true }).waitFor();
    expect(await copies('endpoint.url')).toBe(`${world.receiver.url}/hooks`);

    const { messageId, eventId, entryDocumentId } = made.message;
    await page.goto(`${world.origin + PANEL}/messages/${messageId}`);
    expect(await copies('message.id')).toBe(messageId);
    expect(await copies('cause.id')).toBe(String(eventId));
    expect(await copies('cause.document')).toBe(entryDocumentId);
  },
  MINUTE_MS
);

const isPressed = (page: Page, key: string) => page.keyboard.press(key);
const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement?.textContent ?? ""');

it(
  'has shortcuts that go to pages and rows, select, replay and search, and can be turned off',
  async () => {
    const page = pages.light;
    const title = (key: Key) => page.getByRole('heading', { level: 1, name: word(key) });
    await page.setViewportSize(WIDE);
    await page.goto(`${world.origin + PANEL}/messages`);
    await page.locator('main tbody tr').first().waitFor();
    await isPressed(page, 'j');
    expect(await focused(page)).toBe('entry.publish');
    await isPressed(page, 'k');
    await isPressed(page, 'Enter');
    await page.getByRole('heading', { name: word('message.facts') }).waitFor();

    for (const key of ['g', 'd']) await isPressed(page, key);
    await title('dead.title').waitFor();
    const letters = page.locator('main table').last().locator('tbody tr');
    await letters.first().waitFor();
    while ((await focused(page)) !== 'entry.publish') await isPressed(page, 'j');
    await isPressed(page, 'x');
    expect(await letters.first().getByRole('checkbox').isChecked()).toBe(true);
    await isPressed(page, 'r');
    const question = page.getByRole('alertdialog', { name: word('bulk.title.replay') });
    await question.getByText(word('bulk.sure.replay', { count: 1 })).waitFor();
    for (const key of ['g', 'e']) await isPressed(page, key);
    await isPressed(page, 'Escape');
    await question.waitFor({ state: 'detached' });

    await isPressed(page, '/');
    await page.keyboard.type('gem?');
    const search = page.getByRole('searchbox', { name: word('filter.search') });
    expect(await search.inputValue()).toBe('gem?');
    await title('dead.title').waitFor();

    await page.getByRole('heading', { level: 1 }).click();
    await page.getByRole('button', { name: word('shortcuts.title') }).click();
    await page.getByRole('checkbox', { name: word('shortcuts.on') }).uncheck();
    await isPressed(page, 'Escape');
    for (const key of ['g', 'e', '?']) await isPressed(page, key);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await title('dead.title').waitFor();
    await page.getByRole('button', { name: word('shortcuts.title') }).click();
    await page.getByRole('checkbox', { name: word('shortcuts.on') }).check();
    await isPressed(page, 'Escape');
    for (const key of ['g', 'e']) await isPressed(page, key);
    await title('endpoints.title').waitFor();
  },
  MINUTE_MS
);

it(
  'keeps the columns, the order and the rows per page that the user chose',
  async () => {
    const page = pages.light;
    const column = (key: Key) => page.getByRole('columnheader', { name: word(key) });
    const entries = () => page.locator('main tbody tr td:nth-of-type(2) p:first-of-type');
    await page.goto(`${world.origin + PANEL}/messages`);
    await entries().first().waitFor();
    const newestFirst = await entries().allTextContents();
    await column('events.column.created').getByRole('button').click();
    await page.locator('[aria-sort="ascending"]').waitFor();
    await entries()
      .filter({ hasText: newestFirst.at(-1)! })
      .first()
      .waitFor();
    while ((await entries().first().textContent()) !== newestFirst.at(-1));
    expect(await entries().allTextContents()).toEqual([...newestFirst].reverse());

    await page.getByRole('button', { name: word('list.options') }).click();
    await page.getByRole('checkbox', { name: word('events.column.actor') }).uncheck();
    await isPressed(page, 'Escape');
    await column('events.column.actor').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('[aria-sort="ascending"]').waitFor();
    expect(await entries().allTextContents()).toEqual([...newestFirst].reverse());
    expect(await column('events.column.actor').count()).toBe(0);
    await column('events.column.created').getByRole('button').click();
    await page.locator('[aria-sort="ascending"]').waitFor({ state: 'detached' });

    await page.goto(`${world.origin + PANEL}/endpoints`);
    await page.getByRole('searchbox', { name: word('endpoints.search') }).fill('no such name');
    await page.getByText(word('endpoints.none-match')).waitFor();
    await page.getByRole('button', { name: word('filter.clear') }).click();
    await page.getByRole('link', { name: 'Search index' }).waitFor();
  },
  MINUTE_MS
);

it(
  'leads from a notification to the message that it is about',
  async () => {
    const page = pages.light;
    await page.goto(`${world.origin + PANEL}/topics/${made.topicId}`);
    await page.getByRole('button', { name: word('topic.publish') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: word('topic.publish') })
      .click();
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: word('action.view'), exact: true }).click();
    const message = await opened;
    await message.getByRole('heading', { level: 1, name: 'search-index' }).waitFor();
    await message.close();
  },
  MINUTE_MS
);

it(
  'clears a search as it clears filters',
  async () => {
    const page = pages.light;
    const { messageId } = made.message;
    for (const place of ['/messages', '/dead-letters', '/flow-control']) {
      await page.goto(`${world.origin + PANEL}${place}?search=${messageId}`);
      const search = page.getByRole('searchbox');
      await search.waitFor();
      expect([place, await search.inputValue()]).toEqual([place, messageId]);
      await page
        .getByRole('button', { name: word('filter.clear') })
        .first()
        .click();
      while ((await search.inputValue()) !== '');
      expect(new URL(page.url()).searchParams.get('search')).toBeNull();
    }
  },
  MINUTE_MS
);

it(
  'counts on the overview what its links list',
  async () => {
    const { admin } = world;
    const paused = await subscribe(world, 'Paused');
    await plugin(admin, 'POST', `/endpoints/${paused.endpoint.id}/pause`, {});
    const payload = { payload: {} };
    await plugin(admin, 'POST', `/topics/${paused.topic.id}/publish`, payload);
    world.receiver.script([500]);
    const slow = await subscribe(world, 'Slow', { delaysMs: [60 * MINUTE_MS] });
    await plugin(admin, 'POST', `/topics/${slow.topic.id}/publish`, payload);
    const page = pages.light;
    const stats = ['delivered', 'pending', 'retrying', 'held', 'dead'] as const;
    for (const stat of stats) {
      await page.goto(world.origin + PANEL);
      const card = page.getByRole('link').filter({ hasText: word(`overview.stat.${stat}.hint`) });
      const count = Number(await card.locator('p').nth(1).textContent());
      await card.click();
      await page.getByRole('heading', { level: 1, name: /Messages|Dead/ }).waitFor();
      const rows = page.locator('main table').last().locator('tbody tr');
      if (count > 0) await rows.nth(count - 1).waitFor();
      expect([stat, await rows.count()]).toEqual([stat, count]);
    }
  },
  MINUTE_MS
);

it(
  'shows on the overview what needs attention, and adopts a database of another environment',
  async () => {
    const { admin, database } = world;
    const authority = createAuthority();
    await plugin(admin, 'POST', '/endpoints', {
      name: 'Expired',
      url: 'https://expired.example.com/hooks',
      topicIds: [],
      tls: authority.issue('expired.example.com', { expiresInDays: -3 }),
    });
    await database.markAs('production');
    while (!(await plugin<Overview>(admin, 'GET', '/overview')).environment.foreign);

    const page = pages.light;
    await page.setViewportSize(WIDE);
    await page.goto(world.origin + PANEL);
    const warning = page.getByText('A certificate of endpoint "Expired" expired on');
    await warning.waitFor();
    await page.getByText(word('environment.foreign.title')).waitFor();
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      expect(await sticksOut(page)).toEqual([]);
      expect(await findings(page)).toEqual([]);
    }
    await page
      .getByRole('button', { name: word('action.dismiss') })
      .first()
      .click();
    await warning.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: word('environment.adopt') }).click();
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: word('environment.adopt') }).click();
    await page.getByText(word('environment.done.adopt')).waitFor();
    await page.getByText(word('environment.foreign.title')).waitFor({ state: 'detached' });
    const { environment } = await plugin<Overview>(admin, 'GET', '/overview');
    expect(environment.foreign).toBe(false);
  },
  MINUTE_MS
);
