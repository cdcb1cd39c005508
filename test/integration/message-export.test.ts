/** The export of messages: what a filter matches, whole, in either format, as its caller may read it. */
import type { PublisherService } from '../../server/src/api/publisher';
import { MAX_EXPORTED } from '../../server/src/panel/services/message-export';
import { describeEachDatabase } from '../support/strapi';
import { bootAdminApi, type AdminApi, type Call } from './admin-api-fixture';

interface Exported {
  messageId: string;
  entryTitle: string | null;
  body?: { text: string; encoding: string } | null;
}

describeEachDatabase('the export of messages', (database) => {
  let api: AdminApi;

  beforeAll(async () => {
    api = await bootAdminApi({ database });
  }, 120_000);

  afterAll(async () => {
    await api?.close();
  });

  const json = async (query: string, call: Call = api.call): Promise<Exported[]> => {
    const { status, body } = await call<Exported[]>('GET', `/messages/export?format=json&${query}`);
    expect(status).toBe(200);
    return body;
  };
  const csv = async (query: string): Promise<string> => {
    const response = await fetch(
      `${api.app.http.origin}/guaranteed-webhooks/messages/export?${query}`,
      {
        headers: { authorization: `Bearer ${api.app.http.adminToken}` },
      }
    );
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="messages.csv"');
    expect(response.headers.get('x-export-cut')).toBe('false');
    return response.text();
  };

  it('has what the filter matches, over many pages, newest first', async () => {
    const { topic } = await api.subscribe(200);
    const ids: string[] = [];
    for (let n = 0; n < 45; n += 1) ids.push(await api.publish(topic, { n }));
    const exported = await json(`topic=${topic.name}&payloads=true`); // pages of 20
    expect(exported.map(({ messageId }) => messageId)).toEqual([...ids].reverse());
    expect(exported[0]?.body).toEqual({ text: '{"n":44}', encoding: 'utf8' });
    expect(await json(`topic=${topic.name}`)).toMatchObject(
      exported.map(({ messageId }) => ({ messageId }))
    );
    expect((await json(`topic=${topic.name}`))[0]).not.toHaveProperty('body');
    expect(await json(`topic=${topic.name}&state=dead`)).toEqual([]);
    expect(await json(`messageId=${ids[3]}`)).toHaveLength(1);
  });

  it('writes CSV that a spreadsheet does not calculate', async () => {
    const topic = await api.createTopic();
    const name = `=HYPERLINK("https://evil.example","${topic.id}")`;
    const endpoint = await api.createEndpoint({ topicIds: [topic.id], name });
    const id = await api.publish(topic, { text: 'a "quote"' });
    const [head, row, ...rest] = (await csv(`endpointId=${endpoint.id}&payloads=true`)).split(
      '\r\n'
    );
    expect(head).toMatch(/^\uFEFF?"messageId","state",/);
    expect(row).toContain(`"${id}","delivered",`);
    expect(row).toContain(`"'=HYPERLINK(""https://evil.example"",""${topic.id}"")"`);
    expect(row).toContain('"{""text"":""a \\""quote\\""""}","utf8"');
    expect(rest).toEqual(['']);
  });

  it('shows payloads and titles to those who may read them', async () => {
    const topic = await api.createTopic({
      events: ['entry.publish'],
      contentTypes: ['api::article.article'],
    });
    await api.createEndpoint({ topicIds: [topic.id] });
    const articles = api.app.strapi.documents('api::article.article');
    await articles.create({ data: { title: 'Ten gardens' }, status: 'published' });
    const reader = await api.adminWith('messages.read');
    const query = `topic=${topic.name}`;

    expect(await json(query)).toMatchObject([{ entryTitle: 'Ten gardens' }]);
    expect(await json(query, reader)).toMatchObject([{ entryTitle: null }]);
    expect(await json(`${query}&search=gardens`)).toHaveLength(1);
    expect(await json(`${query}&search=gardens`, reader)).toEqual([]);
    const refused = await reader('GET', `/messages/export?payloads=true&${query}`);
    expect(refused.status).toBe(403);
  });

  it('hides redacted bodies', async () => {
    const topic = await api.createTopic();
    await api.createEndpoint({ topicIds: [topic.id] });
    const publisher = api.app.strapi
      .plugin('guaranteed-webhooks')
      .service<PublisherService>('publisher');
    await publisher.publish({
      topic: topic.name,
      payload: { card: '4111' },
      redact: { body: true, headers: false },
    });
    const exported = await json(`topic=${topic.name}&payloads=true`);
    expect(exported).toHaveLength(1);
    expect(JSON.stringify(exported)).not.toContain('4111');
  });

  it('refuses what it does not know, at its field', async () => {
    const refused = async (query: string) =>
      (await api.call('GET', `/messages/export?${query}`)).body.error.details;
    expect(await refused('format=xml')).toMatchObject({ errors: [{ path: ['format'] }] });
    expect(await refused('pageSize=5')).toMatchObject({ errors: [{ path: ['pageSize'] }] });
    expect(await refused('stat=dead')).toMatchObject({ errors: [{ path: ['stat'] }] });
  });

  it('says when more match than it has', async () => {
    const { store } = api.runtime;
    const { countMatching } = store;
    store.countMatching = () => Promise.resolve(MAX_EXPORTED + 1);
    const response = await fetch(
      `${api.app.http.origin}/guaranteed-webhooks/messages/export?topic=none`,
      { headers: { authorization: `Bearer ${api.app.http.adminToken}` } }
    );
    store.countMatching = countMatching;
    expect(response.headers.get('x-export-cut')).toBe('true');
    await response.text();
  });

  it('breaks off when the database fails, so that the file does not look complete', async () => {
    const { topic } = await api.subscribe(200);
    for (let n = 0; n < 21; n += 1) await api.publish(topic, { n });
    const { store } = api.runtime;
    const { listMessages } = store;
    let calls = 0;
    store.listMessages = (...args) =>
      ++calls > 1 ? Promise.reject(new Error('the database is gone')) : listMessages(...args);
    const response = await fetch(
      `${api.app.http.origin}/guaranteed-webhooks/messages/export?payloads=true&topic=${topic.name}`,
      { headers: { authorization: `Bearer ${api.app.http.adminToken}` } }
    );
    await expect(response.text()).rejects.toThrow();
    store.listMessages = listMessages;
  });
});
