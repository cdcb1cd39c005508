/**
 * An endpoint in the browser: its secret rotated, two people editing it at once, what the server
 * refuses shown at its field with nothing typed lost, a test message and its answer, why it was
 * disabled, and what it held delivered.
 */
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

import type { Page } from 'playwright-core';

import type { ActorRef, EndpointSecret, EndpointView } from '../../server/src/panel/contract';
import type { Received } from '../support/receiver';
import { plugin, publishArticle, republish, subscribe } from './content';
import { word } from './words';
import { MINUTE_MS, PANEL, useWorld, type PanelWorld } from './world';

let world: PanelWorld;
let endpoint: EndpointView & EndpointSecret;

useWorld(async (opened) => {
  world = opened;
  ({ endpoint } = await subscribe(world, 'Shop'));
});

async function openEndpoint(as?: Page): Promise<Page> {
  const page = as ?? (await world.open());
  await page.goto(`${world.origin}${PANEL}/endpoints/${endpoint.id}?tab=settings`);
  await page.getByRole('heading', { level: 1, name: /^Shop/ }).waitFor();
  return page;
}

const field = (page: Page, key: 'endpoint.name' | 'endpoint.url' | 'endpoint.timeout') =>
  page.getByLabel(word(key));

const save = (page: Page): Promise<void> =>
  page.getByRole('button', { name: word('action.save'), exact: true }).click();

const titleOf = ({ body }: Received): string =>
  (JSON.parse(body.toString()) as { entry: { title: string } }).entry.title;

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
    await page.close();
  },
  MINUTE_MS
);

it(
  'describes what it is sent, as types to copy and to download',
  async () => {
    const page = await openEndpoint();
    await page.getByRole('link', { name: word('shape.catalog') }).click();
    await page.getByRole('heading', { level: 1, name: word('event-catalog.title') }).waitFor();
    const events = page.getByRole('region', { name: word('event-catalog.events', { count: 1 }) });
    const title = 'entry.publish of api::article.article';
    await events.getByRole('button', { name: title }).click();
    const example = events.getByRole('group', { name: word('event-catalog.example') });
    await example.getByText('"entry.publish"').waitFor();
    const schema = events.getByRole('group', { name: word('event-catalog.schema') });
    await schema.getByText('"#/$defs/Article"').waitFor();

    const documents = page.getByRole('region', { name: word('event-catalog.documents') });
    await documents.getByText('export type WebhookEvent =').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      documents.getByRole('button', { name: word('event-catalog.download') }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('webhooks.d.ts');
    const saved = await readFile(await file.path(), 'utf8');
    const { body } = await world.admin<string>(
      'GET',
      `/guaranteed-webhooks/event-catalog?format=openapi&endpointId=${endpoint.id}`
    );
    expect(saved).toContain('ArticlePublishEvent');
    expect(saved).not.toContain('ArticleCreateEvent');

    await documents.getByRole('tab', { name: 'OpenAPI' }).click();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await documents.getByText('"3.1.0"').waitFor();
    await documents
      .getByRole('button', { name: word('action.copy-what', { what: 'OpenAPI' }) })
      .click();
    await page.getByText(word('action.copied')).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(JSON.parse(copied)).toEqual(body);

    await page.getByRole('combobox', { name: word('event-catalog.of') }).click();
    await page.getByRole('option', { name: word('event-catalog.all') }).click();
    await documents.getByText('"MediaCreateEvent"').first().waitFor();
    await page.close();
  },
  MINUTE_MS
);

it(
  'says which fields a content type removed, until that is acknowledged',
  async () => {
    const subtitle = 'api::article.article.subtitle';
    const known = async () => {
      await plugin(world.admin, 'GET', '/overview'); // looks for changes of other nodes
      return (await stored()).schemaChanges.length;
    };
    while ((await known()) < 2) {
      await world.database.rememberField(endpoint.id, subtitle, 'text');
      await world.database.rememberField(endpoint.id, 'api::article.article.title', 'integer');
    }
    const page = await openEndpoint();
    const notice = page.getByRole('status').filter({ hasText: word('endpoint.schema.title') });
    await notice.getByText(word('endpoint.schema.removed', { path: subtitle })).waitFor();
    await notice.getByText('api::article.article.title was integer and is text').waitFor();
    await page.goto(world.origin + PANEL);
    await page.getByText(/what endpoint "Shop" is sent: .*subtitle was removed/).waitFor();
    await openEndpoint(page);
    await notice.getByRole('button', { name: word('endpoint.schema.acknowledge') }).click();
    await page.getByText(word('endpoint.schema.done')).waitFor();
    await notice.waitFor({ state: 'detached' });
    expect((await stored()).schemaChanges).toEqual([]);
    await page.close();
  },
  MINUTE_MS
);

it(
  'builds a filter, with its JSON beside it, and shows what it withheld',
  async () => {
    const page = await openEndpoint();
    const filter = page.getByRole('region', { name: word('filter.title') });
    await filter.getByRole('button', { name: word('filter.add') }).click();
    const name = filter.getByRole('combobox', { name: word('filter.name') });
    await name.click();
    await name.fill('entry.title');
    await page.getByRole('option', { name: 'entry.title', exact: true }).click();
    await filter.getByLabel(word('filter.value')).fill('Sent');
    const json = filter.getByLabel(word('filter.json'));
    expect(JSON.parse(await json.inputValue())).toEqual({ entry: { title: { $eq: 'Sent' } } });

    await json.fill('{ "entry": { "titel": "Sent" } }');
    await save(page);
    await filter.getByText('"titel" is not an attribute of api::article.article').waitFor();
    await json.fill('{ "entry": { "title": { "$startsWith": "Sent" } } }');
    await filter
      .getByRole('combobox', { name: word('filter.operator') })
      .getByText('$startsWith')
      .waitFor();
    await save(page);
    await page.getByText(word('endpoint.saved', { name: 'Shop' })).waitFor();

    const before = world.receiver.requests.length;
    await publishArticle(world.admin, 'Withheld');
    await publishArticle(world.admin, 'Sent after all');
    const received = await world.receiver.waitFor(before + 1);
    expect(received.slice(before).map(titleOf)).toEqual(['Sent after all']);
    await openEndpoint(page);
    await filter.getByText(word('filter.withheld', { count: 1 })).waitFor();
    await filter.getByText('entry.title.$startsWith').waitFor();
    const { version } = await stored();
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, { filter: null, version });
    await page.close();
  },
  MINUTE_MS
);

