/** What an endpoint asks for, as it arrives at a real receiver. */
import { createHmac } from 'node:crypto';

import { Webhook } from 'standardwebhooks';

import type {
  ActorRef,
  EndpointSecret,
  EndpointView,
  LoggedEvent,
  MessageView,
  Overview,
  Page,
  ShapeInput,
  ShapePreview,
  TopicView,
} from '../../server/src/panel/contract';
import type { ShapesService } from '../../server/src/api/shapes';
import { answerAsService } from '../support/services';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

describeEachDatabase('options of an endpoint', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
    // Each endpoint has a path of its own.
    let made = 0;
    const { createEndpoint } = api;
    api.createEndpoint = (input = {}) =>
      createEndpoint({ url: `${api.receiver.url}/200/${++made}`, ...input });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  it('describes events as CloudEvents in binary mode, and nothing else changes', async () => {
    const topic = await api.createTopic({
      events: ['entry.create'],
      contentTypes: ['api::article.article'],
    });
    const topicIds = [topic.id];
    const described = await api.createEndpoint({ topicIds, cloudEvents: true });
    const plain = await api.createEndpoint({ topicIds });
    const { data } = await api.app.http.ok(
      api.app.http.api<{ data: { documentId: string } }>('POST', '/api/articles', {
        data: { title: 'Größe' },
      })
    );
    await api.deliver();
    const sent = (endpoint: EndpointView) => {
      const found = api.receiver.requests.find(
        ({ path, headers }) =>
          path === new URL(endpoint.url).pathname && headers['x-strapi-event'] === 'entry.create'
      );
      if (found === undefined) throw new Error(`nothing was sent to ${endpoint.url}`);
      return found;
    };
    const { headers, body } = sent(described);
    expect(headers).toMatchObject({
      'ce-specversion': '1.0',
      'ce-id': headers['webhook-id'],
      'ce-source': api.app.strapi.config.get('server.absoluteUrl'),
      'ce-type': 'entry.create',
      'ce-subject': `api::article.article/${data.documentId}`,
      'ce-time': (JSON.parse(body.toString()) as { createdAt: string }).createdAt,
      'content-type': 'application/json',
    });
    const other = sent(plain);
    expect(other.body).toEqual(body);
    expect(Object.keys(other.headers).filter((name) => name.startsWith('ce-'))).toEqual([]);

    const { version, id } = await api.get<EndpointView>(`/endpoints/${described.id}`);
    await api.call('PUT', `/endpoints/${id}`, { version, cloudEvents: false });
    await api.call('POST', `/messages/${String(headers['webhook-id'])}/replay`);
    await api.deliver();
    const [, again] = api.received(String(headers['webhook-id']));
    expect(again?.headers['ce-id']).toBeUndefined();
    await api.call('DELETE', `/topics/${topic.id}`);
  });

  it('signs with a secret of the receiver’s, in the headers it knows, at each attempt as set by then', async () => {
    const own = 'correct horse battery staple';
    const topic = await api.createTopic();
    const endpoint = await api.createEndpoint({
      topicIds: [topic.id],
      secret: own,
      signatures: ['standard', 'github', 'hmac'],
      signatureHeader: 'X-Shop-Signature',
    });
    expect(endpoint.secret).toBe(own);
    const hexOf = (secret: string, body: Buffer): string =>
      createHmac('sha256', secret).update(body).digest('hex');
    const sentNow = async () => {
      const { body, headers } = api.received(await api.publish(topic))[0]!;
      return { body, headers: headers as Record<string, string> };
    };

    const first = await sentNow();
    expect(first.headers).toMatchObject({
      'x-hub-signature-256': `sha256=${hexOf(own, first.body)}`,
      'x-shop-signature': hexOf(own, first.body),
    });
    const asText = { format: 'raw' } as const;
    expect(new Webhook(own, asText).verify(first.body, first.headers)).toBeDefined();

    const path = `/endpoints/${endpoint.id}`;
    const next = 'another secret of the receiver';
    const rotated = await api.post<EndpointView & EndpointSecret>(`${path}/rotate-secret`, {
      secret: next,
    });
    expect(rotated.secret).toBe(next);
    const second = await sentNow();
    expect(second.headers['x-shop-signature']).toBe(hexOf(next, second.body));
    for (const secret of [own, next]) {
      expect(new Webhook(secret, asText).verify(second.body, second.headers)).toBeDefined();
    }

    const plain = { signatures: ['standard'], version: rotated.version };
    const { body } = await api.call<EndpointView>('PUT', path, plain);
    expect(body).toMatchObject({ signatures: ['standard'], signatureHeader: null });
    const third = await sentNow();
    expect(Object.keys(third.headers)).not.toEqual(expect.arrayContaining(['x-hub-signature-256']));
    expect(JSON.stringify(await api.get(path))).not.toContain(next);
  });

  describe('the loop guard', () => {
    let topic: TopicView;
    let endpoint: EndpointView;
    const apiTokens = async (): Promise<ActorRef[]> => {
      const actors = await api.get<ActorRef[]>('/endpoints/actors');
      return actors.filter(({ kind }) => kind === 'api-token');
    };
    const stateOf = async () => {
      const list = await api.get<Page<MessageView>>(`/messages?endpointId=${endpoint.id}`);
      return list.results.map(({ state }) => state);
    };

    beforeEach(async () => {
      const contentTypes = ['api::article.article'];
      topic = await api.createTopic({ events: ['entry.create', 'entry.update'], contentTypes });
    });
    afterEach(() => api.call('DELETE', `/topics/${topic.id}`));

    it('keeps a receiver from being told of what it wrote itself, and counts that', async () => {
      const tokens = await apiTokens();
      const ignoredActors = tokens.map(({ kind, id }) => ({ kind, id }));
      endpoint = await api.createEndpoint({ topicIds: [topic.id], ignoredActors });
      expect(endpoint.ignoredActors).toEqual(tokens);
      await api.app.http.ok(
        api.app.http.api('POST', '/api/articles', { data: { title: 'written back' } })
      );
      const articles = '/content-manager/collection-types/api::article.article';
      await api.app.http.ok(api.app.http.admin('POST', articles, { title: 'by a person' }));
      await api.deliver();
      expect(await stateOf()).toEqual(['delivered']);
      const view = await api.get<EndpointView>(`/endpoints/${endpoint.id}`);
      expect(view.ignored).toMatchObject({ total: 1, latest: [{ event: 'entry.create' }] });
      expect(view.withheld).toBeNull();
    });

    it('holds a document that changes too often, and nothing else, until it is released', async () => {
      const LIMIT = 3;
      endpoint = await api.createEndpoint({ topicIds: [topic.id], documentLimit: LIMIT });
      const { data } = await api.app.http.ok(
        api.app.http.api<{ data: { documentId: string } }>('POST', '/api/articles', {
          data: { title: 'echo' },
        })
      );
      const { documentId } = data;
      for (let n = 0; n < LIMIT + 1; n += 1) {
        const change = { data: { title: `echo ${n}` } };
        await api.app.http.ok(api.app.http.api('PUT', `/api/articles/${documentId}`, change));
      }
      await api.app.http.ok(
        api.app.http.api('POST', '/api/articles', { data: { title: 'other' } })
      );
      await api.deliver();
      expect((await stateOf()).sort()).toEqual([
        ...Array<string>(LIMIT + 1).fill('delivered'),
        'pending',
        'pending',
      ]);

      const path = `/endpoints/${endpoint.id}/held-documents`;
      expect(await api.get(path)).toEqual([{ documentId, waiting: 2 }]);
      const listed = async (displayed: string) =>
        (
          await api.get<Page<MessageView>>(
            `/messages?endpointId=${endpoint.id}&displayed=${displayed}`
          )
        ).results;
      const onHold = await listed('held');
      expect(onHold.map(({ held, heldBy }) => [held, heldBy])).toEqual([
        [true, 'document'],
        [true, 'document'],
      ]);
      expect(await listed('pending')).toEqual([]);
      const counts = () => api.get<Overview>('/overview');
      expect(await counts()).toMatchObject({ held: 2, waiting: 0 });
      const [message] = onHold;
      const refusal = await api.call('POST', `/messages/${message?.messageId}/send-now`);
      expect(refusal.status).toBe(409);
      expect(refusal.body.error.message).toContain(
        `its document "${documentId}" changed too often`
      );
      const log = await api.get<Page<LoggedEvent>>(`/events?entryDocumentId=${documentId}`);
      const dots = log.results.flatMap(({ deliveries }) => deliveries.map(({ held }) => held));
      expect(dots.filter(Boolean)).toHaveLength(2);
      // Each message is counted once, also when its endpoint is on hold too.
      await api.post(`/endpoints/${endpoint.id}/pause`, {});
      expect(await counts()).toMatchObject({ held: 2, waiting: 0 });
      expect((await listed('held')).map(({ heldBy }) => heldBy)).toEqual(['endpoint', 'endpoint']);
      await api.post(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });

      const unknown = await api.call('POST', `${path}/release`, { documentId: 'other' });
      expect(unknown.status).toBe(404);
      expect(await api.post(`${path}/release`, { documentId })).toEqual([]);
      expect(await counts()).toMatchObject({ held: 0 });
      await api.deliver();
      expect(new Set(await stateOf())).toEqual(new Set(['delivered']));
    });
  });

  describe('presets', () => {
    const PATHS: Record<string, string> = {
      github: '/github/repos/o/r/dispatches',
      gitlab: '/gitlab/api/v4/projects/1/trigger/pipeline?token=glptt',
      'vercel-tags': '/vercel-tags?projectIdOrName=site',
    };
    const OPTIONS: Record<string, Record<string, string>> = {
      gitlab: { ref: 'main' },
      'netlify-tags': { siteId: 'site' },
    };
    const headersOf = (name: string) =>
      name === 'fastly-tags'
        ? [{ name: 'Fastly-Key', value: `${name}-token`, secret: true }]
        : [{ name: 'Authorization', value: `Bearer ${name}-token`, secret: true }];
    const NASTY = ['plain', '<!channel> & @everyone **[x](http://y)** <@1>', '\\*_|😀"'.repeat(36)];
    let topic: TopicView;

    beforeAll(async () => {
      topic = await api.createTopic({
        events: ['entry.create'],
        contentTypes: ['api::article.article'],
      });
      const { receiver } = api;
      receiver.respondWith((request) => answerAsService(request) ?? 200);
    });
    afterAll(() => api.call('DELETE', `/topics/${topic.id}`));

    const subscribe = (name: string, shape?: ShapeInput) =>
      api.createEndpoint({
        topicIds: [topic.id],
        url: `${api.receiver.url}${PATHS[name] ?? `/${name}`}`,
        headers: headersOf(name),
        ...(shape !== undefined && { shape }),
      });

    async function outcomesOf({ id }: EndpointView) {
      const { results } = await api.get<Page<MessageView>>(`/messages?endpointId=${id}`);
      return results.map(({ state, lastStatus }) => `${state} ${lastStatus}`);
    }

    const write = async (title: string): Promise<void> => {
      await api.app.http.ok(api.app.http.api('POST', '/api/articles', { data: { title } }));
      await api.deliver();
    };

    it.each([
      ['slack', 200],
      ['discord', 204],
      ['teams', 202],
      ['github', 204],
      ['gitlab', 201],
      ['vercel', 201],
      ['netlify', 200],
      ['cloudflare-pages', 200],
      ['nextjs', 200],
      ['vercel-tags', 200],
      ['netlify-tags', 202],
      ['cloudflare-tags', 200],
      ['fastly-tags', 200],
    ])('%s accepts whatever a title is made of', async (name, status) => {
      const format = { kind: 'preset' as const, name, options: OPTIONS[name] ?? {} };
      const endpoint = await subscribe(name, { format });
      for (const title of NASTY) await write(title);
      expect(await outcomesOf(endpoint)).toEqual(NASTY.map(() => `delivered ${status}`));
      await api.call('DELETE', `/endpoints/${endpoint.id}`);
    });

    it.each(['slack', 'discord', 'teams', 'github', 'gitlab', 'nextjs', 'cloudflare-tags'])(
      '%s refuses an event as it is',
      async (name) => {
        const endpoint = await subscribe(name);
        await write('plain');
        expect(await outcomesOf(endpoint)).toEqual([expect.stringMatching(/^dead 4/)]);
        await api.call('DELETE', `/endpoints/${endpoint.id}?cancelPending=true`);
      }
    );

    it('are listed with the transformations of the app, and shown before they are saved', async () => {
      const shapes = api.app.strapi.plugin('guaranteed-webhooks').service<ShapesService>('shapes');
      shapes.register('crm', ({ documentId }) => ({ body: { documentId } }));
      expect(await api.get('/endpoints/formats')).toEqual({
        presets: expect.arrayContaining(['slack', 'nextjs']) as string[],
        code: ['crm'],
      });
      const preview = (shape: unknown) =>
        api.post<ShapePreview>('/endpoints/shape-preview', { shape });
      const { request } = await preview({ format: { kind: 'preset', name: 'github' } });
      expect(request).toMatchObject({
        method: 'POST',
        contentType: 'application/json',
        headers: { Accept: 'application/vnd.github+json' },
      });
      expect(JSON.parse(request?.body?.text ?? '')).toMatchObject({ event_type: 'entry.publish' });
      expect((await preview({ format: { kind: 'code', name: 'crm' } })).request).toMatchObject({
        method: null,
        body: { text: expect.stringMatching(/^{"documentId":"\w+"}$/) as string },
      });
      const unregister = shapes.register('crm', () => {
        throw new Error('no such customer');
      });
      const failed = await preview({ format: { kind: 'code', name: 'crm' } });
      expect(failed.problem).toContain('no such customer');
      unregister();
      const refused = await api.call('POST', '/endpoints/shape-preview', {
        shape: { format: { kind: 'preset', name: 'github', options: { eventType: 7 } } },
      });
      expect(refused.status).toBe(400);
      expect(refused.body.error.details.errors?.[0]?.path).toEqual([
        'shape',
        'format',
        'options',
        'eventType',
      ]);
    });

    it('are refused with a name or an option that does not exist', async () => {
      const refusal = async (format: object) => {
        const { status, body } = await api.call('POST', '/endpoints', {
          name: 'refused',
          url: 'https://example.com/hook',
          topicIds: [],
          shape: { format: { kind: 'preset', ...format } },
        });
        return [status, body.error.details.errors?.[0]?.path.join('.')];
      };
      expect(await refusal({ name: 'irc' })).toEqual([400, 'shape.format.name']);
      const options = { channel: '#news' };
      expect(await refusal({ name: 'slack', options })).toEqual([
        400,
        'shape.format.options.channel',
      ]);
    });
  });

  it('refuses filters inside a populate that the database cannot compare', async () => {
    const topic = await api.createTopic({ contentTypes: ['api::article.article'] });
    const populate = { categories: { filters: { id: { $gt: 'many' } } } };
    const { status, body } = await api.call('POST', '/endpoints', {
      name: 'compared',
      url: `${api.receiver.url}/200`,
      topicIds: [topic.id],
      shape: { populate },
    });
    // SQLite and MySQL compare a number with any text.
    if (database !== 'postgres') return expect(status).toBe(201);
    const { code, errors = [] } = body.error.details;
    expect([status, code, errors[0]?.path.join('.')]).toEqual([
      400,
      'INVALID_VALUE',
      'shape.populate',
    ]);
    expect(errors[0]?.message).toContain('invalid input syntax');
  });
});
