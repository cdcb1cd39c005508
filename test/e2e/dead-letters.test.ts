/** What could not be delivered, in the browser: why, one sent again, and thousands sent again. */
import type { Page } from 'playwright-core';

import type { EndpointView, JobView, TopicView } from '../../server/src/contract';
import { makeDeadLetters, plugin, subscribe } from './content';
import { MINUTE_MS, openWorld, PANEL, word, type PanelWorld } from './world';

/** Enough for a job of many steps: it is still running when somebody looks. */
const MANY = 30_000;

let world: PanelWorld;
let page: Page;
let endpoint: EndpointView;
let topic: TopicView;

beforeAll(async () => {
  world = await openWorld();
  ({ endpoint, topic } = await subscribe(world, 'Shop', { delaysMs: [] }));
  world.receiver.respondWith(() => ({ status: 503, body: 'closed for stocktaking' }));
  await makeDeadLetters(world, topic.id, 3);
  page = await world.open();
}, 4 * MINUTE_MS);

afterAll(async () => {
  await world?.close();
}, MINUTE_MS);

afterEach(() => {
  expect(world.complaints()).toEqual([]);
});

const openList = async (): Promise<void> => {
  await page.goto(`${world.origin}${PANEL}/dead-letters`);
  await page.getByRole('heading', { level: 1, name: word('dead.title') }).waitFor();
};

it(
  'groups them by reason, with the number of each',
  async () => {
    await openList();
    const reason = page.getByRole('row').filter({ hasText: '503' }).first();
    await reason.waitFor();
    expect(await reason.textContent()).toContain('Shop');
    expect(await reason.textContent()).toContain('3');
  },
  MINUTE_MS
);

it(
  'replays one, from its own page, and follows it until it is delivered',
  async () => {
    await page.getByRole('link', { name: topic.name, exact: true }).first().click();
    await page.getByText('closed for stocktaking').waitFor();
    world.receiver.respondWith(() => ({ status: 200, body: 'welcome back' }));
    await page.getByRole('button', { name: word('message.replay') }).click();
    await page.getByText(word('message.done.replay')).waitFor();
    await page.getByText(word('message.state.delivered')).first().waitFor();
    await page.getByText('welcome back').waitFor();
    const ids = world.receiver.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids.filter((id) => id === ids.at(-1))).toHaveLength(2);
  },
  MINUTE_MS
);

it(
  'replays a selection, and says how many first',
  async () => {
    await openList();
    await page.getByRole('checkbox', { name: /select all/i }).check();
    await page.getByRole('button', { name: word('bulk.replay.selected', { count: 2 }) }).click();
    const dialog = page.getByRole('alertdialog', { name: word('bulk.title.replay') });
    await dialog.getByText('2 messages will be sent again').waitFor();
    await dialog.getByRole('button', { name: word('bulk.replay'), exact: true }).click();
    await page.getByText('2 messages are on their way again').waitFor();
    await page.getByText(word('dead.empty')).waitFor();
    await world.receiver.waitFor(6);
  },
  MINUTE_MS
);

it(
  'replays all that match as a job that goes on when the page is left',
  async () => {
    await plugin(world.admin, 'POST', `/endpoints/${endpoint.id}/pause`, {});
    await world.multiplyDeadLetters(MANY);
    await openList();
    await page.getByRole('button', { name: word('bulk.replay.all') }).click();
    const dialog = page.getByRole('alertdialog', { name: word('bulk.title.replay') });
    await dialog.getByText('30,000 messages will be sent again').waitFor();
    await dialog.getByRole('button', { name: word('bulk.replay'), exact: true }).click();

    await page.getByText('Begun: 30,000 messages').waitFor();
    await page.getByRole('link', { name: word('nav.overview'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('overview.title') }).waitFor();

    let job: JobView | undefined;
    do {
      [job] = await plugin<JobView[]>(world.admin, 'GET', '/jobs');
    } while (job?.state === 'running');
    expect(job).toMatchObject({ state: 'finished', done: MANY, total: MANY });
    await page.getByRole('link', { name: word('nav.dead-letters'), exact: true }).click();
    await page.getByText(word('dead.empty')).waitFor();
  },
  2 * MINUTE_MS
);
