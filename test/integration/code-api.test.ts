/** The code API refuses what the admin API refuses: with a code and the field, and nothing written. */
import { CoreError } from '../../server/src/core/errors';
import type { CaptureService } from '../../server/src/api/capture';
import type { CallbacksService } from '../../server/src/api/callbacks';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { FlowControlService } from '../../server/src/api/flow-control';
import type { PublisherService } from '../../server/src/api/publisher';
import type { QueuesService } from '../../server/src/api/queues';
import type { SchedulesService } from '../../server/src/api/schedules';
import type { TopicsService } from '../../server/src/api/topics';
import type { SigningKeysService } from '../../server/src/panel/services/signing-keys';
import type { EndpointView, TopicView } from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

let api: AdminApi;
/** Rows that calls name. */
let made: { topicId: number; endpointId: number };

beforeAll(async () => {
  api = await bootAdminApi();
  const { topic, endpoint } = await api.subscribe(200);
  made = { topicId: topic.id, endpointId: endpoint.id };
}, 120_000);
afterAll(() => api?.close());

/** Untyped, as JavaScript calls it: what TypeScript refuses must be refused when it runs. */
type Untyped<Service> = {
  [Name in keyof Service]: (...args: unknown[]) => Promise<unknown>;
};

const service = <Service>(name: string): Untyped<Service> =>
  api.app.strapi.plugin('guaranteed-webhooks').service<Untyped<Service>>(name);
const topics = () => service<TopicsService>('topics');
const endpoints = () => service<EndpointsService>('endpoints');
const queues = () => service<QueuesService>('queues');
const flowControl = () => service<FlowControlService>('flowControl');
const schedules = () => service<SchedulesService>('schedules');
const publisher = () => service<PublisherService>('publisher');
const callbacks = () => service<CallbacksService>('callbacks');
const capture = () => service<CaptureService>('capture');
const signingKeys = () => service<SigningKeysService>('signingKeys');

const topic = { name: 'news', events: ['entry.publish'], contentTypes: null };
const endpoint = { name: 'shop', url: 'https://example.com/hook', topicIds: [] };
const circular: { self?: unknown } = {};
circular.self = circular;

type Refused = [what: string, call: () => unknown, field: string, code?: string];

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return 'was accepted';
  } catch (error) {
    return error;
  }
}

