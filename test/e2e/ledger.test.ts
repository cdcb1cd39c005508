/** A receiver that keeps a copy: from differences to "in sync", with the mouse, and by an offer with the keyboard alone. */
import type { Locator, Page } from 'playwright-core';

import type { EndpointSecret, EndpointView, TopicView } from '../../server/src/panel/contract';
import { startCopyReceiver, type CopyReceiver } from '../support/copy-receiver';
import { findings } from './axe';
import { plugin, publishArticle } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

const ARTICLES = 7;
/** A draft and a published version of each. */
const VERSIONS = 2 * ARTICLES;
const NARROW = { width: 420, height: 900 };
const MOST_TABS = 200;

let world: PanelWorld;
let copy: CopyReceiver;
let topic: TopicView;
let endpoint: EndpointView & EndpointSecret;

useWorld(async (opened) => {
  world = opened;
  copy = await startCopyReceiver();
  for (let n = 1; n <= ARTICLES; n += 1) await publishArticle(world.admin, `Night train ${n}`);
  topic = await plugin<TopicView>(world.admin, 'POST', '/topics', {
    name: 'articles',
    events: ['entry.*'],
    contentTypes: ['api::article.article'],
  });
  endpoint = await plugin(world.admin, 'POST', '/endpoints', {
    ...{ name: 'Copy', url: `${copy.url}/`, topicIds: [topic.id] },
    ...{ ledger: true, reconcile: { cron: '0 3 * * *', exact: true } },
  });
});
afterAll(() => copy?.stop());

const button = (page: Page, key: Parameters<typeof word>[0]): Locator =>
  page.getByRole('main').getByRole('button', { name: word(key), exact: true });

const inSync = (page: Page): Locator => page.getByText(word('ledger.in-sync'), { exact: true });

it(
  'counts and lists what a receiver lacks, sends it, and is in sync',
  async () => {
    const page = await world.open();
    await page.goto(`${world.origin}${PANEL}/endpoints/${endpoint.id}`);
    await page.getByText(/Next comparison/).waitFor();
    await button(page, 'ledger.compare').click();
    await page.getByText(word('ledger.differs', { count: VERSIONS })).waitFor();
    const table = page.getByRole('table').filter({ hasText: word('ledger.column.kind') });
    const listed = table.getByRole('link', { name: 'Night train 3', exact: true });
    await listed.first().waitFor(); // the list comes after the count
    expect(await listed.count()).toBe(2);
    expect(await findings(page)).toEqual([]);
    await page.setViewportSize(NARROW);
    expect(await page.evaluate<boolean>('document.body.scrollWidth <= innerWidth')).toBe(true);
    expect(copy.rows()).toEqual([]);
    await button(page, 'ledger.heal').click();
    await page.getByText(word('ledger.sent', { count: VERSIONS })).waitFor();
    await page.getByText(word('ledger.subtitle', { count: VERSIONS })).waitFor();
    await button(page, 'ledger.compare').click();
    await inSync(page).waitFor();
    expect(copy.rows()).toHaveLength(VERSIONS);
    expect(new Set(copy.rows().map(({ entry }) => entry.title)).size).toBe(ARTICLES);
    await page.close();
  },
  2 * MINUTE_MS
);

it(
  'offers a comparison when topics have changed, and is taken up with the keyboard alone',
  async () => {
    const page = await world.open();
    await plugin(world.admin, 'PUT', `/topics/${topic.id}`, {
      ...{ name: topic.name, contentTypes: topic.contentTypes, version: topic.version },
      events: ['entry.publish', 'entry.delete'],
    });
    await page.goto(`${world.origin}${PANEL}`);
    const compare = button(page, 'offer.compare');
    await page.getByText(word('offer.topics')).waitFor();
    expect(await findings(page)).toEqual([]);
    await compare.waitFor();
    for (let tabs = 0; (await compare.and(page.locator(':focus')).count()) === 0; tabs += 1) {
      if (tabs === MOST_TABS) throw new Error('Tab does not reach the button');
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await compare.waitFor({ state: 'detached' });
    await page.goto(`${world.origin}${PANEL}/endpoints/${endpoint.id}`);
    await inSync(page).waitFor();
    expect(await page.getByText(word('offer.topics')).count()).toBe(0);
    await page.close();
  },
  2 * MINUTE_MS
);
