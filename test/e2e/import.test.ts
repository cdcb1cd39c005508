/**
 * Strapi's own webhooks, imported in the browser: what would become of them shown first, the originals
 * switched off when that is asked for, and every event at its receiver once.
 */
import type { Page } from 'playwright-core';

import { made, publishArticle } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

interface Native {
  name: string;
  isEnabled: boolean;
}

let world: PanelWorld;
let page: Page;

/** Of Strapi's own, those that are on. */
async function natives(): Promise<string[]> {
  const { data } = await made<{ data: Native[] }>(world.admin, 'GET', '/admin/webhooks');
  return data.filter(({ isEnabled }) => isEnabled).map(({ name }) => name);
}

/** What came to a path about an article, by who sent it: ours carries an id. */
const arrivals = (path: string, title: string): ('ours' | "Strapi's")[] =>
  world.receiver.requests
    .filter((request) => request.path === path && request.body.toString().includes(title))
    .map(({ headers }) => (headers['webhook-id'] === undefined ? "Strapi's" : 'ours'))
    .sort();

const card = (name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });

useWorld(
  async (opened) => {
    world = opened;
    await publishArticle(world.admin, 'Before the import');
    await world.receiver.waitFor(2);
    page = await world.open();
  },
  {
    async seed(database, { url }) {
      await database.addNativeWebhook('Shop', `${url}/shop`, {
        Authorization: 'Bearer of-the-shop',
      });
      await database.addNativeWebhook('Search', `${url}/search`);
    },
  }
);

async function importChosen(switchOff: boolean): Promise<void> {
  await page.getByRole('checkbox', { name: word('import.switch-off') }).setChecked(switchOff);
  await page.getByRole('button', { name: word('import.run', { count: 1 }) }).click();
  const question = page.getByRole('alertdialog', { name: word('import.title') });
  const consequence = word(switchOff ? 'import.sure.off' : 'import.sure.on', { count: 1 });
  await question.getByText(consequence).waitFor();
  await question.getByRole('button', { name: word('import.run', { count: 1 }) }).click();
  await page.getByText(word('import.success', { imported: 1, off: switchOff ? 1 : 0 })).waitFor();
}

it(
  'previews what would be made of each, without the values of secret headers',
  async () => {
    await page.goto(`${world.origin}${PANEL}/endpoints`);
    await page
      .getByRole('link', { name: word('endpoints.import') })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: word('import.title') }).waitFor();
    for (const text of ['entry.publish', 'strapi-shop', word('import.header.secret')]) {
      await card('Shop').getByText(text).waitFor();
    }
    await card('Search').getByText('strapi-search').waitFor();
    expect(await page.content()).not.toContain('of-the-shop');
    expect(arrivals('/shop', 'Before the import')).toEqual(["Strapi's"]);
  },
  MINUTE_MS
);

it(
  'imports the chosen one and switches it off: what is published arrives once, from us',
  async () => {
    await card('Search').getByRole('checkbox').uncheck();
    await importChosen(true);
    await card('Shop').getByText(word('import.done'), { exact: false }).waitFor();
    await card('Shop').getByText(word('import.native.off')).waitFor();
    expect(await natives()).toEqual(['Search']);

    await publishArticle(world.admin, 'After the import');
    await world.receiver.waitFor(() => arrivals('/shop', 'After the import').length > 0);
    // Strapi sends one after the other: what it would have sent to the shop came before this.
    await world.receiver.waitFor(() => arrivals('/search', 'After the import').length > 0);
    expect(arrivals('/shop', 'After the import')).toEqual(['ours']);
    expect(arrivals('/search', 'After the import')).toEqual(["Strapi's"]);
    const [sent] = world.receiver.requests.filter(({ headers }) => headers['webhook-id']);
    expect(sent?.headers.authorization).toBe('Bearer of-the-shop');
  },
  MINUTE_MS
);

it(
  'leaves the original on when that is asked for, and says that all arrives twice',
  async () => {
    await page.reload();
    await card('Search').getByRole('checkbox').check();
    await importChosen(false);
    await card('Search').getByText(word('import.done.still-on'), { exact: false }).waitFor();
    expect(await natives()).toEqual(['Search']);

    await publishArticle(world.admin, 'Twice');
    await world.receiver.waitFor(() => arrivals('/search', 'Twice').length === 2);
    expect(arrivals('/search', 'Twice')).toEqual(["Strapi's", 'ours']);
    await card('Search').getByRole('link', { name: 'Search' }).click();
    await page.getByRole('heading', { level: 1, name: 'Search' }).waitFor();
  },
  MINUTE_MS
);
