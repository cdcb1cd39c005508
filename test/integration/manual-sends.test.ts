/** Entries that an editor sends by hand, as they are now. */
import type {
  AuditEntry,
  EndpointInput,
  MessageDetail,
  Page,
  SendResult,
  SendTargets,
} from '../../server/src/panel/contract';
import { connectAgain } from '../support/second-connection';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
const AUTHOR = 'api::author.author';

interface Sent {
  event: string;
  entry: { documentId: string; title?: string };
}

interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  publish(params: object): Promise<unknown>;
}

describeEachDatabase('an entry sent by hand', (database) => {
  let api: AdminApi;
  let made = 0;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);
  afterAll(async () => {
    await api?.close();
  });

  const articles = () => api.app.strapi.documents(ARTICLE) as unknown as Documents;

  /** An endpoint with a path of its own. */
  async function subscribe(contentTypes: string[], settings: Partial<EndpointInput> = {}) {
    const topic = await api.createTopic({ events: ['entry.*'], contentTypes });
    const path = `/200/by-hand-${++made}`;
    const url = api.receiver.url + path;
    const { id } = await api.createEndpoint({ url, topicIds: [topic.id], ...settings });
    return { id, path, topic };
  }

  const requestsTo = (path: string) =>
    api.receiver.requests.filter((request) => request.path === path);
  const sentTo = (path: string): Sent[] =>
    requestsTo(path).map(({ body }) => JSON.parse(body.toString()) as Sent);

  const send = (id: number, documentIds: string[], more: object = {}) =>
    api.call<SendResult>('POST', `/endpoints/${id}/send`, { uid: ARTICLE, documentIds, ...more });

  it('sends entries as they are now, and says who did', async () => {
    const { id, path, topic } = await subscribe([ARTICLE], {
      filter: { entry: { slug: { $ne: 'withheld' } } },
      delivery: { mode: 'latest' },
      ignoredActors: [{ kind: 'admin', id: 1 }],
    });
    const [kept, withheld] = [
      await articles().create({ data: { title: 'Kept', slug: 'kept' } }),
      await articles().create({ data: { title: 'Withheld', slug: 'withheld' } }),
    ];
    await api.deliver();
    const before = sentTo(path).length;
    const documentIds = [kept.documentId, withheld.documentId, kept.documentId];
    const { status, body } = await send(id, documentIds, { locale: 'en' });
    expect([status, body.skipped, body.messageIds.length]).toEqual([201, 1, 1]);
    await api.deliver();
    expect(sentTo(path).slice(before)).toMatchObject([
      { event: 'entry.update', entry: { title: 'Kept' } },
    ]);
    expect(requestsTo(path).at(-1)?.headers).toMatchObject({
      'x-strapi-event': 'entry.update',
      'upstash-topic-name': topic.name,
    });
    const message = await api.get<MessageDetail>(`/messages/${body.messageIds[0]}`);
    const { label } = message.cause.actor;
    expect(message.labels).toEqual(['sent-by-hand', `sent-by-hand:${label}`]);
    expect(message.cause).toMatchObject({ source: 'manual', actor: { kind: 'admin' } });
    const audit = await api.get<Page<AuditEntry>>(`/audit-log?item=endpoint&key=${id}`);
    expect(audit.results[0]).toMatchObject({ action: 'send-entries', actor: { label } });
  });

  it('sends to the endpoints of a topic what they are told of', async () => {
    const published = await api.createTopic({
      events: ['entry.publish'],
      contentTypes: [ARTICLE],
    });
    const one = await subscribe([ARTICLE], { topicIds: [published.id] });
    const two = await subscribe([ARTICLE], { topicIds: [published.id] });
    const draft = await articles().create({ data: { title: 'Only a draft' } });
    const { documentId } = await articles().create({ data: { title: 'Public' } });
    await articles().publish({ documentId });
    await api.deliver();
    const targets = await api.get<SendTargets>(`/send-targets?uid=${ARTICLE}`);
    expect(targets.topics).toContainEqual({ id: published.id, name: published.name });
    expect(targets.endpoints.map(({ id }) => id)).toEqual(expect.arrayContaining([one.id, two.id]));
    const authorsOnly = await subscribe([AUTHOR]);
    expect(targets.endpoints.map(({ id }) => id)).not.toContain(authorsOnly.id);

    const sent = await api.post<SendResult>(`/topics/${published.id}/send`, {
      uid: ARTICLE,
      documentIds: [draft.documentId, documentId],
    });
    expect([sent.messageIds.length, sent.skipped]).toEqual([2, 2]);
    await api.deliver();
    for (const { path } of [one, two]) {
      expect(sentTo(path).map(({ entry }) => entry.title)).toEqual(['Public', 'Public']);
    }
  });

  if (database !== 'sqlite') {
    it('waits for a change that is under way', async () => {
      const { id, path } = await subscribe([ARTICLE]);
      const { strapi, close } = connectAgain(api.app.strapi);
      const { documentId } = await articles().create({ data: { title: 'Before' } });
      const open = await strapi.db.connection.transaction();
      await open('articles').where({ document_id: documentId }).update({ title: 'After' });
      const sending = send(id, [documentId]);
      await open.commit();
      expect((await sending).status).toBe(201);
      await api.deliver();
      expect(sentTo(path).at(-1)?.entry.title).toBe('After');
      await close();
    });
  }

  it('is refused with the field that is wrong', async () => {
    const { id } = await subscribe([AUTHOR]);
    const { documentId } = await articles().create({ data: { title: 'Refused' } });
    const refusal = async (input: object, endpointId = id) => {
      const given = { uid: AUTHOR, documentIds: ['no'], ...input };
      const { status, body } = await api.call('POST', `/endpoints/${endpointId}/send`, given);
      return [status, body.error.details.errors?.[0]?.path.join('.')];
    };
    expect(await refusal({ uid: 'api::no.no' })).toEqual([400, 'uid']);
    expect(await refusal({ uid: ARTICLE, documentIds: [documentId] })).toEqual([400, 'uid']);
    expect(await refusal({})).toEqual([400, 'documentIds.0']);
    expect(await refusal({ documentIds: [] })).toEqual([400, 'documentIds']);
    expect((await refusal({}, 99_999))[0]).toBe(404);
  });
});
