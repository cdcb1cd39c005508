/**
 * The way of a newcomer, from an empty plugin to a delivery: with the mouse in at most eight clicks, and with the
 * keyboard alone.
 */
import type { Locator, Page } from 'playwright-core';

import type { EndpointView, TopicView } from '../../server/src/panel/contract';
import { plugin, publishArticle } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

const MOST_CLICKS = 8;
const MOST_TABS = 400;

let world: PanelWorld;

useWorld(async (opened) => {
  world = opened;
  await publishArticle(world.admin, 'Night trains');
});

async function newcomer(): Promise<Page> {
  const page = await world.open();
  await page.goto(`${world.origin}/admin`);
  return page;
}

it(
  'says in a select that there is nothing to choose yet, and leads to where it is made',
  async () => {
    const page = await newcomer();
    await page.goto(`${world.origin}${PANEL}/topics/new`);
    const endpoints = page.getByRole('combobox', { name: word('topic.endpoints') });
    await page.getByText(word('topic.endpoints.none')).waitFor();
    expect(await endpoints.isDisabled()).toBe(true);
    await page
      .getByRole('main')
      .getByRole('link', { name: word('endpoints.create') })
      .click();
    await page.getByRole('heading', { level: 1, name: word('endpoints.create') }).waitFor();
    await page.close();
  },
  MINUTE_MS
);

it(
  'takes at most eight clicks with the mouse',
  async () => {
    const page = await newcomer();
    let clicks = 0;
    const click = async (target: Locator): Promise<void> => {
      clicks += 1;
      await target.click();
    };

    await click(page.getByRole('link', { name: word('plugin.name'), exact: true }));
    await click(page.getByRole('main').getByRole('link', { name: word('endpoints.create') }));
    await page.locator('input[name="url"]:focus').waitFor();
    await page.keyboard.type(`${world.receiver.url}/hooks`);
    expect(await page.getByLabel(word('setup.events.published')).isChecked()).toBe(true);
    await click(page.getByText(word('setup.events.changed'), { exact: true }));
    expect(await page.getByLabel(word('setup.events.changed')).isChecked()).toBe(true);
    const retries = page.getByRole('button', { name: word('retry.title') });
    expect(await retries.getAttribute('aria-expanded')).toBe('false');
    expect(await retries.innerText()).toContain(word('retry.kind.standard'));
    await click(page.getByRole('button', { name: word('action.save'), exact: true }));
    const secret = page.getByRole('dialog', { name: word('secret.title') });
    await click(secret.getByRole('button', { name: word('trial.action') }));
    const host = new URL(world.receiver.url).host;
    const test = page.getByRole('dialog', { name: word('trial.title', { name: host }) });
    await click(test.getByRole('combobox', { name: word('trial.entry') }));
    await click(page.getByRole('option', { name: 'Night trains' }));
    await click(test.getByRole('button', { name: word('trial.send') }));
    await test.getByText(word('message.state.delivered'), { exact: true }).waitFor();

    expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
    expect(world.receiver.requests).toHaveLength(1);
    expect(world.receiver.requests[0]?.body.toString()).toContain('Night trains');
    const [topic] = await plugin<TopicView[]>(world.admin, 'GET', '/topics');
    expect(topic).toMatchObject({ events: ['entry.*'] });
    expect(topic?.endpoints).toMatchObject([{ name: host }]);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: host }).waitFor();
    expect(await test.isVisible()).toBe(false);
    await page.close();
  },
  2 * MINUTE_MS
);

it(
  'opens the section of a field that the server refuses',
  async () => {
    const page = await newcomer();
    await page.goto(`${world.origin}/admin/plugins/guaranteed-webhooks/endpoints/new`);
    await page.getByLabel(word('endpoint.url')).fill(`${world.receiver.url}/hooks`);
    const delivery = page.getByRole('button', { name: word('endpoint.delivery') });
    await delivery.click();
    await page.getByLabel(word('endpoint.timeout')).fill('100000');
    await delivery.click();
    await delivery.getByText(word('setup.changed')).waitFor();
    await page.getByRole('button', { name: word('action.save'), exact: true }).click();
    await page.getByText(word('error.fields')).waitFor();
    expect(await delivery.getAttribute('aria-expanded')).toBe('true');
    await page.close();
  },
  MINUTE_MS
);

