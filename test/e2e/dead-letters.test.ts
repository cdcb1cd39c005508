/** What could not be delivered, in the browser: why, one sent again, all of a reason, and thousands. */
import type { Page } from 'playwright-core';

import type {
  EndpointView,
  JobView,
  ScheduleView,
  TopicView,
} from '../../server/src/panel/contract';
import { makeDeadLetters, plugin, subscribe, untilDead } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

/** A job of many steps. */
const MANY = 3_000;

let world: PanelWorld;
let page: Page;
let endpoint: EndpointView;
let topic: TopicView;

useWorld(async (opened) => {
  world = opened;
  ({ endpoint, topic } = await subscribe(world, 'Shop', { delaysMs: [] }));
  world.receiver.respondWith(() => ({ status: 503, body: 'closed for stocktaking' }));
  await makeDeadLetters(world, topic.id, 3);
  const { scheduleId } = await plugin<ScheduleView>(world.admin, 'POST', '/schedules', {
    cron: '0 0 1 1 *',
    url: `${world.receiver.url}/nobody`,
    payload: '{}',
    retryPolicy: { kind: 'preset', preset: 'none' },
  });
  await plugin(world.admin, 'POST', `/schedules/${scheduleId}/run-now`);
  await untilDead(world, 4);
  page = await world.open();
});

const openList = async (): Promise<void> => {
  await page.goto(`${world.origin}${PANEL}/dead-letters`);
  await page.getByRole('heading', { level: 1, name: word('dead.title') }).waitFor();
};

const reasonOf = (endpoint: string) =>
  page
    .getByRole('row')
    .filter({ has: page.getByRole('button', { name: word('dead.show') }) })
    .filter({ hasText: endpoint });

it(
  'groups them by reason, with the number of each',
  async () => {
    await openList();
    const [who, why, count, since] = await reasonOf('Shop').locator('td').allTextContents();
    expect([who, why, count]).toEqual(['Shop', '503', '3']);
    expect(since).toMatch(/ago|now/);
  },
  MINUTE_MS
);

it(
  'shows those of one reason, deletes them, and nothing else',
  async () => {
    const reason = reasonOf(word('dead.no-endpoint'));
    await reason.getByRole('button', { name: word('dead.show') }).click();
    await page.getByText(`${world.receiver.url}/nobody`).waitFor();
    await page
      .getByRole('link', { name: topic.name, exact: true })
      .first()
      .waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('endpointId')).toBe('0');

    await reason.getByRole('button', { name: word('bulk.delete'), exact: true }).click();
    const dialog = page.getByRole('alertdialog', { name: word('bulk.title.delete') });
    await dialog.getByText(word('bulk.sure.delete', { count: 1 })).waitFor();
    await dialog.getByRole('button', { name: word('bulk.delete'), exact: true }).click();
    await page.getByText(word('messages.none-match')).waitFor();
    await page
      .getByRole('button', { name: word('filter.clear') })
      .first()
      .click();
    await page.getByRole('link', { name: topic.name, exact: true }).nth(2).waitFor();
    await reason.waitFor({ state: 'detached' });
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
    await dialog.getByText(word('bulk.sure.replay', { count: 2 })).waitFor();
    await dialog.getByRole('button', { name: word('bulk.replay'), exact: true }).click();
    const outcome = { count: 2, delivered: 2, failed: 0, pending: 0, canceled: 0 };
    await page.getByText(word('job.outcome', outcome)).first().waitFor();
    await page.getByText(word('dead.empty')).waitFor();
    await world.receiver.waitFor(7);
  },
  MINUTE_MS
);

const job = async (): Promise<JobView | undefined> =>
  (await plugin<JobView[]>(world.admin, 'GET', '/jobs'))[0];

/** The bar stands there, and says so to those who cannot see it. */
async function progress(done: number): Promise<void> {
  const text = word('job.kind.replay', { done, total: MANY.toLocaleString('en') });
  const bar = page.getByRole('progressbar', { name: text });
  await bar.waitFor();
  await page.getByText(text).waitFor();
  const percent = (100 * done) / MANY;
  expect(await bar.getAttribute('aria-valuenow')).toBe(String(Math.round(percent)));
  const style = await bar.locator('div').getAttribute('style');
  expect(Number(/-([\d.]+)%/.exec(style ?? '')?.[1])).toBeCloseTo(100 - percent, 1);
}

it(
  'replays all that match as a job whose bar moves, and which goes on when the page is left',
  async () => {
    const { admin, database } = world;
    await plugin(admin, 'POST', `/endpoints/${endpoint.id}/pause`, {});
    await database.multiplyDeadLetters(MANY);
    await database.holdJobsAt(1_000);
    await openList();
    await page.getByRole('button', { name: word('bulk.replay.all') }).click();
    const dialog = page.getByRole('alertdialog', { name: word('bulk.title.replay') });
    await dialog.getByText(word('bulk.sure.replay', { count: MANY })).waitFor();
    await dialog.getByRole('button', { name: word('bulk.replay'), exact: true }).click();
    await page.getByText(word('bulk.started', { count: MANY })).waitFor();
    await progress(1_000);

    await page.getByRole('link', { name: word('nav.overview'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('overview.title') }).waitFor();
    await database.holdJobsAt(2_000);
    while ((await job())?.done !== 2_000);

    await page.getByRole('link', { name: word('nav.dead-letters'), exact: true }).click();
    await progress(2_000);
    await database.releaseJobs();
    const outcome = { count: MANY, delivered: 0, failed: 0, pending: MANY, canceled: 0 };
    await page.getByText(word('job.outcome', outcome)).waitFor();
    await page.getByText(word('dead.empty')).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    expect(await job()).toMatchObject({ state: 'finished', done: MANY, total: MANY });
  },
  2 * MINUTE_MS
);