it(
  'sends what the chosen service expects, shown before it is saved',
  async () => {
    const page = await openEndpoint();
    const format = page.getByRole('region', { name: word('shape.title') });
    await format.getByRole('combobox', { name: word('shape.format') }).click();
    await page.getByRole('option', { name: /^GitHub/ }).click();
    await format.getByLabel(word('shape.option.eventType')).fill('content changed');
    await format.getByText('"content changed"').waitFor();
    await save(page);
    await page.getByText(word('endpoint.saved', { name: 'Shop' })).waitFor();
    const before = world.receiver.requests.length;
    await publishArticle(world.admin, 'For a workflow');
    const request = (await world.receiver.waitFor(before + 1)).at(-1)!;
    expect(request.headers.accept).toBe('application/vnd.github+json');
    expect(JSON.parse(request.body.toString())).toMatchObject({ event_type: 'content changed' });

    await openEndpoint(page);
    await format.getByRole('combobox', { name: word('shape.format') }).click();
    await page.getByRole('option', { name: word('shape.format.none') }).click();
    await format.getByLabel(word('shape.fields')).fill('titel');
    await save(page);
    await format.getByText(/titel/).waitFor();
    await page.close();
    expect((await stored()).shape).toMatchObject({ format: { name: 'github' } });
    const { version } = await stored();
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, { shape: null, version });
  },
  MINUTE_MS
);

it(
  'ignores the changes of a user, and counts them',
  async () => {
    const actors = await plugin<ActorRef[]>(world.admin, 'GET', '/endpoints/actors');
    const { label: name } = actors.find(({ kind }) => kind === 'admin')!;
    const page = await openEndpoint();
    const guard = page.getByRole('region', { name: word('guard.title') });
    await guard.getByRole('combobox', { name: word('guard.actors') }).click();
    await page.getByRole('option', { name: word('guard.actor.admin', { name }) }).click();
    await page.keyboard.press('Escape');
    await save(page);
    await page.getByText(word('endpoint.saved', { name: 'Shop' })).waitFor();
    const before = world.receiver.requests.length;
    const documentId = await publishArticle(world.admin, 'Written back');
    await openEndpoint(page);
    await guard.getByText(word('guard.ignored', { count: 1 })).waitFor();
    await guard.getByText(documentId).waitFor();
    expect(world.receiver.requests).toHaveLength(before);
    await page.close();
    const { version } = await stored();
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, { ignoredActors: [], version });
  },
  MINUTE_MS
);

