/** What the list of endpoints shows of their health. */
import type {
  EndpointHealthView,
  EndpointView,
  MessageView,
} from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const HOUR_MS = 3_600_000;

let api: AdminApi;

beforeAll(async () => {
  api = await bootAdminApi();
}, 120_000);

afterAll(async () => {
  await api?.close();
});

const healthOf = async (endpointId: number) =>
  (await api.get<EndpointHealthView[]>('/endpoints/health')).find(
    (health) => health.endpointId === endpointId
  );

it('is empty before the first message', async () => {
  const { id } = await api.createEndpoint();
  expect(await healthOf(id)).toMatchObject({ pending: 0, dead: 0, lastDeliveredAt: null });
});

it('reports the last delivery, and the failures since', async () => {
  const { topic, endpoint } = await api.subscribe(200);
  const arrived = await api.publish(topic);
  const { finishedAt } = await api.get<{ finishedAt: number }>(`/messages/${arrived}`);
  expect(await healthOf(endpoint.id)).toMatchObject({ dead: 0, lastDeliveredAt: finishedAt });

  const { endpoint: broken } = await api.deadMessages(2);
  expect(await healthOf(broken.id)).toMatchObject({ dead: 2, lastDeliveredAt: null });
});

it('counts messages on hold', async () => {
  const { topic, endpoint } = await api.subscribe(200);
  await api.call('POST', `/endpoints/${endpoint.id}/pause`, {});
  await api.publish(topic);
  expect(await healthOf(endpoint.id)).toMatchObject({ pending: 1, lastDeliveredAt: null });
});

it('tries a message that waits for its retry when a suspended endpoint is resumed', async () => {
  const topic = await api.createTopic();
  const endpoint = await api.createEndpoint({
    url: `${api.receiver.url}/503`,
    topicIds: [topic.id],
    retryPolicy: { kind: 'list', delaysMs: [HOUR_MS, HOUR_MS] },
  });
  const messageId = await api.publish(topic);
  const open = { since: 1, until: Date.now() + HOUR_MS, times: 1 };
  const breaker = JSON.stringify({ window: null, open });
  await api.app.strapi.db.connection('gw_endpoints').where({ id: endpoint.id }).update({ breaker });
  await api.runtime.directory.refresh();
  expect(await api.get<MessageView>(`/messages/${messageId}`)).toMatchObject({ held: true });

  await api.post<EndpointView>(`/endpoints/${endpoint.id}/resume`, { held: 'deliver' });
  await api.runtime.probes.refresh();
  await api.deliver();
  expect(await api.get<MessageView>(`/messages/${messageId}`)).toMatchObject({ attempts: 2 });
});
