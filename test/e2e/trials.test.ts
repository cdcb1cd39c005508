/** What an endpoint would send of an entry and of past events, and events of the log sent to it, in the browser. */
import type { Page } from 'playwright-core';

import type { EndpointSecret, EndpointView, TopicView } from '../../server/src/panel/contract';
import type { Received } from '../support/receiver';
import { plugin, publishArticle, subscribe } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

let world: PanelWorld;
let endpoint: EndpointView & EndpointSecret;
let topic: TopicView;

useWorld(async (opened) => {
  world = opened;
  ({ endpoint, topic } = await subscribe(world, 'Shop'));
});

async function openEndpoint(): Promise<Page> {
  const page = await world.open();
  await page.goto(`${world.origin}${PANEL}/endpoints/${endpoint.id}?tab=settings`);
  await page.getByRole('heading', { level: 1, name: /^Shop/ }).waitFor();
  return page;
}

const titleOf = ({ body }: Received): string =>
  (JSON.parse(body.toString()) as { entry?: { title: string } }).entry?.title ?? '';

const stored = () => plugin<EndpointView>(world.admin, 'GET', `/endpoints/${endpoint.id}`);

it(
  'tests with an entry: shows the verdict and the request, then sends it',
  async () => {
    await publishArticle(world.admin, 'An entry to test with');
    const { version } = await stored();
    const filter = { entry: { title: { $contains: 'test' } } };
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, { filter, version });
    await publishArticle(world.admin, 'Another');
    const page = await openEndpoint();
    const before = (await world.receiver.waitFor(1)).length;
    await page.getByRole('button', { name: word('trial.action') }).click();
    const dialog = page.getByRole('dialog', { name: word('trial.title', { name: 'Shop' }) });
    const entry = dialog.getByRole('combobox', { name: word('trial.entry') });
    await entry.click();
    await entry.fill('Another');
    await page.getByRole('option', { name: 'Another', exact: true }).click();
    await dialog.getByText('entry.title.$contains').waitFor();
    const send = dialog.getByRole('button', { name: word('trial.send'), exact: true });
    expect(await send.isDisabled()).toBe(true);

    await entry.click();
    await entry.fill('An entry');
    await page.getByRole('option', { name: 'An entry to test with' }).click();
    await dialog.getByText(word('trial.sent'), { exact: true }).waitFor();
    await dialog.getByText('webhook-signature', { exact: true }).waitFor();
    expect(world.receiver.requests).toHaveLength(before);
    world.receiver.script([{ status: 202, body: 'tested' }]);
    await send.click();
    await dialog.getByText('tested').waitFor();
    expect(titleOf(world.receiver.requests.at(-1)!)).toBe('An entry to test with');
    const changed = await stored();
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, {
      filter: null,
      version: changed.version,
    });
    await page.close();
  },
  MINUTE_MS
);

it(
  'tries a filter on past events while it is edited, and shows a request',
  async () => {
    await publishArticle(world.admin, 'Past one');
    await publishArticle(world.admin, 'Past two');
    const page = await openEndpoint();
    const filter = page.getByRole('region', { name: word('filter.title') });
    const trial = page.getByRole('region', { name: word('trial.section') });
    await trial.getByRole('button', { name: word('trial.start'), exact: true }).click();
    await trial.getByRole('cell', { name: /Past two/ }).waitFor();
    expect(await trial.getByText(word('trial.withheld'), { exact: true }).count()).toBe(0);
    await filter.getByLabel(word('filter.json')).fill('{ "entry": { "title": "Past one" } }');
    const second = trial.getByRole('row').filter({ hasText: 'Past two' });
    await second.getByText('entry.title').waitFor();
    await second.getByRole('button', { name: word('trial.show') }).click();
    await trial.getByText('"Past two"').waitFor();
    await filter.getByLabel(word('filter.json')).fill('{ "entry": { "titel": "Past one" } }');
    await trial.getByText('"titel" is not an attribute').waitFor();
    await page.close();
  },
  MINUTE_MS
);

it(
  'tries the filter of a topic on past events while it is edited',
  async () => {
    await publishArticle(world.admin, 'Topic one');
    await publishArticle(world.admin, 'Topic two');
    const page = await world.open();
    await page.goto(`${world.origin}${PANEL}/topics/${topic.id}`);
    const filter = page.getByRole('region', { name: word('filter.title') });
    const trial = page.getByRole('region', { name: word('trial.section') });
    await trial.getByRole('button', { name: word('trial.start'), exact: true }).click();
    const second = trial.getByRole('row').filter({ hasText: 'Topic two' });
    await second.getByText(word('trial.sent'), { exact: true }).waitFor();
    const json = filter.getByLabel(word('filter.json'));
    await json.fill('{ "entry": { "title": "Topic one" }, "changed": { "$contains": "title" } }');
    await second.getByText(word('trial.withheld'), { exact: true }).waitFor();
    await second.getByText('entry.title', { exact: true }).waitFor();
    const first = trial.getByRole('row').filter({ hasText: 'Topic one' });
    await first.getByText(word('trial.sent'), { exact: true }).waitFor();
    await first.getByText(word('trial.assumed', { facts: 'previous' })).waitFor();
    await json.fill('{ "entry": ');
    await trial.getByText(word('filter.json.bad')).waitFor();
    expect((await plugin<TopicView>(world.admin, 'GET', `/topics/${topic.id}`)).filter).toBeNull();
    await page.close();
  },
  MINUTE_MS
);

