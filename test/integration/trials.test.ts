/** What an endpoint would be sent: tests with an entry, trials on the log, and events replayed to it. */
import type { Shape } from '../../server/src/core/shape/shape';
import type {
  EndpointInput,
  EndpointView,
  EntryTestResult,
  JobView,
  LoggedEvent,
  Page,
  TopicView,
  TrialResult,
} from '../../server/src/panel/contract';
import { NO_MESSAGES } from '../conformance/factories';
import { createEventReplay } from '../../server/src/delivery/engine/event-replay';
import { createRuntime } from '../../server/src/runtime/runtime';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';

interface Payload {
  event: string;
  entry: Record<string, unknown>;
}

describeEachDatabase('trials', (database) => {
  let api: AdminApi;
  let topic: TopicView;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
    topic = await api.createTopic({ events: ['entry.*'], contentTypes: [ARTICLE] });
  }, 120_000);
  afterAll(async () => {
    await api?.close();
  });

  const articles = () => api.app.strapi.documents(ARTICLE);
  const create = (data: object, locale = 'en') =>
    articles().create({ data: data as never, locale });
  const subscribe = (input: Partial<EndpointInput> = {}): Promise<EndpointView> =>
    api.createEndpoint({ topicIds: [topic.id], ...input });
  const requestsTo = (path: string) => api.receiver.requests.filter((one) => one.path === path);
  const payloadOf = (body: { text: string } | null | undefined): Payload =>
    JSON.parse(body?.text ?? '') as Payload;

  describe('a test with an entry', () => {
    const test = (id: number, entry: object, more: object = {}) =>
      api.call<EntryTestResult>('POST', `/endpoints/${id}/test`, {
        entry: { uid: ARTICLE, event: 'entry.publish', ...entry },
        ...more,
      });

    it('sends what a change would send, and says so before', async () => {
      const { id } = await subscribe({ url: `${api.receiver.url}/200/same`, cloudEvents: true });
      const { documentId } = await create({ title: 'One', seo: { metaTitle: 'T' } });
      await articles().publish({ documentId });
      await api.deliver();
      const [, published] = requestsTo('/200/same');
      const asked = await test(id, { documentId }, { dryRun: true });
      expect(asked.body).toMatchObject({
        verdict: { sent: true, withheldBy: null, assumed: [] },
        problem: null,
        result: null,
      });
      const { request } = asked.body;
      expect(payloadOf(request?.body).entry).toEqual(
        (JSON.parse(published!.body.toString()) as Payload).entry
      );
      expect(request).toMatchObject({
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Strapi-Event': 'entry.publish',
          'webhook-signature': expect.any(String) as string,
          'ce-type': 'entry.publish',
          'ce-subject': `${ARTICLE}/${documentId}`,
        },
      });
      expect(requestsTo('/200/same')).toHaveLength(2);

      const sent = await test(id, { documentId });
      expect(sent.body.result?.attempt.status).toBe(200);
      const [, , received] = requestsTo('/200/same');
      expect(received?.body.toString()).toBe(sent.body.request?.body?.text);
      expect(received?.headers['webhook-id']).toBe(sent.body.result?.messageId);
      expect(received?.headers['ce-subject']).toBe(`${ARTICLE}/${documentId}`);
    });

    it.each<[string, Partial<Shape>, (title: string) => unknown]>([
      [
        'fields and populate',
        { fields: ['title'] },
        (title) =>
          expect.objectContaining({
            entry: expect.objectContaining({ title }) as object,
          }) as object,
      ],
      [
        'a thin payload',
        { payload: 'thin' },
        () => expect.objectContaining({ type: 'entry.update' }) as object,
      ],
      [
        'a preset',
        { format: { kind: 'preset', name: 'nextjs' } },
        () => expect.objectContaining({ tags: expect.any(Array) as object }) as object,
      ],
    ])('applies %s', async (_, shape, expected) => {
      const { id } = await subscribe({ url: `${api.receiver.url}/200/shaped`, shape });
      const { documentId } = await create({ title: 'Two', slug: 'two' });
      const { body } = await test(id, { documentId, event: 'entry.update' });
      expect(body.result?.attempt.status).toBe(200);
      const received = requestsTo('/200/shaped').at(-1)!.body.toString();
      expect(received).toBe(body.request?.body?.text);
      expect(JSON.parse(received)).toEqual(expected('Two'));
      expect(received).not.toContain('slug');
    });

    it('is withheld by the filter of a topic or the endpoint, which it names', async () => {
      const filtered = await api.createTopic({
        events: ['entry.*'],
        contentTypes: [ARTICLE],
        filter: { locale: 'de' },
      });
      const { id, name } = await subscribe({
        url: `${api.receiver.url}/200/withheld`,
        topicIds: [filtered.id],
        filter: { entry: { title: 'Ada' } },
      });
      const { documentId } = await create({ title: 'Bob' });
      await articles().update({ documentId, locale: 'de', data: { title: 'Bob' } as never });
      expect((await test(id, { documentId, locale: 'en' })).body).toMatchObject({
        verdict: {
          sent: false,
          withheldBy: { by: 'topic', name: filtered.name, condition: 'locale' },
        },
        request: { method: 'POST' },
        result: null,
      });
      expect((await test(id, { documentId, locale: 'de' })).body.verdict.withheldBy).toEqual({
        by: 'endpoint',
        id,
        name,
        condition: 'entry.title',
      });
      expect(requestsTo('/200/withheld')).toEqual([]);
    });

    it('knows the version before where there is one, and takes conditions on others to hold', async () => {
      const { id } = await subscribe({ filter: { changed: { $contains: ['slug'] } } });
      const { documentId } = await create({ title: 'One', slug: 'one' });
      await articles().publish({ documentId });
      const verdict = async (entry: object) =>
        (await test(id, { documentId, ...entry }, { dryRun: true })).body.verdict;
      const draft = { event: 'entry.publish', status: 'draft' };
      await articles().update({ documentId, data: { title: 'Two' } as never });
      expect((await verdict(draft)).withheldBy?.condition).toBe('changed.$contains');
      await articles().update({ documentId, data: { slug: 'two' } as never });
      expect(await verdict(draft)).toMatchObject({ sent: true, assumed: [] });
      expect(await verdict({ event: 'entry.update' })).toMatchObject({
        sent: true,
        assumed: ['previous'],
      });
    });

    it('includes the version before where there is one, and names it where there is not', async () => {
      const { id } = await subscribe({ shape: { include: ['previous'] } });
      const { documentId } = await create({ title: 'One' });
      await articles().publish({ documentId });
      await articles().update({ documentId, data: { title: 'Two' } as never });
      const asked = async (entry: object) =>
        (await test(id, { documentId, ...entry }, { dryRun: true })).body;
      const known = await asked({ event: 'entry.publish', status: 'draft' });
      expect(payloadOf(known.request?.body)).toMatchObject({ previous: { title: 'One' } });
      expect(known.missing).toEqual([]);
      const unknown = await asked({ event: 'entry.update' });
      expect(payloadOf(unknown.request?.body)).not.toHaveProperty('previous');
      expect(unknown.missing).toEqual(['previous']);
    });

    it('is no dead letter and does not count against the endpoint when it fails', async () => {
      // First the article: its own event would fail, too.
      const { documentId } = await create({ title: 'One' });
      const { id } = await subscribe({
        url: `${api.receiver.url}/500`,
        retryPolicy: { kind: 'preset', preset: 'standard' },
      });
      const { body } = await test(id, { documentId, event: 'entry.create' });
      expect(body.result?.attempt.status).toBe(500);
      expect(await api.stateOf(body.result!.messageId)).toBe('canceled');
      expect(await api.get(`/endpoints/${id}`)).toMatchObject({
        counts: { pending: 0, dead: 0 },
        firstFailureAt: null,
        breaker: null,
      });
    });

    it('says which part of the entry is wrong', async () => {
      const { id } = await subscribe();
      const { documentId } = await create({ title: 'One' });
      const fieldOf = async (entry: object) => {
        const { status, body } = await api.call('POST', `/endpoints/${id}/test`, {
          entry: { uid: ARTICLE, documentId, event: 'entry.create', ...entry },
        });
        expect(status).toBe(400);
        return body.error.details.errors?.[0]?.path.join('.');
      };
      expect(await fieldOf({ uid: 'api::nothing.nothing' })).toBe('entry.uid');
      expect(await fieldOf({ uid: 'api::author.author' })).toBe('entry.uid');
      expect(await fieldOf({ documentId: 'nobody' })).toBe('entry.documentId');
      expect(await fieldOf({ locale: 'fr' })).toBe('entry.locale');
      expect(await fieldOf({ status: 'published' })).toBe('entry.status');
      expect(await fieldOf({ event: 'entry.gone' })).toBe('entry.event');
      expect(await fieldOf({ colour: 'red' })).toBe('entry.colour');
      const dry = await api.call('POST', `/endpoints/${id}/test`, { dryRun: true });
      expect(dry.body.error.details.errors?.[0]?.path).toEqual(['entry']);
    });

    it('does not show the payload without the permission', async () => {
      const { id } = await subscribe();
      const { documentId } = await create({ title: 'One' });
      const ask = await api.adminWith('endpoints.test');
      const { body } = await ask<EntryTestResult>('POST', `/endpoints/${id}/test`, {
        entry: { uid: ARTICLE, documentId, event: 'entry.create' },
      });
      expect(body.request).toMatchObject({ method: 'POST', body: null });
      expect(body.result?.attempt.response?.body).toBeNull();
    });
  });

  describe('events replayed to an endpoint', () => {
    const replay = (endpointId: number, filter: object, more: object = {}) =>
      api.call<{ job: JobView; matched: number }>('POST', '/events/replay', {
        endpointId,
        filter,
        ...more,
      });
    const finished = async ({ id }: JobView): Promise<JobView> => {
      await api.runtime.maintenance.stepJobs();
      await api.deliver();
      return api.get<JobView>(`/jobs/${id}`);
    };
    /** An article whose events reach nobody but this endpoint, and are in the log. */
    async function logged(title: string, more: object = {}): Promise<string> {
      const { documentId } = await create({ title, slug: title, ...more });
      await articles().publish({ documentId });
      return documentId;
    }

    it('are counted first, then sent in the present shape, with new ids', async () => {
      const first = await subscribe({ url: `${api.receiver.url}/200/first` });
      const author = await api.app.strapi
        .documents('api::author.author')
        .create({ data: { name: 'Ada' } as never });
      const documentId = await logged('Replayed', { author: author.documentId });
      await api.deliver();
      const other = await api.createTopic({ events: ['entry.delete'], contentTypes: [ARTICLE] });
      const later = await api.createEndpoint({
        topicIds: [other.id],
        url: `${api.receiver.url}/200/later`,
        shape: { fields: ['title'], populate: { author: { fields: ['name'] } } },
      });
      const counted = await replay(later.id, { entryDocumentId: documentId }, { dryRun: true });
      expect(counted.body).toEqual({ dryRun: true, matched: 2 });
      const { status, body } = await replay(later.id, { entryDocumentId: documentId });
      expect(status).toBe(201);
      expect(await finished(body.job)).toMatchObject({
        kind: 'replay-events',
        state: 'finished',
        total: 2,
        done: 2,
        skipped: 0,
        outcome: { replayed: 2, delivered: 2, failed: 0 },
      });
      const sent = requestsTo('/200/later');
      const created = sent
        .map((one) => JSON.parse(one.body.toString()) as Payload)
        .find(({ event }) => event === 'entry.create');
      expect(created?.entry).toEqual({
        id: expect.any(Number) as number,
        documentId,
        title: 'Replayed',
        author: { id: expect.any(Number) as number, documentId: author.documentId, name: 'Ada' },
      });
      expect(sent[0]?.headers['x-payload-reduced']).toBeUndefined();
      const ids = requestsTo('/200/first').map(({ headers }) => headers['webhook-id']);
      expect(ids).not.toContain(sent[0]?.headers['webhook-id']);
      const log = await api.get<Page<LoggedEvent>>(`/events?entryDocumentId=${documentId}`);
      expect(log.results.map(({ deliveries }) => deliveries.map((one) => one.endpointId))).toEqual([
        expect.arrayContaining([first.id, later.id]),
        expect.arrayContaining([first.id, later.id]),
      ]);
    });

    it('say that a shape asks for more than the events kept', async () => {
      await subscribe();
      const documentId = await logged('Deep');
      const { id } = await api.createEndpoint({
        url: `${api.receiver.url}/200/deep`,
        topicIds: [topic.id],
        shape: { populate: { author: { populate: { articles: true } } } },
      });
      const author = await api.app.strapi
        .documents('api::author.author')
        .create({ data: { name: 'Ada' } as never });
      await articles().update({ documentId, data: { author: author.documentId } as never });
      const already = requestsTo('/200/deep').length;
      const { body } = await replay(id, { entryDocumentId: documentId, event: ['entry.update'] });
      expect(await finished(body.job)).toMatchObject({ done: 1, skipped: 0 });
      const sent = requestsTo('/200/deep').slice(already);
      const reduced = sent.filter(({ headers }) => headers['x-payload-reduced'] === 'true');
      expect(
        reduced.map((one) => (JSON.parse(one.body.toString()) as Payload).entry.author)
      ).toEqual([expect.objectContaining({ name: 'Ada' })]);
    });

    it('are withheld by the present filter, and counted', async () => {
      await subscribe();
      const documentId = await logged('Withheld');
      const { id } = await subscribe({
        url: `${api.receiver.url}/200/choosy`,
        filter: { event: 'entry.publish', entry: { title: 'Withheld' } },
      });
      const { body } = await replay(id, { entryDocumentId: documentId });
      expect(await finished(body.job)).toMatchObject({ done: 2, skipped: 1 });
      expect(requestsTo('/200/choosy').map((one) => one.headers['x-strapi-event'])).toEqual([
        'entry.publish',
      ]);
    });

    it('go on after a restart where they were, none twice', async () => {
      await subscribe();
      const { documentId } = await create({ title: 'Many' });
      for (let n = 0; n < 24; n += 1) {
        await articles().update({ documentId, data: { title: `Many ${n}` } as never });
      }
      const { id } = await api.createEndpoint({ url: `${api.receiver.url}/200/many` });
      const { store, directory } = api.runtime;
      await directory.refresh();
      const other = createRuntime(api.app.strapi);
      await other.directory.refresh();
      const makeMessages = createEventReplay({ ...other, schemas: other.schema.schemas });
      const step = { ...NO_MESSAGES, makeMessages, limit: 200, leaseMs: 1, token: 'a', now: 1 };
      const filter = { endpointId: [id], entryDocumentId: documentId };
      const upTo = await store.maxEventId();
      // In one transaction, so that the app's own upkeep does not take the first step.
      const job = await api.app.strapi.db.transaction(async () => {
        await store.createJob({ kind: 'replay-events', filter, upTo, total: 25, now: 0 });
        return store.stepJob(step);
      });
      expect(job).toMatchObject({ done: 20 });
      expect(await finished(job as unknown as JobView)).toMatchObject({ done: 25 });
      const titles = requestsTo('/200/many').map(
        (one) => (JSON.parse(one.body.toString()) as Payload).entry.title
      );
      expect([titles.length, new Set(titles).size]).toEqual([25, 25]);
      await other.stop();
    });

    it('stop when their endpoint is deleted', async () => {
      await subscribe();
      const documentId = await logged('Gone');
      const { id } = await api.createEndpoint();
      const { store } = api.runtime;
      await api.call('DELETE', `/endpoints/${id}`);
      const { id: jobId } = await store.createJob({
        kind: 'replay-events',
        filter: { endpointId: [id], entryDocumentId: documentId },
        upTo: await store.maxEventId(),
        total: 2,
        now: 0,
      });
      expect(await finished({ id: jobId } as JobView)).toMatchObject({
        state: 'canceled',
        done: 0,
      });
    });

    it('are refused with the field that is wrong', async () => {
      const { id } = await subscribe();
      const fieldOf = async (endpointId: number, filter: object) => {
        const { status, body } = await api.call('POST', '/events/replay', { endpointId, filter });
        expect(status).toBe(400);
        return body.error.details.errors?.[0]?.path.join('.');
      };
      expect(await fieldOf(99_999, {})).toBe('endpointId');
      expect(await fieldOf(id, { from: 2, to: 1 })).toBe('filter.to');
      expect(await fieldOf(id, { topic: ['x'] })).toBe('filter.topic');
      expect(await fieldOf(id, { event: [] })).toBe('filter.event');
    });
  });

  describe('a trial on the log', () => {
    const trial = async (path: string, input: object): Promise<TrialResult> =>
      api.post<TrialResult>(path, input);

    it('says what a filter and a shape would have made of the latest events', async () => {
      const own = await api.createTopic({ events: ['entry.create'], contentTypes: [ARTICLE] });
      await subscribe({ topicIds: [own.id] });
      await create({ title: 'Ada' });
      await create({ title: 'Bob' });
      const input = {
        topicIds: [own.id],
        filter: { entry: { title: 'Ada' } },
        shape: { payload: 'thin' },
      };
      const found = await trial('/endpoints/trial', input);
      expect(found.tried).toBe(found.sent + found.withheld);
      const [bob, ada] = found.events;
      expect(bob).toMatchObject({
        event: { name: 'entry.create', entryTitle: 'Bob' },
        verdict: { sent: false, withheldBy: { by: 'endpoint', condition: 'entry.title' } },
      });
      expect(ada).toMatchObject({ event: { entryTitle: 'Ada' }, verdict: { sent: true } });
      const one = await trial('/endpoints/trial', { ...input, eventId: ada?.event.id });
      expect(one.tried).toBe(1);
      expect(JSON.parse(one.request?.request?.body?.text ?? '')).toMatchObject({
        type: 'entry.create',
      });

      const byTopic = await trial('/topics/trial', {
        events: ['entry.create'],
        contentTypes: [ARTICLE],
        filter: { entry: { title: 'Bob' } },
      });
      expect(byTopic.events[0]?.verdict.sent).toBe(true);
      expect(byTopic.events[1]?.verdict.withheldBy).toMatchObject({
        by: 'topic',
        condition: 'entry.title',
      });
    });

    it('takes conditions on what the events did not keep to hold', async () => {
      const { events } = await trial('/endpoints/trial', {
        topicIds: [topic.id],
        filter: { $not: { previous: { title: 'x' } }, changed: { $contains: ['title'] } },
        shape: { include: ['changed'] },
      });
      expect(events.length).toBeGreaterThan(0);
      expect(events.every(({ verdict }) => verdict.sent)).toBe(true);
      expect(events[0]).toMatchObject({ verdict: { assumed: ['previous'] }, missing: ['changed'] });
    });

    it('is bounded to 200 events', async () => {
      const uid = 'api::category.category';
      const many = await api.createTopic({ events: ['entry.update'], contentTypes: [uid] });
      await subscribe({ topicIds: [many.id] });
      const payload = { event: 'entry.update', uid, entry: { id: 1, documentId: 'c1', name: 'C' } };
      await api.runtime.recorder.record(
        Array.from({ length: 201 }, () => ({
          name: 'entry.update',
          uid,
          entryDocumentId: 'c1',
          entryLocale: null,
          body: { text: JSON.stringify(payload), encoding: 'utf8' as const },
          contentType: 'application/json',
          actor: { kind: 'none' as const },
          source: 'content' as const,
          occurredAt: Date.now(),
        }))
      );
      const { tried, events } = await trial('/endpoints/trial', { topicIds: [many.id] });
      expect(tried).toBe(200);
      expect(events.map(({ event }) => event.id)).toEqual(
        events.map(({ event }) => event.id).toSorted((a, b) => b - a)
      );
    });

    it('refuses what saving would refuse, at its field', async () => {
      const fieldOf = async (path: string, input: object) => {
        const { status, body } = await api.call('POST', path, input);
        expect(status).toBe(400);
        return body.error.details.errors?.[0]?.path.join('.');
      };
      const topicIds = [topic.id];
      const filter = { entry: { titel: 'x' } };
      expect(await fieldOf('/endpoints/trial', { topicIds, filter })).toBe('filter.entry.titel');
      expect(await fieldOf('/endpoints/trial', { topicIds, shape: { fields: ['titel'] } })).toBe(
        'shape.fields.0'
      );
      expect(await fieldOf('/endpoints/trial', { topicIds, eventId: 999_999 })).toBe('eventId');
      expect(
        await fieldOf('/topics/trial', { events: ['entry.*'], contentTypes: [ARTICLE], filter })
      ).toBe('filter.entry.titel');
    });

    it('shows no payload without the permission', async () => {
      const ask = await api.adminWith('messages.read');
      const { body } = await ask<TrialResult>('POST', '/endpoints/trial', { topicIds: [topic.id] });
      expect(body.events[0]?.event.entryTitle).toBeNull();
      const [row] = body.events;
      const one = await ask<TrialResult>('POST', '/endpoints/trial', {
        topicIds: [topic.id],
        eventId: row?.event.id,
      });
      expect(one.body.request?.request?.body).toBeNull();
    });
  });
});
