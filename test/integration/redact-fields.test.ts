/** `payload.redactFields`: what an operator is not shown is sent all the same. */
import type {
  AttemptView,
  EventView,
  MessageDetail,
  StoredBody,
} from '../../server/src/panel/contract';
import { bootAdminApi, type AdminApi } from './admin-api-fixture';

const SECRET = 's3cret-value';

let api: AdminApi;
beforeAll(async () => {
  api = await bootAdminApi({
    plugin: {
      http: { allow: { cidrs: ['127.0.0.1/32'] } },
      payload: { redactFields: ['password', 'customer.email'] },
    },
  });
}, 120_000);
afterAll(() => api.close());

it('hides fields of requests and responses wherever bodies are shown, and sends them as they are', async () => {
  const { topic, endpoint } = await api.subscribe(500);
  const answer = JSON.stringify({ error: 'no', password: SECRET });
  api.receiver.respondWith(() => ({ status: 500, body: answer }));
  const payload = { password: SECRET, customer: { email: SECRET, name: 'Ada' } };
  const id = await api.publish(topic, payload);

  expect(JSON.parse(api.received(id)[0]?.body.toString() ?? '')).toEqual(payload);

  const message = await api.get<MessageDetail>(`/messages/${id}`);
  expect(JSON.parse(message.body?.text ?? '')).toEqual({
    password: '[redacted]',
    customer: { email: '[redacted]', name: 'Ada' },
  });
  expect(message.attemptLog[0]?.response?.body?.text).toBe(
    '{"error":"no","password":"[redacted]"}'
  );
  const event = await api.get<EventView & { body: StoredBody }>(`/events/${message.eventId}`);
  const test = await api.post<{ attempt: AttemptView }>(`/endpoints/${endpoint.id}/test`);
  const qstash = '/api/guaranteed-webhooks/v2';
  const asked = await Promise.all(
    [`${qstash}/dlq`, `${qstash}/messages/${id}`, `${qstash}/logs`].map((path) =>
      api.app.http.api('GET', path)
    )
  );
  for (const shown of [message, event, test, ...asked]) {
    const text = JSON.stringify(shown);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(answer).toString('base64'));
  }
});
