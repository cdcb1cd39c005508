/**
 * An endpoint in the browser: its secret rotated, two people editing it at once, what the server
 * refuses shown at its field with nothing typed lost, a test message and its answer.
 */
import { createHmac } from 'node:crypto';

import type { Page } from 'playwright-core';

import type { EndpointSecret, EndpointView } from '../../server/src/contract';
import { plugin, subscribe } from './content';
import { MINUTE_MS, openWorld, PANEL, word, type PanelWorld } from './world';

let world: PanelWorld;
let endpoint: EndpointView & EndpointSecret;

beforeAll(async () => {
  world = await openWorld();
  ({ endpoint } = await subscribe(world, 'Shop'));
}, 4 * MINUTE_MS);

afterAll(async () => {
  await world?.close();
}, MINUTE_MS);

afterEach(() => {
  expect(world.complaints()).toEqual([]);
});

async function openEndpoint(as?: Page): Promise<Page> {
  const page = as ?? (await world.open());
  await page.goto(`${world.origin}${PANEL}/endpoints/${endpoint.id}`);
  await page.getByRole('heading', { level: 1, name: /^Shop/ }).waitFor();
  return page;
}

const field = (page: Page, key: 'endpoint.name' | 'endpoint.url' | 'endpoint.timeout') =>
  page.getByLabel(word(key));

const save = (page: Page): Promise<void> =>
  page.getByRole('button', { name: word('action.save'), exact: true }).click();

const stored = () => plugin<EndpointView>(world.admin, 'GET', `/endpoints/${endpoint.id}`);

it(
  'sends a test and shows the answer in place',
  async () => {
    const page = await openEndpoint();
    world.receiver.script([{ status: 202, body: 'taken note of' }]);
    await page.getByRole('button', { name: word('test.action') }).click();
    const dialog = page.getByRole('dialog', { name: word('test.title', { name: 'Shop' }) });
    await dialog.getByText('202').first().waitFor();
    await dialog.getByText('taken note of').waitFor();
    await page.context().close();
  },
  MINUTE_MS
);

it(
  'rotates the secret: shown once, and for a while both sign',
  async () => {
    const page = await openEndpoint();
    await page.getByRole('button', { name: word('endpoint.more') }).click();
    await page.getByRole('menuitem', { name: word('rotate.action') }).click();
    const question = page.getByRole('alertdialog', {
      name: word('rotate.title', { name: 'Shop' }),
    });
    await question.getByRole('button', { name: word('rotate.confirm'), exact: true }).click();

    const dialog = page.getByRole('dialog', { name: word('secret.title') });
    const fresh =
      (await dialog.getByLabel(word('secret.label'), { exact: true }).textContent()) ?? '';
    expect(fresh).toMatch(/^whsec_/);
    expect(fresh).not.toBe(endpoint.secret);
    await dialog.getByRole('button', { name: word('secret.done') }).click();
    await openEndpoint(page);
    expect(await page.content()).not.toContain(fresh);

    const before = world.receiver.requests.length;
    await plugin(world.admin, 'POST', `/endpoints/${endpoint.id}/test`);
    const { headers, body } = (await world.receiver.waitFor(before + 1)).at(-1)!;
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.`;
    const signature = (secret: string) =>
      `v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
        .update(signed)
        .update(body)
        .digest('base64')}`;
    expect(String(headers['webhook-signature']).split(' ').sort()).toEqual(
      [signature(fresh), signature(endpoint.secret)].sort()
    );
    await page.context().close();
  },
  MINUTE_MS
);

it(
  'lets neither of two editors overwrite the other unawares, and loses nothing typed',
  async () => {
    const [first, second] = [await openEndpoint(), await openEndpoint()];
    await field(first, 'endpoint.name').fill('Shop of the first');
    await field(second, 'endpoint.name').fill('Shop of the second');
    await save(first);
    await first.getByText(word('endpoint.saved', { name: 'Shop of the first' })).waitFor();

    await save(second);
    await second.getByText(word('form.stale.title')).waitFor();
    expect(await field(second, 'endpoint.name').inputValue()).toBe('Shop of the second');
    expect((await stored()).name).toBe('Shop of the first');

    await second.getByRole('button', { name: word('form.stale.overwrite') }).click();
    await second.getByText(word('endpoint.saved', { name: 'Shop of the second' })).waitFor();
    expect((await stored()).name).toBe('Shop of the second');

    await field(first, 'endpoint.name').fill('Shop again');
    await save(first);
    await first.getByRole('button', { name: word('form.stale.reload') }).click();
    await first.locator('input[name="name"][value="Shop of the second"]').waitFor();
    await first.context().close();
    await second.context().close();
  },
  MINUTE_MS
);

it(
  "shows the server's refusal at the field it is about, with all that was typed still there",
  async () => {
    const page = await openEndpoint();
    await field(page, 'endpoint.name').fill('Shop with a bad address');
    await field(page, 'endpoint.url').fill('http://169.254.169.254/latest/meta-data');
    await save(page);
    const url = field(page, 'endpoint.url');
    await page.locator('[aria-invalid="true"]').first().waitFor();
    expect(await url.getAttribute('aria-invalid')).toBe('true');
    const described = (await url.getAttribute('aria-describedby'))?.split(' ') ?? [];
    const texts = await Promise.all(
      described.map((id) => page.locator(`[id="${id}"]`).allTextContents())
    );
    expect(texts.flat().join(' ')).toContain('169.254.169.254');
    expect(await field(page, 'endpoint.name').inputValue()).toBe('Shop with a bad address');
    expect(await url.inputValue()).toBe('http://169.254.169.254/latest/meta-data');
    expect((await stored()).url).toBe(`${world.receiver.url}/hooks`);
    await page.context().close();
  },
  MINUTE_MS
);
