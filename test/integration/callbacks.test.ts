/** Who asked is told: by messages of their own, and by calls into the app's own code, on a real Strapi. */
import { createHmac } from 'node:crypto';

import type { CallbackBody } from '../../server/src/core/message/callback';
import type { EndpointsService } from '../../server/src/api/endpoints';
import type { TopicsService } from '../../server/src/api/topics';
import { bootEngine, LEASE_MS, type Engine } from '../support/engine';
import type { Received } from '../support/receiver';
import { describeEachDatabase } from '../support/strapi';

const SECOND_MS = 1_000;
const ARTICLE = 'api::article.article';
const ONE_RETRY = { kind: 'list' as const, delaysMs: [SECOND_MS] };

const bodyOf = (request: Received | undefined): CallbackBody =>
  JSON.parse(request?.body.toString('utf8') ?? '{}') as CallbackBody;
const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

describeEachDatabase('callbacks', (database) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await bootEngine(database);
  }, 120_000);
  afterEach(() => engine.reset());
  afterAll(() => engine.close());

  const publish: Engine['node']['publisher']['publish'] = (...args) =>
    engine.node.publisher.publish(...args);
  const url = (path: string): string => engine.receiver.url + path;
  const titles = async (): Promise<string[]> => {
    const entries = (await engine.app.strapi.db.query(ARTICLE).findMany({})) as { title: string }[];
    return entries.map(({ title }) => title);
  };
  const write = (title: string): Promise<unknown> =>
    engine.app.strapi.documents(ARTICLE).create({ data: { title } });

  afterEach(async () => {
    await engine.app.strapi.db.query(ARTICLE).deleteMany({});
  });

  it('are sent after every attempt, and once when the message has failed', async () => {
    engine.receiver.respondWith(({ path }) =>
      path === '/slow' ? { status: 500, body: 'no', headers: { 'x-why': 'tired' } } : 200
    );
    const { messageIds } = await publish({
      url: url('/slow'),
      payload: { order: 1 },
      retryPolicy: ONE_RETRY,
      callbacks: { success: { url: url('/done') }, failure: { url: url('/dead') } },
    });
    await engine.node.tick();
    expect(engine.to('/done').map((request) => bodyOf(request).retried)).toEqual([0]);
    expect(engine.to('/dead')).toHaveLength(0);

    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(engine.to('/done').map((request) => bodyOf(request).retried)).toEqual([0, 1]);
    const [dead, ...more] = engine.to('/dead');
    expect(more).toEqual([]);
    const source = await engine.detail(messageIds[0]!);
    expect(bodyOf(dead)).toMatchObject({
      status: 500,
      header: { 'X-Why': ['tired'] },
      body: Buffer.from('no').toString('base64'),
      retried: 1,
      maxRetries: 1,
      sourceMessageId: messageIds[0],
      url: url('/slow'),
      method: 'POST',
      sourceBody: Buffer.from('{"order":1}').toString('base64'),
      dlqId: source.dlqId,
    });
    expect(source.state).toBe('dead');
    expect(source.callbacks).toHaveLength(3);
    expect(source.callbacks.every(({ state }) => state === 'delivered')).toBe(true);
    // A message like any other, signed and with an id of its own.
    expect(dead!.headers['webhook-signature']).toMatch(/^v1,/);
    expect(dead!.headers['webhook-id']).not.toBe(messageIds[0]);
  });

  it('are retried, can fail, and have no callbacks but their own failure callback', async () => {
    engine.receiver.respondWith(({ path }) => (path === '/done' ? 500 : 200));
    await publish({
      url: url('/ok'),
      payload: 'hello',
      callbacks: {
        success: {
          url: url('/done'),
          method: 'PUT',
          headers: { 'x-own': 'yes' },
          retryPolicy: ONE_RETRY,
          failure: { url: url('/callback-dead') },
        },
        failure: { url: url('/dead') },
      },
    });
    await engine.node.tick();
    engine.clock.advance(SECOND_MS);
    await engine.node.tick();
    expect(engine.to('/done')).toHaveLength(2);
    expect(engine.to('/done')[0]).toMatchObject({ method: 'PUT', headers: { 'x-own': 'yes' } });
    expect(engine.to('/dead')).toHaveLength(0);
    const [dead, ...more] = engine.to('/callback-dead');
    expect(more).toEqual([]);
    expect(bodyOf(dead)).toMatchObject({ url: url('/done'), status: 500, maxRetries: 1 });
    // What the failed callback had to say is in there, whole.
    expect(JSON.parse(decoded(bodyOf(dead).sourceBody))).toMatchObject({ status: 200 });
  });

  it('of endpoints send their secret headers, and never show them', async () => {
    const endpoints = engine.service<EndpointsService>('endpoints');
    const topic = await engine
      .service<TopicsService>('topics')
      .create({ name: `orders-${database}`, events: [], contentTypes: null });
    const created = await endpoints.create({
      name: `shop-${database}`,
      url: url('/shop'),
      topicIds: [topic.id],
      retryPolicy: { kind: 'preset', preset: 'none' },
      callbacks: {
        failure: {
          url: url('/alarm'),
          headers: [{ name: 'x-pass', value: 'planted-secret', secret: true }],
        },
      },
    });
    expect(created.callbacks.failure?.headers).toEqual([
      { name: 'x-pass', value: null, secret: true },
    ]);
    // Given back as it was shown, it keeps the value.
    await endpoints.update(created.id, { callbacks: created.callbacks }, created.version);
    await engine.node.directory.refresh();

    engine.receiver.script([500]);
    await publish({ topic: `orders-${database}`, payload: {} });
    await engine.node.tick();
    const [alarm] = engine.to('/alarm');
    expect(alarm?.headers['x-pass']).toBe('planted-secret');
    expect(bodyOf(alarm)).toMatchObject({
      topicName: `orders-${database}`,
      endpointName: `shop-${database}`,
      maxRetries: 0,
    });
    const shown = await engine.detail(String(alarm?.headers['webhook-id']));
    expect(JSON.stringify(shown)).not.toContain('planted-secret');
    expect(shown.attemptLog[0]?.request.headers['x-pass']).toMatch(/^REDACTED:[0-9a-f]{64}$/);
    await endpoints.remove(created.id, true);
  });

  it('are not created when the lease was lost or the message canceled meanwhile', async () => {
    let canceled = '';
    engine.receiver.respondWith(async ({ path, headers }) => {
      if (path === '/lost') engine.clock.advance(LEASE_MS + 1);
      if (path === '/lost' && engine.to('/lost').length === 1) {
        const other = await engine.addNode();
        await other.tick();
      }
      if (path === '/canceled') {
        canceled = String(headers['webhook-id']);
        const row = await engine.node.store.findMessage(canceled);
        await engine.node.store.cancel([row!.id], engine.clock.now());
        return 500;
      }
      return 200;
    });
    const callbacks = { success: { url: url('/done') } };
    await publish({ url: url('/lost'), payload: {}, callbacks });
    await engine.node.tick();
    expect(engine.to('/lost')).toHaveLength(2);
    expect(engine.to('/done')).toHaveLength(1);

    await publish({ url: url('/canceled'), payload: {}, callbacks });
    await engine.node.tick();
    expect((await engine.detail(canceled)).state).toBe('canceled');
    expect(engine.to('/done')).toHaveLength(1);
  });

  it('are marked as cut when response and message exceed the limit', async () => {
    const { maxBytes } = engine.node.config.payload;
    engine.receiver.script([{ status: 200, body: 'r'.repeat(10_000) }]);
    await publish({
      url: url('/big'),
      payload: 's'.repeat(maxBytes - 10),
      callbacks: { success: { url: url('/done') } },
    });
    await engine.node.tick();
    const [done] = engine.to('/done');
    expect(done!.body.length).toBeLessThanOrEqual(maxBytes);
    expect(decoded(bodyOf(done).body)).toBe('r'.repeat(10_000));
    expect(bodyOf(done)).toMatchObject({ sourceBodyTruncated: true });
  });

  it.each([
    [
      'a delay',
      { success: { url: 'https://example.com', delayMs: 5 } },
      'callbacks.success.delayMs',
    ],
    ['a URL that is none', { failure: { url: 'nonsense' } }, 'callbacks.failure.url'],
    ['a private address', { success: { url: 'http://10.0.0.1/' } }, 'callbacks.success.url'],
    ['a name no handler can have', { success: { url: 'strapi:a b' } }, 'callbacks.success.url'],
  ])('with %s are refused, and nothing is written', async (_what, callbacks, field) => {
    await expect(
      publish({ url: url('/x'), payload: {}, callbacks: callbacks })
    ).rejects.toMatchObject({ field });
    expect(await engine.node.store.maxMessageId()).toBe(0);
  });

  it('into the app are refused from outside it', async () => {
    const outside = { source: 'api' as const };
    await expect(publish({ url: 'strapi:x', payload: {} }, outside)).rejects.toMatchObject({
      code: 'INVALID_URL',
    });
    const callbacks = { success: { url: 'strapi:x' } };
    await expect(
      publish({ url: url('/x'), payload: {}, callbacks }, outside)
    ).rejects.toMatchObject({ code: 'INVALID_URL' });
  });

  describe('into the app', () => {
    it('write the response back to an entry, in one commit with the result', async () => {
      engine.callbacks.on('store-reply', async (callback, { strapi }) => {
        const { summary } = JSON.parse(decoded(callback.body)) as { summary: string };
        await strapi.documents(ARTICLE).create({ data: { title: summary } });
      });
      engine.receiver.script([{ status: 200, body: '{"summary":"short"}' }]);
      const { messageIds } = await publish({
        url: url('/summarise'),
        payload: { text: 'long' },
        callbacks: { success: { url: 'strapi:store-reply' } },
      });
      await engine.node.tick();
      expect(await titles()).toEqual(['short']);
      const [callback] = (await engine.detail(messageIds[0]!)).callbacks;
      expect(callback).toMatchObject({
        url: 'strapi:store-reply',
        state: 'delivered',
        attempts: 1,
      });
    });

    it('roll back what a handler wrote before it threw, and call it again by the retry policy', async () => {
      let calls = 0;
      engine.callbacks.on('flaky', async (_callback, { retried }) => {
        calls += 1;
        await write(`attempt ${retried}`);
        if (retried === 0) throw new Error('not yet');
      });
      const { messageIds } = await publish({
        url: 'strapi:flaky',
        payload: { a: 1 },
        retryPolicy: ONE_RETRY,
      });
      await engine.node.tick();
      expect(calls).toBe(1);
      expect(await titles()).toEqual([]);
      expect(await engine.detail(messageIds[0]!)).toMatchObject({
        state: 'pending',
        lastOutcome: 'unreachable',
        lastError: 'handler "flaky" failed: not yet',
      });
      engine.clock.advance(SECOND_MS);
      await engine.node.tick();
      expect(calls).toBe(2);
      expect(await titles()).toEqual(['attempt 1']);
      expect((await engine.detail(messageIds[0]!)).state).toBe('delivered');
    });

    it('roll back a handler whose lease was lost meanwhile', async () => {
      engine.callbacks.on('slow', async () => {
        const [row] = await engine.node.store.listMessages({}, { limit: 1 });
        await write('should not stay');
        // As if another node had taken it: the token is no longer ours.
        await engine.app.strapi.db
          .query('plugin::guaranteed-webhooks.outbox')
          .update({ where: { id: row!.id }, data: { leaseToken: 'stolen' } });
      });
      const { messageIds } = await publish({ url: 'strapi:slow', payload: {} });
      await engine.node.tick();
      expect(await titles()).toEqual([]);
      expect((await engine.detail(messageIds[0]!)).attempts).toBe(0);
    });

    it('end at the timeout; what the handler writes later is refused', async () => {
      let late: Promise<unknown> = Promise.resolve();
      engine.callbacks.on('endless', async (_callback, { signal }) => {
        await write('before');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setImmediate(resolve));
        late = write('too late');
        await late;
      });
      const { messageIds } = await publish({
        url: 'strapi:endless',
        payload: {},
        timeoutMs: 100,
        retryPolicy: { kind: 'preset', preset: 'none' },
      });
      await engine.node.tick();
      await expect(late).rejects.toThrow();
      expect(await titles()).toEqual([]);
      expect(await engine.detail(messageIds[0]!)).toMatchObject({
        state: 'dead',
        lastOutcome: 'timed-out',
        lastError: 'handler "endless" did not end within 100 ms',
      });
    });

    it('to a handler that is not registered fail with the reason, and are retried', async () => {
      const { messageIds } = await publish({ url: 'strapi:nobody', payload: {} });
      await engine.node.tick();
      const { state, lastError } = await engine.detail(messageIds[0]!);
      expect(state).toBe('pending');
      expect(lastError).toContain('no handler is registered as "nobody"');
    });

    it('pass what the handler returns to a callback', async () => {
      engine.callbacks.on<{ n: number }>('double', ({ n }) => ({ twice: 2 * n }));
      await publish({
        url: 'strapi:double',
        payload: { n: 21 },
        callbacks: { success: { url: url('/answer') } },
      });
      await engine.node.tick();
      const [answer] = engine.to('/answer');
      expect(JSON.parse(decoded(bodyOf(answer).body))).toEqual({ twice: 42 });
    });
  });

  describe('redaction', () => {
    it('shows hashes in every view, and delivers the originals, also after a replay', async () => {
      engine.receiver.script([500]);
      const { messageIds } = await publish({
        url: url('/secret'),
        payload: '{"card":"4242 4242"}',
        headers: { 'x-patient': 'Ada Lovelace', 'x-plain': 'visible' },
        retryPolicy: { kind: 'preset', preset: 'none' },
        redact: { body: true, headers: ['X-Patient'] },
        callbacks: { success: { url: url('/done') } },
      });
      await engine.node.tick();
      const id = messageIds[0]!;
      const shown = await engine.detail(id);
      expect(shown.state).toBe('dead');
      const event = await engine
        .service<{ get(id: number): Promise<unknown> }>('events')
        .get(shown.eventId);
      const callback = await engine.detail(shown.callbacks[0]!.messageId);
      for (const view of [shown, event, callback]) {
        const text = JSON.stringify(view);
        expect(text).not.toMatch(/4242 4242|Ada Lovelace/);
        expect(text).not.toContain(Buffer.from('{"card":"4242 4242"}').toString('base64'));
      }
      const key = engine.node.keys.current().standard;
      const hash = (value: string) =>
        createHmac('sha256', key).update(`redacted:${value}`).digest('hex');
      expect(shown.body?.text).toBe(`REDACTED:${hash('{"card":"4242 4242"}')}`);
      expect(shown.attemptLog[0]?.request.headers).toMatchObject({
        'x-patient': `REDACTED:${hash('Ada Lovelace')}`,
        'x-plain': 'visible',
      });

      await engine.node.store.replay(
        [(await engine.node.store.findMessage(id))!.id],
        engine.clock.now()
      );
      await engine.node.tick();
      const again = engine.to('/secret');
      expect(again).toHaveLength(2);
      expect(again[1]!.body.toString()).toBe('{"card":"4242 4242"}');
      expect(again[1]!.headers['x-patient']).toBe('Ada Lovelace');
    });
  });
});
