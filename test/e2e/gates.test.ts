/**
 * What messages pass through, in the browser: queues, flow-control keys and schedules made, held and
 * deleted, the way from each to its messages, and the signing keys rotated.
 */
import type { Page } from 'playwright-core';

import { word, type Key } from './words';
import { API_TOKEN, MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

const KEY = 'tenant, 42';

let world: PanelWorld;
let page: Page;

useWorld(async (opened) => {
  world = opened;
  page = await world.open();
});

/** Publishes as the QStash SDK does. @returns the message's id. */
async function publish(call: 'publish' | 'enqueue/orders', headers = {}): Promise<string> {
  const target = `${world.origin}/api/guaranteed-webhooks/v2/${call}/${world.receiver.url}/hooks`;
  const response = await fetch(target, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_TOKEN}`, ...headers },
    body: '{}',
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { messageId: string }).messageId;
}

async function openPage(place: string, title: Key): Promise<void> {
  await page.goto(`${world.origin}${PANEL}/${place}`);
  await page.getByRole('heading', { level: 1, name: word(title) }).waitFor();
}

const button = (key: Key) => page.getByRole('button', { name: word(key), exact: true });

async function fromMenu(what: string, key: Key): Promise<void> {
  await page.getByRole('button', { name: word('action.more-about', { what }) }).click();
  await page.getByRole('menuitem', { name: word(key), exact: true }).click();
}

/** The list of messages shows these, and its address says why. */
async function listed(messageIds: string[], filter: Record<string, string>): Promise<void> {
  await page.getByRole('heading', { level: 1, name: word('messages.title') }).waitFor();
  for (const messageId of messageIds) {
    await page.locator(`a[href$="/messages/${messageId}"]`).waitFor();
  }
  while ((await page.locator('a[href*="/messages/msg_"]').count()) !== messageIds.length);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual(filter);
}

it(
  'makes a queue, with what the server refuses said at its field',
  async () => {
    await openPage('queues', 'queues.title');
    await button('queues.create').first().click();
    const dialog = page.getByRole('dialog', { name: word('queues.create') });
    const name = dialog.getByLabel(word('queue.name'));
    await name.fill('my orders');
    await dialog.getByRole('button', { name: word('action.save') }).click();
    await dialog.locator('[aria-invalid="true"]').waitFor();
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    // A click beside it closes nothing: what was typed is still there.
    await page.mouse.click(5, 5);
    expect(await name.inputValue()).toBe('my orders');

    await name.fill('orders');
    await dialog.getByRole('button', { name: word('action.save') }).click();
    await page.getByText(word('queue.saved', { name: 'orders' })).waitFor();
    await dialog.waitFor({ state: 'detached' });
  },
  MINUTE_MS
);

it(
  'holds the messages of a queue, leads to them, and lets them go',
  async () => {
    await fromMenu('orders', 'pause.action');
    await page.getByText('“orders” paused').waitFor();
    const messageId = await publish('enqueue/orders');
    await publish('publish');
    await fromMenu('orders', 'list.messages');
    await listed([messageId], { queue: 'orders' });

    await openPage('queues', 'queues.title');
    await fromMenu('orders', 'resume.action');
    await page.getByText(word('queue.resumed', { name: 'orders', count: 1 })).waitFor();
    await world.receiver.waitFor((all) =>
      all.some(({ headers }) => headers['upstash-message-id'] === messageId)
    );
    await fromMenu('orders', 'action.delete');
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: word('action.delete'), exact: true })
      .click();
    await page.getByText(word('queue.deleted', { name: 'orders' })).waitFor();
  },
  MINUTE_MS
);

it(
  'pins the limits of a flow-control key, and leads to its messages, whatever signs are in it',
  async () => {
    await openPage('flow-control', 'flow.title');
    await button('flow.create').first().click();
    const dialog = page.getByRole('dialog', { name: word('flow.create') });
    await dialog.getByLabel(word('flow.key')).fill(KEY);
    await dialog.getByLabel(word('flow.rate')).fill('5');
    await dialog.getByRole('button', { name: word('flow.pin.confirm'), exact: true }).click();
    await page.getByText(word('flow.done.pin', { name: KEY })).waitFor();

    const limits = { 'upstash-flow-control-key': KEY, 'upstash-flow-control-value': 'rate=5' };
    const messageId = await publish('publish', limits);
    await publish('publish', { ...limits, 'upstash-flow-control-key': 'tenant' });
    await fromMenu(KEY, 'list.messages');
    await listed([messageId], { flowControlKey: KEY });
  },
  MINUTE_MS
);

it(
  'narrows the list by a typed label, and forgets it when asked',
  async () => {
    const messageId = await publish('publish', { 'upstash-label': 'urgent' });
    await page
      .getByRole('button', { name: word('filter.clear') })
      .first()
      .click();
    await page
      .getByRole('button', { name: word('filter.button', { count: 0 }), exact: true })
      .click();
    await page.getByLabel(word('filter.label'), { exact: true }).fill('urgent');
    await page.keyboard.press('Enter');
    await listed([messageId], { label: 'urgent' });
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: word('filter.clear') })
      .first()
      .click();
    await page.locator('a[href*="/messages/msg_"]').nth(4).waitFor();
    expect(new URL(page.url()).search).toBe('');
  },
  MINUTE_MS
);

it(
  'makes a schedule, runs it at once, and leads to what it published',
  async () => {
    await openPage('schedules/new', 'schedules.create');
    await page.getByLabel(word('schedule.cron')).fill('0 9 * * 1');
    await page.getByRole('combobox', { name: new RegExp(`^${word('schedule.to')}`) }).click();
    await page.getByRole('option', { name: word('schedule.to.url') }).click();
    await page.getByLabel(word('endpoint.url')).fill(`${world.receiver.url}/weekly`);
    await page.getByRole('textbox', { name: word('schedule.payload') }).fill('{"week":true}');
    await button('action.save').click();
    await page.getByText(word('schedule.saved')).waitFor();

    await button('schedule.run').click();
    const all = await world.receiver.waitFor((some) => some.some(({ path }) => path === '/weekly'));
    const run = all.find(({ path }) => path === '/weekly')!;
    expect(run.body.toString()).toBe('{"week":true}');
    await page.getByRole('link', { name: word('schedule.all-messages') }).click();
    const scheduleId = String(run.headers['upstash-schedule-id']);
    await listed([String(run.headers['upstash-message-id'])], { scheduleId });
  },
  MINUTE_MS
);

/** As it stands there for a receiver's environment: `QSTASH_CURRENT_SIGNING_KEY=sig_…`. */
const key = async (which: 'current' | 'next'): Promise<string | undefined> => {
  const line = page.getByLabel(word(`keys.${which}`), { exact: true });
  return (await line.textContent())?.split('=')[1];
};

it(
  'shows the signing keys when asked, and rotates them once the consequence is understood',
  async () => {
    await openPage('signing-keys', 'keys.title');
    await button('keys.reveal').click();
    const next = await key('next');
    await button('keys.rotate').click();
    const question = page.getByRole('alertdialog', { name: word('keys.rotate.title') });
    const confirm = question.getByRole('button', { name: word('keys.rotate'), exact: true });
    expect(await confirm.isEnabled()).toBe(false);
    await question.getByRole('checkbox', { name: word('keys.rotate.understood') }).check();
    await confirm.click();
    await page.getByText(word('keys.rotated')).waitFor();

    await button('keys.reveal').click();
    expect(await key('current')).toBe(next);
    expect(await key('next')).not.toBe(next);
  },
  MINUTE_MS
);
