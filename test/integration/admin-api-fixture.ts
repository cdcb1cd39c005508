/** A booted Strapi with the plugin, a receiver to deliver to, and admins with exactly the rights a test names. */
import type {
  ApiError,
  EndpointInput,
  EndpointSecret,
  EndpointView,
  MessageState,
  MessageView,
  TopicInput,
  TopicView,
} from '../../server/src/panel/contract';
import { actionOf, type Permission } from '../../server/src/panel/permissions';
import type { PublishResult } from '../../server/src/api/publisher';
import type { Runtime } from '../../server/src/runtime/runtime';
import type { Send } from '../support/http';
import { createReceiver, type Received, type Receiver } from '../support/receiver';
import {
  bootStrapi,
  type BootedStrapi,
  type BootOptions,
  type HttpResponse,
} from '../support/strapi';

const PASSWORD = 'Password123';

/** What an answer is expected to be is said by the test; unsaid, it is a refusal. */
export type Call = <Body = ApiError>(
  method: string,
  path: string,
  body?: unknown
) => Promise<HttpResponse<Body>>;

export interface Subscription {
  topic: TopicView;
  endpoint: EndpointView & EndpointSecret;
}

export interface AdminApi {
  app: BootedStrapi;
  runtime: Runtime;
  receiver: Receiver;
  /** As the super admin; paths begin after `/guaranteed-webhooks`. */
  call: Call;
  /** As an admin whose one role may do this and nothing else. */
  adminWith(...permissions: Permission[]): Promise<Call>;
  createTopic(input?: Partial<TopicInput>): Promise<TopicView>;
  createEndpoint(input?: Partial<EndpointInput>): Promise<EndpointView & EndpointSecret>;
  /** Succeeds, or the test has failed. */
  get<Body>(path: string): Promise<Body>;
  post<Body = unknown>(path: string, body?: unknown): Promise<Body>;
  /** A topic, and an endpoint of it that answers with `status`. */
  subscribe(status: number): Promise<Subscription>;
  /** So many dead letters of a new topic. */
  deadMessages(count: number): Promise<Subscription & { ids: string[] }>;
  stateOf(messageId: string): Promise<MessageState>;
  /** What the receiver got of a message, in order. */
  received(messageId: string): Received[];
  /** One message to the endpoints of a topic, brought to an end. @returns its id. */
  publish(topic: TopicView, payload?: unknown): Promise<string>;
  /** Sends what is due, and waits until nothing is. */
  deliver(): Promise<void>;
  /** Rows of each table: what must be the same after a refused request. */
  rowCounts(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

interface Roles {
  create(role: object): Promise<{ id: number }>;
  assignPermissions(id: number, permissions: object[]): Promise<unknown>;
}

interface Users {
  create(user: object): Promise<unknown>;
}

const TABLES = ['topic', 'endpoint', 'event', 'message', 'attempt'] as const;

export async function bootAdminApi(options: BootOptions = {}): Promise<AdminApi> {
  const app = await bootStrapi(options);
  const receiver = await createReceiver();
  const runtime = app.strapi.plugin('guaranteed-webhooks').service<Runtime>('runtime');
  let made = 0;

  const callAs =
    (send: Send): Call =>
    (method, path, body) =>
      send(method, `/guaranteed-webhooks${path}`, body);
  const call = callAs(app.http.admin);

  const api: AdminApi = {
    app,
    runtime,
    receiver,
    call,

    async adminWith(...permissions) {
      const name = `admin${++made}`;
      const roles = app.strapi.service('admin::role') as unknown as Roles;
      const users = app.strapi.service('admin::user') as unknown as Users;
      const role = await roles.create({ name, description: name });
      await roles.assignPermissions(
        role.id,
        permissions.map((permission) => ({
          action: actionOf(permission),
          subject: null,
          properties: {},
          conditions: [],
        }))
      );
      const email = `${name}@example.com`;
      await users.create({
        firstname: name,
        lastname: name,
        email,
        password: PASSWORD,
        isActive: true,
        roles: [role.id],
      });
      const login = await app.http.ok(
        app.http.as(null)<{ data: { token: string } }>('POST', '/admin/login', {
          email,
          password: PASSWORD,
        })
      );
      return callAs(app.http.as(login.data.token));
    },

    async createTopic(input = {}) {
      const defaults = { name: `topic-${++made}`, events: [], contentTypes: null };
      return api.post<TopicView>('/topics', { ...defaults, ...input });
    },

    async createEndpoint(input = {}) {
      const defaults = {
        name: `endpoint-${++made}`,
        url: `${receiver.url}/200`,
        topicIds: [],
        retryPolicy: { kind: 'preset', preset: 'none' },
      };
      return api.post<EndpointView & EndpointSecret>('/endpoints', { ...defaults, ...input });
    },

    get: (path) => app.http.ok(call('GET', path)),
    post: (path, body = {}) => app.http.ok(call('POST', path, body)),

    async subscribe(status) {
      const topic = await api.createTopic();
      const url = `${receiver.url}/${status}`;
      return { topic, endpoint: await api.createEndpoint({ url, topicIds: [topic.id] }) };
    },

    async deadMessages(count) {
      const { topic, endpoint } = await api.subscribe(500);
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) ids.push(await api.publish(topic, { n }));
      return { topic, endpoint, ids };
    },

    stateOf: async (messageId) => (await api.get<MessageView>(`/messages/${messageId}`)).state,

    received: (messageId) =>
      receiver.requests.filter(({ headers }) => headers['webhook-id'] === messageId),

    async publish(topic, payload = { hello: 'world' }) {
      const { messageIds } = await api.post<PublishResult>(`/topics/${topic.id}/publish`, {
        payload,
      });
      await api.deliver();
      return messageIds[0] ?? '';
    },

    deliver: () => runtime.dispatcher.tick(),

    async rowCounts() {
      const counts = await Promise.all(
        TABLES.map(async (name) => [
          name,
          await app.strapi.db.query(`plugin::guaranteed-webhooks.${name}`).count(),
        ])
      );
      return Object.fromEntries(counts) as Record<string, number>;
    },

    async close() {
      await app.close();
      await receiver.close();
    },
  };

  // `/503` is answered with 503: what an endpoint does is read from its URL.
  receiver.respondWith(({ path }) => ({
    status: Number(/^\/(\d{3})/.exec(path)?.[1] ?? 200),
    body: 'answer',
  }));
  return api;
}
