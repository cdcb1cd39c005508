/** Who changed what, in the browser: on its own page, by item and person, and on the page of an endpoint; and the export of messages. */
import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';

import type { EndpointSecret, EndpointView, TopicView } from '../../server/src/panel/contract';
import { publishArticle, subscribe } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

let world: PanelWorld;
let page: Page;
let endpoint: EndpointView & EndpointSecret;
let topic: TopicView;

useWorld(async (opened) => {
  world = opened;
  ({ endpoint, topic } = await subscribe(world, 'Shop'));
  page = await world.open();
});

const rows = () => page.getByRole('main').getByRole('row');

it(
  'shows a change with its person, and the old and the new value, in the history of the endpoint',
  async () => {
    await page.goto(`${world.origin}${PANEL}/endpoints/${endpoint.id}?tab=settings`);
    await page.getByLabel(word('endpoint.name')).fill('Web shop');
    await page.getByRole('button', { name: word('action.save'), exact: true }).click();
    await page.getByText(word('endpoint.saved', { name: 'Web shop' })).waitFor();
    await page.getByRole('tab', { name: word('endpoint.tab.history') }).click();
    await page.getByText(word('audit.from-to', { from: 'Shop', to: 'Web shop' })).waitFor();
    const [head = '', newest = '', oldest = ''] = await rows().allInnerTexts();
    expect(head).not.toContain(word('audit.column.item'));
    expect(newest).toContain(word('audit.action.update'));
    expect(newest).toMatch(/\(admin panel\)/);
    expect(oldest).toContain(word('audit.action.create'));
  },
  MINUTE_MS
);

async function listed(count: number): Promise<void> {
  while ((await rows().count()) !== count);
}

it(
  'lists all changes, and narrows them to one item and one person',
  async () => {
    await page.getByRole('link', { name: word('nav.audit-log'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('audit.title') }).waitFor();
    await page.getByRole('link', { name: topic.name }).first().waitFor();
    await listed(4); // the heading, two creations, one change

    await page.getByRole('combobox', { name: word('audit.column.item') }).click();
    await page.getByRole('option', { name: word('audit.item.topic'), exact: true }).click();
    await page.getByRole('link', { name: 'Web shop' }).first().waitFor({ state: 'detached' });
    await listed(2);

    await page.getByRole('combobox', { name: word('audit.column.who') }).click();
    await page.getByRole('option').first().click();
    await page.waitForURL(/actor=admin/);
    await listed(2);

    await page.getByRole('button', { name: word('filter.clear') }).click();
    await page
      .getByRole('button', { name: word('audit.only', { name: 'Shop' }), exact: true })
      .last()
      .click();
    await page.waitForURL(/item=endpoint&key=\d+/);
    await page.getByRole('link', { name: topic.name, exact: true }).waitFor({ state: 'detached' });
    await listed(3);
  },
  MINUTE_MS
);

async function exported(format: string): Promise<string> {
  await page.getByRole('button', { name: word('export.title'), exact: true }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: format, exact: true }).click(),
  ]);
  await page.getByText(word('export.done')).last().waitFor();
  return readFile(await file.path(), 'utf8');
}

it(
  'exports the messages that the filter matches, as CSV, and with payloads as JSON',
  async () => {
    await publishArticle(world.admin, 'Night trains');
    await world.receiver.waitFor(1);
    await page.goto(`${world.origin}${PANEL}/messages?endpointId=${endpoint.id}`);
    await page.getByRole('heading', { level: 1, name: word('messages.title') }).waitFor();
    const csv = await exported('CSV');
    expect(csv.trim().split('\r\n')).toHaveLength(2);
    expect(csv).toContain('"entry.publish","api::article.article"');
    expect(csv).not.toContain('"entry":{');
    const json = JSON.parse(await exported(word('export.with-payloads', { format: 'JSON' }))) as {
      body: { text: string };
    }[];
    expect(json).toHaveLength(1);
    expect(json[0]?.body.text).toContain('Night trains');

    await page.goto(`${world.origin}${PANEL}/dead-letters`);
    await page.getByRole('heading', { level: 1, name: word('dead.title') }).waitFor();
    expect((await exported('CSV')).trim().split('\r\n')).toHaveLength(1);
  },
  MINUTE_MS
);

it(
  'says when nothing could be saved',
  async () => {
    await page.route('**/messages/export*', (route) => route.fulfill({ status: 500 }));
    await page.getByRole('button', { name: word('export.title'), exact: true }).click();
    await page.getByRole('menuitem', { name: 'CSV', exact: true }).click();
    await page.getByText(word('export.failed')).waitFor();
    await page.unroute('**/messages/export*');
    world.complaints();
  },
  MINUTE_MS
);

it(
  'saves who is told of endpoints that fail, and lists that change, too',
  async () => {
    await page.getByRole('link', { name: word('nav.alerts'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('alerts.title') }).waitFor();
    const test = page.getByRole('button', { name: word('alerts.test') });
    expect(await test.isDisabled()).toBe(true);
    const save = page.getByRole('button', { name: word('action.save'), exact: true });
    await page.getByLabel(word('alerts.emails')).fill('ops');
    await save.click();
    await page.getByText('must be an e-mail address').waitFor();
    await page.getByLabel(word('alerts.emails')).fill('');
    await page.getByLabel(word('alerts.backlog')).fill('15');
    await page.getByRole('combobox', { name: word('nav.endpoints') }).click();
    await page.getByRole('option', { name: 'Web shop' }).click();
    await page.keyboard.press('Escape');
    await save.click();
    await page.getByText(word('alerts.saved')).waitFor();
    await test.click();
    await page.getByText(word('alerts.tested')).waitFor();
    await world.receiver.waitFor((all) =>
      all.some(({ body }) => body.toString().includes('webhooks.alert'))
    );

    await page.getByRole('link', { name: word('nav.audit-log'), exact: true }).click();
    const row = rows().filter({ hasText: word('audit.item.alerts') });
    await row.getByText(word('audit.from-to', { from: '–', to: '900000' })).waitFor();
  },
  MINUTE_MS
);