it(
  'includes the version before, in the preview and on past events, which did not keep it',
  async () => {
    await publishArticle(world.admin, 'Without a past');
    const page = await openEndpoint();
    const format = page.getByRole('region', { name: word('shape.title'), exact: true });
    await format.getByRole('checkbox', { name: word('shape.include.previous') }).click();
    await format.getByText('"previous"').waitFor();
    const trial = page.getByRole('region', { name: word('trial.section') });
    await trial.getByRole('button', { name: word('trial.start'), exact: true }).click();
    const row = trial.getByRole('row').filter({ hasText: 'Without a past' });
    await row.getByText(word('trial.missing', { parts: 'previous' })).waitFor();
    await page.getByRole('button', { name: word('action.save'), exact: true }).click();
    await page.getByText(word('endpoint.saved', { name: 'Shop' })).waitFor();
    const { shape, version } = await stored();
    expect(shape?.include).toEqual(['previous']);
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, { shape: null, version });
    await page.close();
  },
  MINUTE_MS
);

it(
  'is sent events of the log, counted first',
  async () => {
    const documentId = await publishArticle(world.admin, 'Before it was there');
    const late = await plugin<EndpointView>(world.admin, 'POST', '/endpoints', {
      name: 'Late',
      url: `${world.receiver.url}/late`,
      topicIds: [],
      shape: { payload: 'thin' },
    });
    const page = await world.open();
    await page.goto(`${world.origin}${PANEL}/endpoints/${late.id}`);
    await page.getByRole('button', { name: word('endpoint.more') }).click();
    await page.getByRole('menuitem', { name: word('events.replay') }).click();
    const dialog = page.getByRole('dialog', { name: word('events.replay.title') });
    await dialog.getByLabel(word('events.replay.entry'), { exact: true }).fill(documentId);
    await dialog.getByText(word('events.replay.count', { count: 1 })).waitFor();
    await dialog.getByRole('button', { name: word('events.replay.action'), exact: true }).click();
    await page.getByText(word('events.replay.started', { count: 1 })).waitFor();
    const isLate = ({ path }: Received): boolean => path === '/late';
    const received = await world.receiver.waitFor((all) => all.some(isLate));
    expect(JSON.parse(received.find(isLate)!.body.toString())).toMatchObject({
      type: 'entry.publish',
      data: { documentId },
    });
    await page.getByRole('link', { name: 'entry.publish' }).first().waitFor();
    await plugin(world.admin, 'DELETE', `/endpoints/${late.id}?cancelPending=true`);
    await page.close();
  },
  MINUTE_MS
);

it(
  'is sent the entries that were there before it, counted first',
  async () => {
    await publishArticle(world.admin, 'There before');
    const late = await plugin<EndpointView>(world.admin, 'POST', '/endpoints', {
      name: 'Index',
      url: `${world.receiver.url}/index`,
      topicIds: [topic.id],
    });
    const page = await world.open();
    await page.goto(`${world.origin}${PANEL}/endpoints/${late.id}`);
    await page.getByRole('button', { name: word('endpoint.more') }).click();
    await page.getByRole('menuitem', { name: word('backfill') }).click();
    const dialog = page.getByRole('dialog', { name: word('backfill') });
    const count = dialog.getByRole('status').filter({ hasText: /\d/ });
    await count.waitFor();
    const shown = Number(/\d+/.exec(await count.innerText())?.[0]);
    expect(shown).toBeGreaterThan(0);
    await dialog.getByRole('button', { name: word('backfill.action'), exact: true }).click();
    const isIndexed = ({ path }: Received): boolean => path === '/index';
    const received = await world.receiver.waitFor((all) => all.filter(isIndexed).length === shown);
    expect(received.filter(isIndexed).map(titleOf)).toContain('There before');
    await page
      .getByText(/^\d+ existing entr/)
      .first()
      .waitFor();
    await plugin(world.admin, 'DELETE', `/endpoints/${late.id}?cancelPending=true`);
    await page.close();
  },
  MINUTE_MS
);

it(
  'is sent an entry by hand, from its page and from the list',
  async () => {
    const documentId = await publishArticle(world.admin, 'Sent by hand');
    await world.receiver.waitFor((all) => all.some((one) => titleOf(one) === 'Sent by hand'));
    const sent = () => world.receiver.requests.filter((one) => titleOf(one) === 'Sent by hand');
    const list = `${world.origin}/admin/content-manager/collection-types/api::article.article`;
    const page = await world.open();

    const send = async (target: string): Promise<void> => {
      const dialog = page.getByRole('dialog', { name: word('send.action') });
      await dialog.getByRole('combobox', { name: word('send.target') }).click();
      await page.getByRole('option', { name: target, exact: true }).click();
      await dialog.getByRole('button', { name: word('send.submit'), exact: true }).click();
      await page.getByText(word('send.done', { count: 1 })).waitFor();
      await dialog.waitFor({ state: 'detached' });
    };
    await page.goto(`${list}/${documentId}`);
    await page.getByRole('button', { name: 'More document actions' }).click();
    await page.getByRole('menuitem', { name: word('send.action') }).click();
    await send(word('send.endpoint', { name: 'Shop' }));
    await world.receiver.waitFor(() => sent().length === 2);

    await page.goto(`${list}?filters[$and][0][documentId][$eq]=${documentId}`);
    // Strapi's tour of the list lies over it on the first visit.
    await page.getByRole('button', { name: 'Skip', exact: true }).first().click();
    await page
      .getByRole('row')
      .filter({ hasText: 'Sent by hand' })
      .getByRole('checkbox')
      .press('Space');
    await page.getByRole('button', { name: word('send.action') }).click();
    await send(word('send.topic', { name: topic.name }));
    await world.receiver.waitFor(() => sent().length === 3);
    await page.close();
  },
  MINUTE_MS
);