it(
  'holds a document that changes too often, says so on each page, and releases it',
  async () => {
    const page = await openEndpoint();
    await page.getByLabel(word('guard.limit')).fill('1');
    await save(page);
    await page.getByText(word('endpoint.saved', { name: 'Shop' })).waitFor();
    const before = world.receiver.requests.length;
    const documentId = await publishArticle(world.admin, 'An echo');
    await republish(world.admin, documentId);
    await world.receiver.waitFor(before + 1);

    await openEndpoint(page);
    await page.getByText(word('guard.held.count', { waiting: 1 })).waitFor();
    await page.goto(`${world.origin}${PANEL}/messages?displayed=held`);
    const row = page.getByRole('row').filter({ hasText: 'An echo' });
    await row.getByText(word('message.state.held')).waitFor();
    await row.getByText(word('message.next.held-document')).waitFor();
    await page
      .getByRole('link', { name: `${word('message.state.held')} 1`, exact: true })
      .waitFor();
    await row.getByRole('link', { name: 'entry.publish' }).click();
    await page.getByRole('button', { name: word('guard.release') }).click();
    await page.getByText(word('guard.released')).waitFor();
    const received = await world.receiver.waitFor(before + 2);
    expect(received.slice(before).map(titleOf)).toEqual(['An echo', 'An echo']);
    await page.close();
    const { version } = await stored();
    await plugin(world.admin, 'PUT', `/endpoints/${endpoint.id}`, { documentLimit: null, version });
  },
  MINUTE_MS
);

it(
  'opens on its health, says why it fails, and leads to what helps',
  async () => {
    const { endpoint: refused } = await subscribe(world, 'Refused', { delaysMs: [60_000] });
    world.receiver.script([401]);
    const path = `/topics/${refused.topics[0]!.id}/publish`;
    await plugin(world.admin, 'POST', path, { payload: {} });
    const failed = async () =>
      (await plugin<EndpointView>(world.admin, 'GET', `/endpoints/${refused.id}`)).lastError;
    while ((await failed()) === null);
    const page = await world.open();
    await page.goto(`${world.origin}${PANEL}/endpoints/${refused.id}`);
    await page.getByRole('heading', { name: word('overview.statistics.title') }).waitFor();
    await page.getByText(word('doctor.signature'), { exact: true }).waitFor();
    await page.getByRole('link', { name: word('doctor.remedy.verify') }).click();
    await page.getByRole('heading', { name: word('verify.title') }).waitFor();
    expect(new URL(page.url()).searchParams.get('tab')).toBe('verify');

    const { headers, body } = world.receiver.requests.at(-1)!;
    const pasted = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
      .map((name) => `${name}: ${String(headers[name])}`)
      .join('\n');
    await page.getByRole('textbox', { name: word('check.headers') }).fill(pasted);
    await page.getByRole('textbox', { name: word('check.body') }).fill(body.toString());
    await page.getByRole('button', { name: word('check.action'), exact: true }).click();
    await page.getByText(word('check.current')).waitFor();
    await page.getByRole('textbox', { name: word('check.body') }).fill('{"another":"body"}');
    await page.getByRole('button', { name: word('check.action'), exact: true }).click();
    const verdict = page.getByRole('status').filter({ hasText: word('check.mismatch') });
    const at = [...'{"another":"body"}'].findIndex((one, index) => one !== body.toString()[index]);
    const where = { at: at + 1, sentBytes: body.length, givenBytes: 18 };
    await verdict.getByText(word('check.body-differs', where)).waitFor();
    await verdict.getByText('{"another":"body"}'.slice(at), { exact: true }).waitFor();
    const target = `/endpoints/${refused.id}?cancelPending=true`;
    await plugin(world.admin, 'DELETE', target);
    await page.close();
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
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: word('secret.download') }).press('Enter'),
    ]);
    expect(file.suggestedFilename()).toBe('webhooks.env');
    expect(await readFile(await file.path(), 'utf8')).toBe(`WEBHOOK_SECRET=${fresh}\n`);
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
    await page.close();
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
    await first.close();
    await second.close();
  },
  MINUTE_MS
);

