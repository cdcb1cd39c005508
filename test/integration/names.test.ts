/** Names made by one way in are reached and saved by every other. */
import { MAX_ENDPOINT_NAME_LENGTH } from '../../server/src/core/message/names';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { PublisherService } from '../../server/src/api/publisher';
import type { QueuesService } from '../../server/src/api/queues';
import type { SchedulesService } from '../../server/src/api/schedules';
import type { TopicsService } from '../../server/src/api/topics';
import type {
  EndpointView,
  QueueView,
  ScheduleView,
  TopicView,
} from '../../server/src/panel/contract';
import { bootQstash, ELSEWHERE, type QstashFixture } from './qstash-fixture';

const LONGEST = 'n'.repeat(200);
const TOO_LONG = 'n'.repeat(201);

let qstash: QstashFixture;
beforeAll(async () => {
  qstash = await bootQstash();
});
afterAll(() => qstash?.close());

const service = <Service>(name: string): Service =>
  qstash.app.strapi.plugin('guaranteed-webhooks').service(name) as unknown as Service;
const admin = <Body>(method: string, path: string, body?: unknown): Promise<Body> =>
  qstash.app.http.ok(qstash.app.http.admin<Body>(method, `/guaranteed-webhooks${path}`, body));

/** The endpoint as the panel's form gives it back. */
const saved = ({ id, name, url, topics, version }: EndpointView): Promise<EndpointView> =>
  admin('PUT', `/endpoints/${id}`, {
    name,
    url,
    topicIds: topics.map((topic) => topic.id),
    version,
  });

const storedName = async (table: string, id: number, name: string): Promise<void> => {
  await qstash.app.strapi.db.connection(table).where({ id }).update({ name });
};

it('a queue, whichever way it is made', async () => {
  await service<QueuesService>('queues').create({ name: LONGEST, parallelism: 2 });
  expect(await qstash.client.queue({ queueName: LONGEST }).get()).toMatchObject({ parallelism: 2 });
  expect(await admin<QueueView>('PUT', `/queues/${LONGEST}`, { parallelism: 3 })).toMatchObject({
    name: LONGEST,
  });
  await qstash.client.queue({ queueName: LONGEST }).enqueueJSON({ url: ELSEWHERE, body: 1 });
  await qstash.client.queue({ queueName: LONGEST }).delete();

  await qstash.client.queue({ queueName: LONGEST }).upsert({ parallelism: 1 });
  await admin('DELETE', `/queues/${LONGEST}`);
  await admin('POST', '/queues', { name: LONGEST, parallelism: 1 });
  expect(await service<QueuesService>('queues').remove(LONGEST)).toBe(true);
});

it('a schedule, whichever way it is made', async () => {
  const schedules = service<SchedulesService>('schedules');
  const cron = '0 0 1 1 *';
  const publish = { url: ELSEWHERE, payload: 'x' };
  await schedules.create({ scheduleId: LONGEST, cron, publish });
  expect(await qstash.client.schedules.get(LONGEST)).toMatchObject({ scheduleId: LONGEST });
  expect(await admin<ScheduleView>('GET', `/schedules/${LONGEST}`)).toMatchObject({ cron });
  await qstash.client.schedules.delete(LONGEST);

  await qstash.client.schedules.create({ scheduleId: LONGEST, destination: ELSEWHERE, cron });
  expect(await schedules.remove(LONGEST)).toBe(true);
});

it('a topic, whichever way it is made', async () => {
  const endpoints = [{ name: 'member', url: ELSEWHERE }];
  await qstash.client.urlGroups.addEndpoints({ name: LONGEST, endpoints });
  const [topic] = await admin<TopicView[]>('GET', '/topics');
  const { id, events, contentTypes, version } = topic!;
  await admin('PUT', `/topics/${id}`, { name: LONGEST, events, contentTypes, version });
  await qstash.client.urlGroups.delete(LONGEST);

  await service<TopicsService>('topics').create({ name: LONGEST, events: [], contentTypes: null });
  await qstash.client.urlGroups.addEndpoints({ name: LONGEST, endpoints });
  expect(await qstash.client.publishJSON({ topic: LONGEST, body: 1 })).toHaveLength(1);
  await qstash.client.urlGroups.delete(LONGEST);
});

it.each([TOO_LONG, '..', 'a b', ''])('refuse the name %j', async (name) => {
  const refused = { code: 'INVALID_VALUE' };
  await expect(service<QueuesService>('queues').create({ name })).rejects.toMatchObject({
    ...refused,
    field: 'name',
  });
  await expect(
    service<SchedulesService>('schedules').create({
      scheduleId: name,
      cron: '0 0 1 1 *',
      publish: { url: ELSEWHERE, payload: 1 },
    })
  ).rejects.toMatchObject({ ...refused, field: 'scheduleId' });
  await expect(
    service<TopicsService>('topics').create({ name, events: [], contentTypes: null })
  ).rejects.toMatchObject({ ...refused, field: 'name' });
  await expect(
    service<PublisherService>('publisher').publish({ url: ELSEWHERE, payload: 1, queue: name })
  ).rejects.toMatchObject({ ...refused, field: 'queue' });
  const { status } = await qstash.app.http.admin('POST', '/guaranteed-webhooks/queues', {
    name,
    parallelism: 1,
  });
  expect(status).toBe(400);
  const upsert = qstash.request('/v2/queues', {
    method: 'POST',
    body: JSON.stringify({ queueName: name }),
  });
  expect((await upsert).status).toBe(400);
});

