/**
 * A first webhook, all of it in the browser: a topic, an endpoint, an article published in the
 * Content Manager, its message that fails and is then delivered before one's eyes, and what was said
 * in each attempt.
 */
import { createHmac } from 'node:crypto';

import type { Page } from 'playwright-core';

import type { MessageView, Page as ListPage } from '../../server/src/panel/contract';
import { made, plugin } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

let world: PanelWorld;
let page: Page;
let secret: string;

useWorld(async (opened) => {
  world = opened;
  page = await world.open();
  await page.goto(`${world.origin}/admin`);
});

const choose = async (field: string, option: string): Promise<void> => {
  await page.getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name: option }).click();
};

const save = (): Promise<void> =>
  page.getByRole('button', { name: word('action.save'), exact: true }).click();

it(
  'begins in the main menu, with the steps that lead to a first webhook',
  async () => {
    await page.getByRole('link', { name: word('plugin.name'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('overview.title') }).waitFor();
    expect(new URL(page.url()).pathname).toBe(PANEL);
    await page.getByRole('heading', { name: word('overview.first-steps.title') }).waitFor();
  },
  MINUTE_MS
);

it(
  'creates a topic of published articles',
  async () => {
    await page.getByRole('link', { name: word('nav.topics'), exact: true }).click();
    await page.getByRole('link', { name: word('topics.create') }).click();
    await page.getByLabel(word('topic.name')).fill('articles');
    await page.getByRole('checkbox', { name: 'entry.publish', exact: true }).check();
    const users = page.getByRole('checkbox', { name: /users-permissions\.user/ });
    expect(await users.isChecked()).toBe(false);
    await users.check();
    await page.getByText(word('topic.types.users.body')).waitFor();
    await users.uncheck();
    expect(await page.getByRole('checkbox', { name: /api::article\.article/ }).isChecked()).toBe(
      true
    );
    await save();
    await page.getByText(word('topic.saved', { name: 'articles' })).waitFor();
    await page.getByRole('heading', { level: 1, name: 'articles' }).waitFor();
  },
  MINUTE_MS
);

it(
  'creates an endpoint that hears of it, and shows its secret once',
  async () => {
    await page.getByRole('link', { name: word('nav.endpoints'), exact: true }).click();
    await page.getByRole('link', { name: word('endpoints.create') }).click();
    await page.getByRole('textbox', { name: word('endpoint.name') }).fill('Search index');
    await page.getByLabel(word('endpoint.url')).fill(`${world.receiver.url}/hooks`);
    await choose(word('endpoint.topics'), 'articles');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: word('retry.title') }).click();
    await choose(word('retry.kind'), word('retry.kind.list'));
    await page.getByLabel(word('retry.delays')).fill('500ms, 5s');
    await save();

    const dialog = page.getByRole('dialog', { name: word('secret.title') });
    secret = (await dialog.getByLabel(word('secret.label'), { exact: true }).textContent()) ?? '';
    expect(secret).toMatch(/^whsec_/);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    await dialog.getByRole('button', { name: word('secret.done') }).click();
    await page.getByRole('heading', { level: 1, name: 'Search index' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Search index' }).waitFor();
    expect(await page.content()).not.toContain(secret);
  },
  MINUTE_MS
);

it(
  'shows an article published in the Content Manager fail, and then be delivered, without a reload',
  async () => {
    let mayDeliver = (): void => undefined;
    const seen = new Promise<void>((resolve) => (mayDeliver = resolve));
    world.receiver.script([
      { status: 500, headers: { 'content-type': 'text/plain' }, body: 'the index is rebuilding' },
      { status: 200, headers: { 'x-index': 'articles-7' }, body: '{"indexed":true}', hold: seen },
    ]);

    await page.goto(
      `${world.origin}/admin/content-manager/collection-types/api::article.article/create`
    );
    await page.getByLabel('title', { exact: false }).first().fill('Webhooks that arrive');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await world.receiver.waitFor(1);

    await page.goto(`${world.origin}${PANEL}/messages`);
    await page.getByRole('link', { name: 'entry.publish' }).click();
    await page.getByText('the index is rebuilding').first().waitFor();
    mayDeliver();
    await page.getByText(word('message.state.delivered')).first().waitFor();
    expect(world.receiver.requests).toHaveLength(2);
  },
  MINUTE_MS
);

it(
  'tells what was sent in an attempt, and what came back',
  async () => {
    const attempt = (number: number) =>
      page.getByRole('button', { name: word('attempt.title', { number, total: 2 }) });
    await attempt(2).waitFor();
    if ((await attempt(2).getAttribute('aria-expanded')) !== 'true') await attempt(2).click();
    await page.getByText('articles-7').waitFor();
    expect(await attempt(1).getAttribute('aria-expanded')).toBe('false');
    expect(await attempt(1).textContent()).toContain(word('doctor.receiver'));
    expect(await attempt(1).textContent()).toContain('the index is rebuilding');
    await page.getByText('"indexed": true').waitFor();

    const second = page.getByRole('region', {
      name: word('attempt.title', { number: 2, total: 2 }),
    });
    await second.getByRole('tab', { name: word('attempt.request') }).click();
    await second.getByText(`POST ${world.receiver.url}/hooks`).waitFor();
    const id = String(world.receiver.requests[1]?.headers['webhook-id']);
    await second.getByText(id).first().waitFor();
    expect(page.url()).toContain(id);
    await page.getByText('"title": "Webhooks that arrive"').waitFor();

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
    const body = page.getByRole('region', { name: word('message.body') });
    await body.getByRole('button', { name: '"event"', exact: true }).focus();
    while ((await page.evaluate('document.activeElement.textContent')) !== '"title"') {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.getByText(word('action.copied')).first().waitFor();
    expect(await copied()).toBe('entry.title');
    await body.getByRole('button', { name: word('json.raw') }).click();
    await body.getByText(world.receiver.requests[1]!.body.toString(), { exact: true }).waitFor();
    await body.getByRole('button', { name: word('json.formatted') }).click();

    const payload = page.getByRole('group', { name: word('message.body') });
    const fold = payload.getByRole('button', { name: word('json.fold', { line: 1 }) });
    await fold.click();
    await page.getByText('"title": "Webhooks that arrive"').waitFor({ state: 'detached' });
    await page.getByLabel(word('json.search')).last().fill('ARRIVE');
    await page.getByText('"title": "Webhooks that arrive"').waitFor();
    await page.getByText(word('json.matches', { count: 1 })).waitFor();
  },
  MINUTE_MS
);

it('sent what the secret shown at creation verifies', () => {
  const { headers, body } = world.receiver.requests[1]!;
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const digest = createHmac('sha256', key).update(signed).update(body).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${digest}`);
});

it(
  'compares what was sent with the version before of the same entry',
  async () => {
    await page.getByRole('button', { name: word('diff.show') }).click();
    await page.getByText(word('diff.none')).waitFor();

    const [{ entryDocumentId }] = (
      await plugin<ListPage<MessageView>>(world.admin, 'GET', '/messages')
    ).results as [MessageView];
    const entry = `/content-manager/collection-types/api::article.article/${entryDocumentId}`;
    const title = { title: 'Webhooks that arrive, and once more' };
    await made(world.admin, 'POST', `${entry}/actions/publish`, title);
    await world.receiver.waitFor(3);
    await page.goto(`${world.origin}${PANEL}/messages`);
    await page.getByRole('link', { name: 'entry.publish' }).first().click();
    await page.getByRole('button', { name: word('diff.show') }).click();
    const difference = page.getByRole('group', { name: word('diff.title') });
    await difference.waitFor();
    const lines = async (tag: 'del' | 'ins') =>
      (await difference.locator(tag).allTextContents()).filter((line) => line.includes('title'));
    expect(await lines('del')).toEqual(['    "title": "Webhooks that arrive",']);
    expect(await lines('ins')).toEqual([`    "title": "${title.title}",`]);
    await difference.getByText('"uid": "api::article.article"').waitFor();
    await page.getByRole('button', { name: word('diff.hide') }).click();
    await page.getByRole('group', { name: word('message.body') }).waitFor();
  },
  MINUTE_MS
);