it(
  'shows an error of the server once, at its field, and keeps the input',
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
    const refusal = word('error.UNSAFE_URL', { reason: '' }).trim();
    expect(texts.flat().join(' ')).toMatch(new RegExp(`${refusal}.*169\\.254\\.169\\.254`));
    await page.getByText(word('error.fields')).first().waitFor();
    expect(await page.getByText(refusal).count()).toBe(1);
    expect(await field(page, 'endpoint.name').inputValue()).toBe('Shop with a bad address');
    expect(await url.inputValue()).toBe('http://169.254.169.254/latest/meta-data');
    expect((await stored()).url).toBe(`${world.receiver.url}/hooks`);
    await page.close();
  },
  MINUTE_MS
);

it(
  'warns below the URL whose name resolves to a refused address, and saves it',
  async () => {
    const { admin, origin, receiver } = world;
    const own = await plugin<EndpointView>(admin, 'POST', '/endpoints', {
      name: 'Inside',
      url: `${receiver.url}/inside`,
      topicIds: [],
    });
    const page = await world.open();
    await page.goto(`${origin}${PANEL}/endpoints/${own.id}?tab=settings`);
    await field(page, 'endpoint.url').fill(`http://${hostname()}/hooks`);
    await save(page);
    await page.getByText(word('endpoint.saved', { name: 'Inside' })).waitFor();
    const warning = page.getByRole('status').filter({ hasText: 'http.allow.cidrs' });
    await warning.waitFor();
    expect(await warning.textContent()).toContain(`${hostname()} resolves to `);
    const url = await field(page, 'endpoint.url').boundingBox();
    const below = await warning.boundingBox();
    expect(below!.y).toBeGreaterThan(url!.y);
    expect(below!.x).toBeCloseTo(url!.x, -1.5);
    const saved = await plugin<EndpointView>(admin, 'GET', `/endpoints/${own.id}`);
    expect(saved.url).toBe(`http://${hostname()}/hooks`);
    await page.close();
  },
  MINUTE_MS
);

it(
  'loses nothing typed when the server cannot be reached, nor when the page is left by mistake',
  async () => {
    const page = await openEndpoint();
    await field(page, 'endpoint.name').fill('Shop by the sea');
    await page.context().setOffline(true);
    await save(page);
    await page.getByText(word('error.unreachable')).first().waitFor();
    expect(await field(page, 'endpoint.name').inputValue()).toBe('Shop by the sea');
    await page.context().setOffline(false);

    await page.getByRole('link', { name: word('nav.topics'), exact: true }).click();
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await field(page, 'endpoint.name').inputValue()).toBe('Shop by the sea');
    await save(page);
    await page.getByText(word('endpoint.saved', { name: 'Shop by the sea' })).waitFor();
    expect((await stored()).name).toBe('Shop by the sea');
    await page.close();
  },
  MINUTE_MS
);

const DAY_MS = 86_400_000;

it.each([
  ['a receiver that is gone', 410, 0, /answered 410 Gone/],
  ['days without a delivery', 500, 6, /^Every attempt since .* has failed .* status 500/],
])(
  'disabled after %s, says why, holds its messages, and delivers them when it is enabled again',
  async (_, status, days, reason) => {
    const { admin, receiver, database } = world;
    const before = receiver.requests.length;
    if (days > 0) await database.failingSince(endpoint.id, Date.now() - days * DAY_MS);
    receiver.script([status]);
    await publishArticle(admin, 'The one that fails');
    while ((await stored()).state !== 'disabled');
    await publishArticle(admin, 'The one that waits');
    expect(receiver.requests.slice(before).map(titleOf)).not.toContain('The one that waits');
    const failed = receiver.requests.length;

    const page = await openEndpoint();
    await page.getByText(word('endpoint.notice.disabled'), { exact: true }).first().waitFor();
    await page.getByText(reason).filter({ hasText: '2 messages on hold' }).waitFor();
    await page.getByRole('button', { name: word('resume.action.enable') }).click();
    const question = page.getByRole('alertdialog');
    await question.getByText(word('resume.body', { count: 2 })).waitFor();
    await question.getByRole('radio', { name: word('resume.deliver', { count: 2 }) }).check();
    await question.getByRole('button', { name: word('enable.confirm'), exact: true }).click();
    await page.getByText(word('resume.released', { count: 2 })).waitFor();

    const titles = (await receiver.waitFor(failed + 2)).slice(failed).map(titleOf);
    expect(titles.sort()).toEqual(['The one that fails', 'The one that waits']);
    await page
      .getByText(word('endpoint.notice.disabled'), { exact: true })
      .first()
      .waitFor({ state: 'detached' });
    expect(await stored()).toMatchObject({ state: 'active', stateReason: null });
    await page.close();
  },
  MINUTE_MS
);