it(
  'makes an endpoint whose receiver claims its messages',
  async () => {
    const page = await newcomer();
    await page.goto(`${world.origin}/admin/plugins/guaranteed-webhooks/endpoints/new`);
    await page.getByRole('combobox', { name: word('pull.kind') }).click();
    await page.getByRole('option', { name: word('pull.kind.pull') }).click();
    expect(await page.locator('input[name="url"]').count()).toBe(0);
    await page.locator('input[name="name"]').fill('Warehouse');
    await page.getByRole('button', { name: word('action.save'), exact: true }).click();
    const secret = page.getByRole('dialog', { name: word('secret.title') });
    const token = await secret.getByLabel(word('pull.token'), { exact: true }).innerText();
    await secret.getByRole('button', { name: word('secret.done') }).click();
    await page.getByRole('heading', { level: 1, name: 'Warehouse' }).waitFor();
    await page.getByRole('tab', { name: word('endpoint.tab.pull') }).click();
    const command = await page.getByLabel(word('pull.claim'), { exact: true }).innerText();
    const url = /'(http[^']*\/claim)'/.exec(command)?.[1] ?? '';
    const response = await fetch(new URL(new URL(url).pathname, world.origin), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, await response.json()]).toEqual([200, { messages: [] }]);
    await page.getByRole('tab', { name: word('endpoint.tab.settings') }).click();
    await page.getByText(word('pull.kind.pull.hint')).waitFor();
    await page.close();
  },
  MINUTE_MS
);

it(
  'works with the keyboard alone',
  async () => {
    for (const { id } of await plugin<EndpointView[]>(world.admin, 'GET', '/endpoints')) {
      await plugin(world.admin, 'DELETE', `/endpoints/${id}?cancelPending=true`);
    }
    for (const { id } of await plugin<TopicView[]>(world.admin, 'GET', '/topics')) {
      await plugin(world.admin, 'DELETE', `/topics/${id}`);
    }
    const page = await newcomer();
    const { keyboard } = page;
    const isFocused = async (target: Locator): Promise<boolean> =>
      (await target.and(page.locator(':focus')).count()) > 0;
    const tabTo = async (target: Locator): Promise<void> => {
      await target.waitFor();
      for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
        if (await isFocused(target)) return;
        await keyboard.press('Tab');
      }
      throw new Error(`Tab does not reach ${String(target)}`);
    };
    const press = async (target: Locator, key = 'Enter'): Promise<void> => {
      await tabTo(target);
      await keyboard.press(key);
    };

    await press(page.getByRole('link', { name: word('plugin.name'), exact: true }));
    await press(page.getByRole('link', { name: word('nav.endpoints'), exact: true }));
    await press(
      page
        .getByRole('main')
        .getByRole('link', { name: word('endpoints.create') })
        .first()
    );
    await page.locator('input[name="url"]:focus').waitFor();
    await keyboard.type(`${world.receiver.url}/keys`);
    await tabTo(page.getByLabel(word('setup.events.published')));
    await keyboard.press('ArrowUp'); // from the first to the last
    await press(page.getByRole('checkbox', { name: 'entry.unpublish', exact: true }), 'Space');
    await press(page.getByRole('button', { name: word('retry.title') }));
    await press(page.getByRole('button', { name: word('action.save'), exact: true }));
    const secret = page.getByRole('dialog', { name: word('secret.title') });
    await press(secret.getByRole('button', { name: word('trial.action') }));
    const test = page.getByRole('dialog', { name: /127\.0\.0\.1/ });
    const entry = test.getByRole('combobox', { name: word('trial.entry') });
    await tabTo(entry);
    // The list is made anew when the search has ended.
    const searched = page.waitForResponse((response) => response.url().includes('Night'));
    await keyboard.type('Night');
    await searched;
    await page.getByRole('option', { name: 'Night trains' }).waitFor();
    await keyboard.press('ArrowDown');
    await page.locator('[role=option][data-highlighted]').waitFor();
    await keyboard.press('Enter');
    const send = test.getByRole('button', { name: word('trial.send') });
    await send.and(page.locator(':enabled')).waitFor();
    await press(send);
    await test.getByText(word('message.state.delivered'), { exact: true }).waitFor();
    expect(world.receiver.requests.at(-1)?.body.toString()).toContain('Night trains');
    await page.close();
  },
  3 * MINUTE_MS
);
