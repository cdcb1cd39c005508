/** What could not be delivered, in the browser: why, one sent again, all of a reason, and ten thousand. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';

import type { Page } from 'playwright-core';

import type {
  EndpointView,
  JobView,
  MessageView,
  Page as ListPage,
  ScheduleView,
  TopicView,
} from '../../server/src/panel/contract';
import { createAuthority } from '../support/certificates';
import { createReceiver } from '../support/receiver';
import { makeDeadLetters, plugin, subscribe, untilDead } from './content';
import { findings } from './axe';
import { word, type Key } from './words';
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
    expect([who, why, count]).toEqual(['Shop', `503${word('doctor.receiver')}`, '3']);
    expect(since).toMatch(/ago|now/);

    await reasonOf('Shop')
      .getByRole('button', { name: word('dead.open') })
      .click();
    const lines = page.getByRole('list', { name: word('dead.reasons') }).getByRole('listitem');
    await lines.nth(2).waitFor();
    expect(await lines.count()).toBe(3);
    expect(await findings(page)).toEqual([]);
    await reasonOf('Shop')
      .getByRole('button', { name: word('dead.close') })
      .click();
    await lines.first().waitFor({ state: 'detached' });
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
  'opens a row by a click anywhere in it, but not when text is selected or a checkbox is meant',
  async () => {
    await openList();
    const row = page.locator('main table').last().locator('tbody tr').first();
    await row.getByRole('checkbox').click();
    await row
      .locator('td')
      .first()
      .click({ position: { x: 2, y: 2 } });
    const status = row.getByText('503', { exact: true });
    const box = (await status.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + 1, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 1, middle, { steps: 5 });
    await page.mouse.up();
    expect(await page.evaluate('getSelection().toString()')).toContain('50');
    expect(new URL(page.url()).pathname).toMatch(/dead-letters$/);

    await status.click();
    await page.waitForURL(/messages\/msg_/);
    await openList();
  },
  MINUTE_MS
);

it(
  'replays one, from its own page, and follows it until it is delivered',
  async () => {
    await page.getByRole('link', { name: topic.name, exact: true }).first().click();
    await page.getByText('closed for stocktaking').first().waitFor();
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
    const outcome = { count: 2, delivered: 2, failed: 0, pending: 0, held: 0, canceled: 0 };
    await page.getByText(word('job.outcome', outcome)).first().waitFor();
    await page.getByText(word('dead.empty')).waitFor();
    await world.receiver.waitFor(7);

    await page
      .getByRole('link', { name: word('job.messages') })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: word('messages.title') }).waitFor();
    const rows = page.locator('main tbody tr');
    await rows.nth(1).waitFor();
    const states = await rows.getByText(word('message.state.delivered'), { exact: true }).count();
    expect([await rows.count(), states]).toEqual([2, 2]);
  },
  MINUTE_MS
);

const job = async (): Promise<JobView | undefined> =>
  (await plugin<JobView[]>(world.admin, 'GET', '/jobs'))[0];

/** How many are done where the job is held. A step has as many messages as Strapi has time for. */
async function heldAfter(least: number): Promise<number> {
  for (;;) {
    const done = (await job())?.done ?? 0;
    if (done >= least) return done;
  }
}

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
    await progress(await heldAfter(1_000));

    await page.getByRole('link', { name: word('nav.overview'), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: word('overview.title') }).waitFor();
    await database.holdJobsAt(2_000);
    const held = await heldAfter(2_000);

    await page.getByRole('link', { name: word('nav.dead-letters'), exact: true }).click();
    await progress(held);
    await database.releaseJobs();
    const none = { delivered: 0, failed: 0, pending: 0, canceled: 0 };
    const outcome = word('job.outcome', { count: MANY, held: MANY, ...none });
    await page.getByText(outcome).first().waitFor();
    await page.getByText(word('dead.empty')).waitFor();
    expect(await page.getByRole('progressbar').count()).toBe(0);
    expect(await job()).toMatchObject({ state: 'finished', done: MANY, total: MANY });
  },
  2 * MINUTE_MS
);

