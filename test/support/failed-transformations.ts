/** Transformations that fail, and are rendered again: cases for a booted engine. */
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { ShapesService } from '../../server/src/api/shapes';
import type { EndpointInput, EndpointView } from '../../server/src/api/types';
import type { Shape } from '../../server/src/core/shape/shape';
import type { MessageView } from '../../server/src/panel/contract';
import type { MessagesService } from '../../server/src/panel/services/messages';
import type { createQstashDlqService } from '../../server/src/qstash/service/dlq';
import type { Runtime } from '../../server/src/runtime/runtime';
import type { Engine } from './engine';

type QstashDlqService = ReturnType<typeof createQstashDlqService>;

interface World {
  engine(): Engine;
  topicId(): number;
  subscribe(path: string, more: Partial<EndpointInput>): Promise<EndpointView>;
  deliver(): Promise<void>;
  messagesTo(endpointId: number): Promise<MessageView[]>;
}

const ARTICLE = 'api::article.article';
const crm: Partial<Shape> = { format: { kind: 'code', name: 'crm' } };

const endless = (): never => {
  for (;;);
};

const failing = (): never => {
  throw new Error('no customer');
};

export function describeFailed({ engine, topicId, subscribe, deliver, messagesTo }: World): void {
  const formats = () => engine().service<ShapesService>('shapes');
  const articles = () => engine().app.strapi.documents(ARTICLE);
  const endpoints = () => engine().service<EndpointsService>('endpoints');
  const sent = () =>
    engine()
      .to('/crm')
      .map(({ body }) => JSON.parse(body.toString()) as unknown);

  it.each<[string, () => unknown, string]>([
    ['throws', failing, 'no customer'],
    ['names a header that is ours', () => ({ headers: { host: 'x' } }), 'cannot be set'],
    ['names a method that is none', () => ({ method: 'SEND' }), 'the method is one of'],
    ['returns something else', () => 'hello', 'neither a request nor null'],
    ['promises', () => Promise.reject(new Error('late')), 'returned a promise'],
    ['never ends', endless, 'it took longer than 250 ms'],
    ['makes a body that never ends', () => ({ body: { toJSON: endless } }), 'it took longer than'],
    ['makes too much', () => ({ body: 'x'.repeat(2_000_000) }), 'the limit is'],
  ])('keeps the change and fails the message when it %s', async (_, format, reason) => {
    const unregister = formats().register('crm', format as never);
    const { id } = await subscribe('/crm', {
      shape: crm,
      retryPolicy: { kind: 'list', delaysMs: [1_000] },
    });
    const { documentId } = await articles().create({ data: { title: 'Ada' } });
    await deliver();
    unregister();
    expect(await articles().findOne({ documentId })).toMatchObject({ title: 'Ada' });
    expect(engine().to('/crm')).toEqual([]);
    const [message] = await messagesTo(id);
    expect(message).toMatchObject({ state: 'dead', lastOutcome: 'blocked', attempts: 1 });
    expect(message?.lastError).toContain('the format "crm" failed');
    expect(message?.lastError).toContain(reason);
    expect((await endpoints().get(id)).lastError).toContain(reason);
  });

  describe('that failed', () => {
    afterEach(() => formats().register('crm', failing)());

    type Again = (messageId: string, endpointId: number) => Promise<unknown>;
    const messages = () => engine().service<MessagesService>('messages');

    it.each<[string, Again]>([
      ['replay', (messageId) => messages().replay(messageId)],
      ['replay of a selection', (id) => messages().bulk('replay', { messageIds: [id] })],
      [
        'replay of all that match',
        async (_, id) => {
          await messages().bulk('replay', { filter: { endpointId: [id] } });
          await engine().service<Runtime>('runtime').maintenance.stepJobs();
        },
      ],
      [
        'retry of the QStash API',
        async (messageId) => {
          const dlq = engine().service<QstashDlqService>('qstash-dlq');
          const { dlqId } = await engine().detail(messageId);
          await dlq.retry(dlqId ?? '', { headers: {}, query: '' });
        },
      ],
    ])('is rendered again by a %s', async (_, again) => {
      const unregister = formats().register('crm', failing);
      const { id } = await subscribe('/crm', { shape: { ...crm, fields: ['title'] } });
      const { documentId } = await articles().create({ data: { title: 'Ada' } });
      await deliver();
      unregister();
      await articles().delete({ documentId });
      const dead = (await messagesTo(id)).find(({ event }) => event === 'entry.create');
      const { cause } = await engine().detail(dead?.messageId ?? '');
      formats().register('crm', ({ type, entry, timestamp }) => ({
        method: 'PUT',
        headers: { 'X-Kind': type },
        body: { title: entry?.title, slug: entry?.slug, timestamp },
      }));
      await again(dead?.messageId ?? '', id);
      await deliver();
      const request = engine()
        .to('/crm')
        .find(({ headers }) => headers['x-kind'] === 'entry.create');
      expect(request?.method).toBe('PUT');
      expect(JSON.parse(request?.body.toString() ?? '')).toEqual({
        title: 'Ada',
        timestamp: new Date(cause.createdAt).toISOString(),
      });
    });

    it('is a dead letter again, canceled, or plain, as the shape of its endpoint says', async () => {
      formats().register('crm', failing);
      const { id, version, name, url } = await subscribe('/crm', { shape: crm });
      const input = { name, url, topicIds: [topicId()] };
      const { documentId } = await articles().create({ data: { title: 'Ada' } });
      await deliver();
      const [{ messageId = '' } = {}] = await messagesTo(id);
      formats().register('crm', () => {
        throw new Error('still none');
      });
      await messages().replay(messageId);
      await deliver();
      const [again] = await messagesTo(id);
      expect(again).toMatchObject({ state: 'dead', attempts: 2 });
      expect(again?.lastError).toContain('still none');
      formats().register('crm', () => null);
      expect(await messages().replay(messageId)).toMatchObject({ state: 'canceled' });
      await endpoints().update(id, { ...input, shape: null }, version);
      formats().register('crm', failing);
      await messages().replay(messageId);
      await deliver();
      expect(sent()).toEqual([
        expect.objectContaining({ entry: expect.objectContaining({ documentId }) as object }),
      ]);
    });
  });
}