describe.each<[string, Refused[]]>([
  [
    'topics',
    [
      ['a misspelt field', () => topics().create({ ...topic, contentType: [] }), 'contentType'],
      ['events as a text', () => topics().create({ ...topic, events: 'entry.*' }), 'events'],
      ['no events', () => topics().create({ name: 'a', contentTypes: null }), 'events'],
      ['no content types', () => topics().create({ name: 'a', events: [] }), 'contentTypes'],
      ['a name with a space', () => topics().create({ ...topic, name: 'my news' }), 'name'],
      ['a name that a URL path drops', () => topics().create({ ...topic, name: '..' }), 'name'],
      ['nothing', () => topics().create(undefined), ''],
      ['a list', () => topics().create([topic]), ''],
      ['NUL', () => topics().create({ ...topic, description: '\0' }), 'description'],
      ['an id that is a text', () => topics().get(String(made.topicId)), 'id'],
      ['no id', () => topics().remove(undefined), 'id'],
      ['no version', () => topics().update(made.topicId, topic), 'version'],
      ['a change of a misspelt field', () => topics().update(made.topicId, { nme: 'b' }, 1), 'nme'],
      [
        'a view',
        async () => topics().update(made.topicId, await topics().get(made.topicId), 1),
        'id',
      ],
      [
        'a publish to another topic',
        () => topics().publish(made.topicId, { topic: 'x', payload: 1 }),
        'topic',
      ],
      ['a publish of nothing', () => topics().publish(made.topicId, {}), 'payload'],
      ['no publish', () => topics().publish(made.topicId, undefined), ''],
    ],
  ],
  [
    'endpoints',
    [
      ['a misspelt field', () => endpoints().create({ ...endpoint, heders: [] }), 'heders'],
      [
        'headers as an object',
        () => endpoints().create({ ...endpoint, headers: { A: 'x' } }),
        'headers',
      ],
      ['no topic ids', () => endpoints().create({ name: 'a', url: endpoint.url }), 'topicIds'],
      [
        'topic ids that are texts',
        () => endpoints().create({ ...endpoint, topicIds: ['1'] }),
        'topicIds.0',
      ],
      [
        'a URL object',
        () => endpoints().create({ ...endpoint, url: new URL(endpoint.url) }),
        'url',
      ],
      ['an endless name', () => endpoints().create({ ...endpoint, name: 'x'.repeat(256) }), 'name'],
      ['a blank name', () => endpoints().create({ ...endpoint, name: ' ' }), 'name'],
      [
        'callbacks as a text',
        () => endpoints().create({ ...endpoint, callbacks: 'strapi:a' }),
        'callbacks',
      ],
      [
        'a callback without a URL',
        () => endpoints().create({ ...endpoint, callbacks: { success: {} } }),
        'callbacks.success.url',
      ],
      ['tls as a text', () => endpoints().create({ ...endpoint, tls: 'pem' }), 'tls'],
      [
        'a timeout beyond the lease',
        () => endpoints().create({ ...endpoint, timeoutMs: 300_000 }),
        'timeoutMs',
      ],
      [
        'a circular retry policy',
        () => endpoints().create({ ...endpoint, retryPolicy: circular }),
        'retryPolicy.kind',
        'INVALID_RETRY_POLICY',
      ],
      ['null', () => endpoints().create(null), ''],
      ['an id that is a text', () => endpoints().get(String(made.endpointId)), 'id'],
      ['no version', () => endpoints().update(made.endpointId, { name: 'b' }), 'version'],
      [
        'a change of nothing known',
        () => endpoints().update(made.endpointId, { nme: 'b' }, 1),
        'nme',
      ],
      ['no change', () => endpoints().update(made.endpointId, null, 1), ''],
      [
        'a reason that is no text',
        () => endpoints().pause(made.endpointId, { reason: 'x' }),
        'reason',
      ],
      ['no word about what is held', () => endpoints().resume(made.endpointId), ''],
      [
        'a misspelt word about it',
        () => endpoints().resume(made.endpointId, { held: 'drop' }),
        'held',
      ],
      [
        'a removal that says "false"',
        () => endpoints().remove(made.endpointId, 'false'),
        'cancelPending',
      ],
      [
        'an overlap that is a text',
        () => endpoints().rotateSecret(made.endpointId, { overlapMs: '1h' }),
        'overlapMs',
      ],
      [
        'a misspelt option of a rotation',
        () => endpoints().rotateSecret(made.endpointId, { forced: true }),
        'forced',
      ],
      [
        'no retry policy',
        () => endpoints().previewRetries(undefined),
        'retryPolicy',
        'INVALID_RETRY_POLICY',
      ],
      ['no id to test', () => endpoints().test(undefined), 'id'],
    ],
  ],
  [
    'the publisher',
    [
      ['nothing', () => publisher().publish(undefined), ''],
      ['a misspelt field', () => publisher().publish({ topc: 'x', payload: 1 }), 'topc'],
      [
        'two destinations',
        () => publisher().publish({ topic: 'x', url: 'https://a.example/', payload: 1 }),
        'topic',
      ],
      ['no payload', () => publisher().publish({ url: 'https://a.example/' }), 'payload'],
      [
        'a circular payload',
        () => publisher().publish({ url: 'https://a.example/', payload: circular }),
        'payload',
      ],
      [
        'a payload of a BigInt',
        () => publisher().publish({ url: 'https://a.example/', payload: 1n }),
        'payload',
      ],
      [
        'headers as a list',
        () => publisher().publish({ url: 'https://a.example/', payload: 1, headers: [] }),
        'headers',
      ],
      [
        'a queue that is no name',
        () => publisher().publish({ url: 'https://a.example/', payload: 1, queue: 'a b' }),
        'queue',
      ],
    ],
  ],
  [
    'schedules',
    [
      ['nothing', () => schedules().create(undefined), ''],
      ['nothing to publish', () => schedules().create({ cron: '* * * * *' }), 'publish'],
      [
        'null to publish',
        () => schedules().create({ cron: '* * * * *', publish: null }),
        'publish',
      ],
      [
        'a misspelt field of it',
        () => schedules().create({ cron: '* * * * *', publish: { topc: 'x', payload: 1 } }),
        'topc',
      ],
      [
        'an instant of its own',
        () =>
          schedules().create({
            cron: '* * * * *',
            publish: { url: 'https://a.example/', payload: 1, notBefore: 1 },
          }),
        'publish.notBefore',
      ],
      ['a cron that is no text', () => schedules().create({ cron: 5, publish: {} }), 'cron'],
      ['an id that is no text', () => schedules().get(5), 'scheduleId'],
      ['no id', () => schedules().remove(undefined), 'scheduleId'],
      ['no id to run', () => schedules().runNow(undefined), 'scheduleId'],
      ['NUL in an id', () => schedules().pause('\0'), 'scheduleId'],
      [
        'no version',
        () =>
          schedules().change('x', {
            cron: '* * * * *',
            publish: { url: 'https://a.example/', payload: 1 },
          }),
        'version',
      ],
    ],
  ],
  [
    'queues',
    [
      ['a misspelt field', () => queues().create({ name: 'q', parallelsm: 2 }), 'parallelsm'],
      ['no name', () => queues().upsert({ parallelism: 2 }), 'name'],
      ['no name to look for', () => queues().get(undefined), 'name'],
      ['no name to remove', () => queues().remove(undefined), 'name'],
      ['NUL in a name', () => queues().pause('\0'), 'name'],
      ['a change of nothing', () => queues().change(undefined, {}), 'name'],
    ],
  ],
  [
    'flow control',
    [
      ['no key', () => flowControl().pause(undefined), 'key'],
      ['a key beyond its column', () => flowControl().pin('k'.repeat(256), { rate: 1 }), 'key'],
      ['no limits', () => flowControl().pin('k', undefined), ''],
      ['a limit of nothing', () => flowControl().pin('k', { rate: 0 }), 'rate'],
      ['no word about what to unpin', () => flowControl().unpin('k', undefined), ''],
      ['a search that is no text', () => flowControl().list(5), 'search'],
    ],
  ],
  [
    'callbacks',
    [
      ['no name', () => callbacks().on(undefined, () => null), 'name'],
      ['no handler', () => callbacks().on('a', undefined), 'handler'],
    ],
  ],
  [
    'mute',
    [
      ['no callback', () => capture().mute(undefined), 'work'],
      ['a misspelt option', () => capture().mute(() => null, { batches: true }), 'batches'],
      ['an option that is a text', () => capture().mute(() => null, { batch: 'yes' }), 'batch'],
      ['options that are a list', () => capture().mute(() => null, []), ''],
    ],
  ],
  [
    'signing keys',
    [
      [
        'an overlap that is a text',
        () => signingKeys().rotateUrlSecret({ overlapMs: '1h' }),
        'overlapMs',
      ],
    ],
  ],
])('%s', (_, refused) => {
  it.each(refused)('refuse %s', async (_what, call, field, code = 'INVALID_VALUE') => {
    const before = await api.rowCounts();
    const error = await errorOf(call);
    expect(error).toBeInstanceOf(CoreError);
    const { code: given, field: named = '', message } = error as CoreError;
    expect({ code: given, field: named }).toEqual({ code, field });
    expect(message).not.toMatch(/undefined|Invalid input/);
    expect(await api.rowCounts()).toEqual(before);
  });
});

it('reports all problems at once, in one line', async () => {
  const error = await errorOf(() => endpoints().create({ topicIds: 'all', timeoutMs: -1 }));
  expect((error as CoreError).message).toBe(
    'name is missing; url is missing; topicIds must be a list; timeoutMs must be at least 100'
  );
});

it('a change keeps the fields that it does not name', async () => {
  const { name, id, url, version } = await api.createEndpoint({ timeoutMs: 5_000 });
  const changed = (await endpoints().update(id, { timeoutMs: 6_000 }, version)) as EndpointView;
  expect(changed).toMatchObject({ name, url, timeoutMs: 6_000, topics: [] });

  const made = await api.createTopic({ events: ['entry.publish'] });
  const renamed = (await topics().update(made.id, { name: 'renamed' }, made.version)) as TopicView;
  expect(renamed).toMatchObject({ name: 'renamed', events: ['entry.publish'], contentTypes: null });
});