/** An interaction that a person does not feel; on a busy machine, a multiple of what a short list takes. */
const USABLE_MS = 200;
const LONGER = 4;
const DELIVERIES = 50;
const MESSAGES = 10_000;

/** How long the slowest interaction took, from the key or click to the next frame. */
const slowestMs = (): Promise<number> => page.evaluate('Math.max(0, ...globalThis.interactions)');

async function chooseColumnsAndState(): Promise<void> {
  await page.getByRole('button', { name: word('list.options') }).click();
  await page.getByRole('checkbox', { name: word('events.column.actor') }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: word('messages.by.message') }).click();
  await page.getByRole('link', { name: word('message.state.dead') }).click();
}

it(
  'stays usable with ten thousand messages and an event with fifty deliveries',
  async () => {
    const { admin, origin } = world;
    for (let number = 1; number <= DELIVERIES; number += 1) {
      await plugin(admin, 'POST', '/endpoints', {
        name: `Listener ${number}`,
        url: `${world.receiver.url}/listeners/${number}`,
        topicIds: [topic.id],
      });
    }
    await page.addInitScript(`
      globalThis.interactions = [];
      new PerformanceObserver((list) => {
        for (const { interactionId, duration } of list.getEntries()) {
          if (interactionId > 0) globalThis.interactions.push(duration);
        }
      }).observe({ type: 'event', durationThreshold: 16 });`);
    await page.goto(`${origin}${PANEL}/messages`);
    await chooseColumnsAndState();
    const shortListMs = await slowestMs();

    await plugin(admin, 'POST', `/topics/${topic.id}/publish`, { payload: { to: 'all' } });
    await world.database.multiplyDeadLetters(MESSAGES);
    await page.goto(`${origin}${PANEL}/messages`);
    const dots = page.locator('main tbody tr').first().getByRole('link');
    await dots.nth(DELIVERIES).waitFor();
    await chooseColumnsAndState();
    const first = page.locator('main tbody tr a').first();
    for (let pages = 0; pages < 3; pages += 1) {
      const before = await first.getAttribute('href');
      await page.getByRole('button', { name: word('pager.older') }).click();
      while ((await first.getAttribute('href')) === before);
      expect(await page.locator('main tbody tr').count()).toBe(20);
    }
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: word('message.facts') }).waitFor();
    expect(await slowestMs()).toBeLessThan(Math.max(USABLE_MS, shortListMs * LONGER));
  },
  2 * MINUTE_MS
);

