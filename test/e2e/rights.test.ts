/**
 * What a role may not do, it cannot find in the panel, and the server does not do for it either: for
 * a role without any of the plugin's rights, and for one that may look at everything and touch nothing.
 */
import type { Page } from 'playwright-core';

import type {
  EndpointView,
  MessageView,
  Page as PageOf,
  ScheduleView,
  TopicView,
} from '../../server/src/panel/contract';
import { made, plugin, publishArticle, subscribe } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type Credentials, type PanelWorld } from './world';

const READS = ['topics.read', 'endpoints.read', 'messages.read'];

let world: PanelWorld;
let endpoint: EndpointView;
let topic: TopicView;
let message: MessageView;
let schedule: ScheduleView;

useWorld(async (opened) => {
  world = opened;
  ({ endpoint, topic } = await subscribe(world, 'Shop', { delaysMs: [] }));
  world.receiver.respondWith(() => ({ status: 500, body: 'a secret of the shop' }));
  await publishArticle(world.admin, 'Seen by few');
  do {
    const { results } = await plugin<PageOf<MessageView>>(world.admin, 'GET', '/messages');
    message = results[0]!;
  } while (message.state !== 'dead');
  schedule = await plugin<ScheduleView>(world.admin, 'POST', '/schedules', {
    cron: '0 3 1 1 *',
    endpointId: endpoint.id,
    payload: '{"nightly":true}',
    headers: [],
  });
});

/** Somebody new, of a role of their own. @param rights of the plugin, besides reading articles */
async function somebody(name: string, rights: readonly string[]): Promise<Credentials> {
  const { admin } = world;
  const role = await made<{ data: { id: number } }>(admin, 'POST', '/admin/roles', {
    name,
    description: name,
  });
  await made(admin, 'PUT', `/admin/roles/${role.data.id}/permissions`, {
    permissions: rights.map((uid) => ({
      action: `plugin::guaranteed-webhooks.${uid}`,
      subject: null,
      conditions: [],
      properties: {},
    })),
  });
  const who = { email: `${name.toLowerCase()}@example.com`, password: 'Password-1-of-many' };
  const person = { firstname: name, lastname: 'Somebody' };
  const user = await made<{ data: { registrationToken: string } }>(admin, 'POST', '/admin/users', {
    email: who.email,
    ...person,
    roles: [role.data.id],
  });
  await made(admin, 'POST', '/admin/register', {
    registrationToken: user.data.registrationToken,
    userInfo: { ...person, password: who.password },
  });
  return who;
}

const writes = (): [string, string, unknown][] => [
  ['POST', '/topics', { name: 'theirs' }],
  ['PUT', `/topics/${topic.id}`, { name: 'theirs', version: topic.version }],
  ['DELETE', `/topics/${topic.id}`, undefined],
  ['POST', `/topics/${topic.id}/publish`, { payload: {} }],
  ['POST', `/topics/${topic.id}/send`, { uid: 'api::article.article', documentIds: ['none'] }],
  ['POST', '/endpoints', { name: 'theirs', url: 'https://example.com', topicIds: [] }],
  ['DELETE', `/endpoints/${endpoint.id}`, undefined],
  ['POST', `/endpoints/${endpoint.id}/pause`, {}],
  ['POST', `/endpoints/${endpoint.id}/rotate-secret`, {}],
  ['POST', `/endpoints/${endpoint.id}/test`, undefined],
  ['POST', `/messages/${message.messageId}/replay`, undefined],
  ['POST', '/messages/delete', { messageIds: [message.messageId] }],
];

const FIELDS = 'input, textarea, [role=combobox], [role=checkbox], [role=radio]';
const FIXED = ':disabled, [aria-disabled=true], [data-disabled], [aria-hidden=true], [type=search]';