describe('an endpoint', () => {
  const longest = `${'n'.repeat(MAX_ENDPOINT_NAME_LENGTH - 2)}🎉`;

  it('created in code or in the panel can be changed from everywhere, and removed from its group by name', async () => {
    const endpoints = service<EndpointsService>('endpoints');
    const topic = await service<TopicsService>('topics').create({
      name: 'shop',
      events: [],
      contentTypes: null,
    });
    const made = await endpoints.create({ name: longest, url: ELSEWHERE, topicIds: [topic.id] });
    const again = await saved(await admin<EndpointView>('GET', `/endpoints/${made.id}`));
    expect(again).toMatchObject({ name: longest, topics: [{ id: topic.id }] });

    const url = `${ELSEWHERE}/moved`;
    await qstash.client.urlGroups.addEndpoints({
      name: 'shop',
      endpoints: [{ name: longest, url }],
    });
    expect(await endpoints.get(made.id)).toMatchObject({ name: longest, url });
    await qstash.client.urlGroups.removeEndpoints({ name: 'shop', endpoints: [{ name: longest }] });
    expect((await endpoints.get(made.id)).topics).toEqual([]);
    await endpoints.remove(made.id);
  });

  it('created by a URL group can be saved in the panel, whatever its name', async () => {
    const url = `${ELSEWHERE}/${'e'.repeat(69)}🎉/${'p'.repeat(100)}`;
    for (const name of ['first-group', LONGEST]) {
      const endpoints = [{ url }, { name: 'n'.repeat(150), url: `${ELSEWHERE}/named` }];
      await qstash.client.urlGroups.addEndpoints({ name, endpoints });
      await qstash.client.urlGroups.addEndpoints({ name, endpoints });
    }
    const members = async () =>
      (await admin<EndpointView[]>('GET', '/endpoints')).filter(({ topics }) => topics.length > 0);
    const views = await members();
    expect(views).toHaveLength(4);
    for (const view of views) expect(await saved(view)).toMatchObject({ name: view.name });
    for (const name of ['first-group', LONGEST]) {
      const group = await qstash.client.urlGroups.get(name);
      expect(group.endpoints.map((endpoint) => endpoint.name ?? null).sort()).toEqual([
        'n'.repeat(150),
        null,
      ]);
      await qstash.client.urlGroups.delete(name);
    }
    expect(await members()).toEqual([]);
  });

  it('whose name and group are too long together is refused with a reason', async () => {
    const endpoints = [{ name: 'n'.repeat(MAX_ENDPOINT_NAME_LENGTH), url: ELSEWHERE }];
    await qstash.client.urlGroups.addEndpoints({ name: 'one', endpoints });
    const adding = qstash.client.urlGroups.addEndpoints({ name: 'two', endpoints });
    expect(await qstash.failure(adding)).toMatchObject({
      status: 409,
      error: expect.stringContaining('already') as string,
    });
    await qstash.client.urlGroups.delete('one');
  });
});

describe('a name older than the rule', () => {
  it('of an endpoint is kept when the rest is saved', async () => {
    const endpoints = service<EndpointsService>('endpoints');
    const { id } = await endpoints.create({ name: 'old', url: ELSEWHERE, topicIds: [] });
    await storedName('gw_endpoints', id, ' spaces ');
    const again = await saved(await admin<EndpointView>('GET', `/endpoints/${id}`));
    expect(again.name).toBe(' spaces ');
    expect(
      await endpoints.update(id, { ...only(again), url: `${ELSEWHERE}/new` }, again.version)
    ).toMatchObject({ name: ' spaces ' });
    await admin('DELETE', `/endpoints/${id}`);
  });

  it('of a topic is kept when the rest is saved, and refused for another topic', async () => {
    const topics = service<TopicsService>('topics');
    const old = 'my news '.repeat(30);
    const made = await topics.create({ name: 'old', events: [], contentTypes: null });
    await storedName('gw_topics', made.id, old);
    const { id, name, events, contentTypes, version } = await topics.get(made.id);
    const body = { name, events, contentTypes, description: 'old', version };
    expect(await admin<TopicView>('PUT', `/topics/${id}`, body)).toMatchObject({ name: old });
    await expect(topics.create({ name: old, events, contentTypes })).rejects.toMatchObject({
      field: 'name',
    });
    await admin('DELETE', `/topics/${id}`);
  });
});

const only = ({ name, url, topics }: EndpointView) => ({
  name,
  url,
  topicIds: topics.map(({ id }) => id),
});