describe('an endpoint that is broken', () => {
  let broken: EndpointView;
  let brokenTopic: TopicView;
  /** An address where nothing listens any more, and one whose certificate nobody vouches for. */
  let refused: string;
  let untrusted: string;
  const server = createServer();

  beforeAll(async () => {
    ({ endpoint: broken, topic: brokenTopic } = await subscribe(world, 'Broken', { delaysMs: [] }));
    const gone = await createReceiver();
    refused = gone.url;
    await gone.close();
    const { certificate, privateKey } = createAuthority().issue('127.0.0.1');
    server.setSecureContext({ cert: certificate, key: privateKey });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    untrusted = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => server.close());

  interface Break {
    url?: () => string;
    status?: number;
  }
  const WAYS: [cause: string, how: Break, action: Key | null][] = [
    ['signature', { status: 401 }, 'doctor.remedy.verify'],
    ['address', { status: 404 }, 'doctor.remedy.url'],
    ['too-large', { status: 413 }, 'doctor.remedy.payload'],
    ['dns', { url: () => 'https://nowhere.invalid/hooks' }, 'doctor.remedy.url'],
    ['refused', { url: () => refused }, 'doctor.remedy.url'],
    ['tls', { url: () => untrusted }, 'doctor.remedy.tls'],
    ['timeout', {}, 'doctor.remedy.timeout'],
    ['blocked', { url: () => `http://${hostname()}/hooks` }, null],
    ['gone', { status: 410 }, 'doctor.remedy.enable'],
  ];

  const last = async () => {
    const path = `/messages?endpointId=${broken.id}&pageSize=1`;
    return (await plugin<ListPage<MessageView>>(world.admin, 'GET', path)).results[0];
  };

  it.each(WAYS)(
    'is told the cause "%s", with a sentence and an action, on its page and the message’s',
    async (cause, { url, status }, action) => {
      const { admin, receiver } = world;
      let answer: () => void = () => undefined;
      const hold = new Promise<void>((resolve) => (answer = resolve));
      receiver.respondWith(() => (status === undefined ? { hold } : { status }));
      const { version } = await plugin<EndpointView>(admin, 'GET', `/endpoints/${broken.id}`);
      const settings = { url: url?.() ?? `${receiver.url}/broken`, timeoutMs: 500 };
      await plugin(admin, 'PUT', `/endpoints/${broken.id}`, { ...settings, version });
      await plugin(admin, 'POST', `/topics/${brokenTopic.id}/publish`, { payload: {} });
      let message: MessageView | undefined;
      while ((message = await last()) === undefined || message.lastOutcome === null);
      answer();

      for (const place of [`/messages/${message.messageId}`, `/endpoints/${broken.id}`]) {
        await page.evaluate(
          `history.pushState({}, '', '${PANEL}${place}'); dispatchEvent(new PopStateEvent('popstate'))`
        );
        const note = page.getByRole('note').filter({ hasText: word(`doctor.${cause}` as Key) });
        await note.getByText(word(`doctor.${cause}.advice` as Key), { exact: true }).waitFor();
        if (action === null) {
          const line = note.getByLabel(word('doctor.config'), { exact: true });
          expect(await line.textContent()).toMatch(/^http\.allow\.(hosts|cidrs): \['.+'\]$/);
        } else await note.getByRole('link', { name: word(action) }).waitFor();
      }
    },
    MINUTE_MS
  );

  it(
    'is enabled and changed where its remedies lead, and tries the message with the result in place',
    async () => {
      const { receiver } = world;
      const { messageId } = (await last())!;
      const note = page.getByRole('note').filter({ hasText: word('doctor.gone') });
      await page.goto(`${world.origin + PANEL}/messages/${messageId}`);
      await note.getByRole('link', { name: word('doctor.remedy.url') }).click();
      await page.locator('input[name="url"]:focus').waitFor();
      await note.getByRole('link', { name: word('doctor.remedy.enable') }).click();
      const question = page.getByRole('alertdialog');
      receiver.respondWith(() => ({ status: 503 }));
      await question.getByRole('button', { name: word('enable.confirm'), exact: true }).click();
      await question.waitFor({ state: 'detached' });

      await page.goto(`${world.origin + PANEL}/messages/${messageId}`);
      const retry = page.getByRole('button', { name: word('doctor.try') });
      const result = page.getByRole('region', { name: word('attempts.title') }).getByRole('status');
      await retry.press('Enter');
      await result.getByText(word('message.outcome.failed', { reason: '503' })).waitFor();
      receiver.respondWith(() => ({ status: 200 }));
      await retry.press('Enter');
      const [delivered] = word('message.outcome.delivered', { duration: '#' }).split('#');
      await result.getByText(delivered!).waitFor();
      await page.getByRole('note').waitFor({ state: 'detached' });
    },
    MINUTE_MS
  );

  it(
    'is listed with the cause of each group',
    async () => {
      await openList();
      for (const cause of ['signature', 'address', 'too-large', 'blocked'] as const) {
        await page
          .getByRole('row')
          .filter({ hasText: word(`doctor.${cause}`) })
          .waitFor();
      }
      expect(await findings(page)).toEqual([]);
    },
    MINUTE_MS
  );
});