/** Fields of the form that can be changed. A search in a sample changes nothing. */
const editable = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('main form')]
    .flatMap((form) => [...form.querySelectorAll('${FIELDS}')])
    .filter((field) => !field.matches('${FIXED}'))
    .map((field) => field.outerHTML)`);

const buttons = (page: Page): Promise<string[]> =>
  page.getByRole('main').getByRole('button', { disabled: false }).allInnerTexts();

describe('a role without permissions', () => {
  let who: Credentials;
  let page: Page;

  beforeAll(async () => {
    who = await somebody('Stranger', []);
    page = await world.open({ as: who });
    await page.goto(`${world.origin}/admin`);
  }, MINUTE_MS);

  it(
    'finds no entry in the menu, and no page behind an address',
    async () => {
      expect(await page.getByRole('link', { name: word('plugin.name'), exact: true }).count()).toBe(
        0
      );
      for (const place of [
        '',
        '/topics',
        `/endpoints/${endpoint.id}`,
        '/messages',
        '/dead-letters',
      ]) {
        await page.goto(world.origin + PANEL + place);
        await page.getByText("You don't have the permissions").first().waitFor();
        expect(await page.getByText('Shop').count()).toBe(0);
      }
    },
    MINUTE_MS
  );

  it(
    'is refused by the server, whatever it asks',
    async () => {
      const admin = await world.adminAs(who);
      const reads = [
        '/overview',
        '/topics',
        '/endpoints',
        '/messages',
        '/jobs',
        '/dead-letters/groups',
      ];
      for (const target of reads) {
        const { status, body } = await admin('GET', `/guaranteed-webhooks${target}`);
        expect([target, status]).toEqual([target, 403]);
        expect(JSON.stringify(body)).not.toContain('Shop');
      }
      for (const [method, target, body] of writes()) {
        const { status } = await admin(method, `/guaranteed-webhooks${target}`, body);
        expect([method, target, status]).toEqual([method, target, 403]);
      }
    },
    MINUTE_MS
  );
});

describe('a read-only role', () => {
  let who: Credentials;
  let page: Page;

  beforeAll(async () => {
    who = await somebody('Reader', READS);
    page = await world.open({ as: who });
    await page.goto(`${world.origin}/admin`);
  }, MINUTE_MS);

  it(
    'sees every list and no button that changes anything',
    async () => {
      const forbidden = new RegExp(
        [
          'Replay',
          'Delete',
          'Create',
          'Save',
          'Pause',
          'Rotate',
          'Send',
          'Publish',
          'Cancel',
          'Import',
          'Add',
        ]
          .map((verb) => `\\b${verb}`)
          .join('|')
      );
      const places = [
        ['/topics', word('topics.title')],
        [`/topics/${topic.id}`, topic.name],
        ['/endpoints', word('endpoints.title')],
        [`/endpoints/${endpoint.id}`, endpoint.name],
        ['/messages', word('messages.title')],
        [`/messages/${message.messageId}`, /entry\.publish/],
        ['/dead-letters', word('dead.title')],
      ] as const;
      for (const [place, title] of places) {
        await page.goto(world.origin + PANEL + place);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        expect([place, (await buttons(page)).filter((text) => forbidden.test(text))]).toEqual([
          place,
          [],
        ]);
      }
    },
    MINUTE_MS
  );

  it(
    'sees that no field of a form can be changed',
    async () => {
      for (const place of [`/topics/${topic.id}`, `/endpoints/${endpoint.id}?tab=settings`]) {
        await page.goto(world.origin + PANEL + place);
        await page.getByLabel(/^Name/).first().waitFor();
        expect([place, await editable(page)]).toEqual([place, []]);
      }
    },
    MINUTE_MS
  );

  it(
    'reads no payload: neither what was sent nor what came back',
    async () => {
      await page.goto(`${world.origin}${PANEL}/messages/${message.messageId}`);
      await page.getByText(word('body.forbidden')).first().waitFor();
      const text = await page.getByRole('main').innerText();
      expect(text).not.toContain('Seen by few');
      expect(text).not.toContain('a secret of the shop');
    },
    MINUTE_MS
  );

  it(
    'is refused by the server when it would change something',
    async () => {
      const admin = await world.adminAs(who);
      for (const [method, target, body] of writes()) {
        const { status } = await admin(method, `/guaranteed-webhooks${target}`, body);
        expect([method, target, status]).toEqual([method, target, 403]);
      }
      const { body } = await admin('GET', `/guaranteed-webhooks/messages/${message.messageId}`);
      expect(JSON.stringify(body)).not.toContain('Seen by few');
    },
    MINUTE_MS
  );
});

describe('a role that may only read schedules', () => {
  it(
    'sees where a schedule sends, and that no field can be changed',
    async () => {
      const who = await somebody('Planner', ['schedules.read']);
      const page = await world.open({ as: who });
      await page.goto(`${world.origin}${PANEL}/schedules/${schedule.scheduleId}`);
      const destination = page.getByRole('combobox', {
        name: new RegExp(`^${word('schedule.endpoint')}`),
      });
      await destination.waitFor();
      expect(await destination.innerText()).toContain(endpoint.name);
      expect(await editable(page)).toEqual([]);
    },
    MINUTE_MS
  );
});
