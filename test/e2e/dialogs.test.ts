/**
 * Every dialog and menu of forms, light on a small laptop and dark on a phone: axe finds nothing
 * serious, it lies within the window, and Escape closes it.
 */
import type { Locator, Page } from 'playwright-core';

import { findings } from './axe';
import { furnish, type Furniture } from './content';
import { word, type Key } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

let world: PanelWorld;
const pages: Record<'light' | 'dark', Page> = {} as never;
let made: Furniture;

useWorld(async (opened) => {
  world = opened;
  made = await furnish(world);
  pages.light = await world.open();
  pages.dark = await world.open({ theme: 'dark' });
});

const button = (page: Page, key: Key) => page.getByRole('button', { name: word(key), exact: true });

async function fromMenu(page: Page, what: string, key: Key): Promise<void> {
  await page.getByRole('button', { name: word('action.more-about', { what }) }).click();
  await page.getByRole('menuitem', { name: word(key), exact: true }).click();
}

const DIALOGS: [string, () => string, (page: Page) => Promise<void>][] = [
  [
    'a test message and its answer',
    () => `/endpoints/${made.endpointId}`,
    async (page) => {
      await page.getByRole('button', { name: word('test.action') }).click();
      await page.getByRole('link', { name: word('test.open') }).waitFor();
    },
  ],
  [
    'a new secret',
    () => `/endpoints/${made.endpointId}`,
    async (page) => {
      await page.getByRole('button', { name: word('endpoint.more') }).click();
      await page.getByRole('menuitem', { name: word('rotate.action') }).click();
    },
  ],
  [
    'pausing an endpoint',
    () => `/endpoints/${made.endpointId}`,
    (page) => button(page, 'pause.action').click(),
  ],
  [
    'publishing to a topic',
    () => `/topics/${made.topicId}`,
    (page) => page.getByRole('button', { name: word('topic.publish') }).click(),
  ],
  [
    'replaying dead letters',
    () => '/dead-letters',
    async (page) => {
      await page.getByRole('button', { name: word('bulk.replay.all') }).click();
      await page.getByText(word('bulk.sure.replay', { count: 1 })).waitFor();
    },
  ],
  [
    'deleting dead letters of a reason',
    () => '/dead-letters',
    async (page) => {
      await button(page, 'bulk.delete').first().click();
      await page.getByText(word('bulk.sure.delete', { count: 1 })).waitFor();
    },
  ],
  ['a new queue', () => '/queues', (page) => button(page, 'queues.create').click()],
  ['a queue', () => '/queues', (page) => fromMenu(page, 'orders', 'queue.edit')],
  ['deleting a queue', () => '/queues', (page) => fromMenu(page, 'orders', 'action.delete')],
  ['limits of a new key', () => '/flow-control', (page) => button(page, 'flow.create').click()],
  ['limits of a key', () => '/flow-control', (page) => fromMenu(page, 'tenant, 42', 'flow.pin')],
  [
    'deleting a schedule',
    () => `/schedules/${made.scheduleId}`,
    (page) => button(page, 'action.delete').click(),
  ],
  ['new signing keys', () => '/signing-keys', (page) => button(page, 'keys.rotate').click()],
  [
    'a new secret of messages to a URL',
    () => '/signing-keys',
    (page) => button(page, 'rotate.action').click(),
  ],
  [
    'the filters of messages',
    () => `/messages?endpointId=${made.endpointId}&state=dead`,
    (page) => page.getByRole('button', { name: word('filter.button', { count: 2 }) }).click(),
  ],
  [
    'the columns of a list',
    () => '/messages?by=message',
    (page) => button(page, 'list.options').click(),
  ],
  ['keyboard shortcuts', () => '/endpoints', (page) => page.keyboard.press('?')],
  [
    'the filters of dead letters',
    () => '/dead-letters',
    (page) => page.getByRole('button', { name: word('filter.button', { count: 0 }) }).click(),
  ],
];

/** Small windows: a laptop's, and a phone's. */
const WINDOWS = { light: { width: 1_280, height: 720 }, dark: { width: 420, height: 800 } };

async function expectInside(dialog: Locator, window: { width: number; height: number }) {
  const { x, y, width, height } = (await dialog.boundingBox())!;
  expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(window.width);
  expect(y + height).toBeLessThanOrEqual(window.height);
}

describe.each(['light', 'dark'] as const)('in the %s theme, the dialog', (theme) => {
  it.each(DIALOGS)(
    'of %s is accessible, fits the window, and Escape closes it',
    async (_, place, open) => {
      const page = pages[theme];
      await page.setViewportSize(WINDOWS[theme]);
      await page.goto(world.origin + PANEL + place());
      await page.getByRole('heading', { level: 1 }).waitFor();
      await open(page);
      const dialog = page.locator('[role="dialog"], [role="alertdialog"]');
      await dialog.waitFor();
      expect(await findings(page)).toEqual([]);
      await expectInside(dialog, WINDOWS[theme]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    },
    MINUTE_MS
  );
});
