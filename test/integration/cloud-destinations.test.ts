/**
 * Endpoints that are cloud services, against a server that verifies signatures and tokens by the published
 * algorithms: what is accepted, refused, throttled, missing and not confirmed.
 */
import { Webhook } from 'standardwebhooks';

import type {
  EndpointInput,
  EndpointView,
  MessageDetail,
  TestSendResult,
} from '../../server/src/panel/contract';
import { createAuthority } from '../support/certificates';
import {
  AWS_LOGIN,
  awsJson,
  awsXml,
  createCloudServices,
  google,
  type Answer,
  type CloudServices,
} from '../support/cloud-services';
import { bootAdminApi, type AdminApi, type Subscription } from './admin-api-fixture';

const ARTICLE = 'api::article.article';
/** No breaker: each test makes failures of its own. */
const PLUGIN = {
  http: { allow: { cidrs: ['127.0.0.1/32'] }, maxResponseBytes: 0 },
  health: { minAttempts: 100_000 },
};
const LATER = { kind: 'list', delaysMs: Array<number>(20).fill(3_600_000) } as const;

interface CloudUnderTest {
  name: string;
  scheme: string;
  /** Of a queue, topic or bus, by its last part. */
  path: (name: string) => string;
  missing: string;
  /** A refusal for now. */
  throttled: Answer;
  /** A success that is none. */
  unconfirmed: Answer;
  reason: string;
}

const SILENT: Answer = { status: 200, body: '{}' };

const CLOUDS: CloudUnderTest[] = [
  {
    name: 'SQS',
    scheme: 'sqs',
    path: (name) => `123456789012/${name}`,
    missing: 'no queue "123456789012/nobody" exists in SQS: QueueDoesNotExist: said by AWS',
    throttled: awsJson(400, 'ThrottlingException'),
    unconfirmed: SILENT,
    reason: 'SQS did not confirm the message',
  },
  {
    name: 'SNS',
    scheme: 'sns',
    path: (name) => `arn:aws:sns:eu-west-1:123456789012:${name}`,
    missing: 'no topic "arn:aws:sns:eu-west-1:123456789012:nobody" exists in SNS: NotFound',
    throttled: awsXml(400, 'Throttling'),
    unconfirmed: SILENT,
    reason: 'SNS did not confirm the message',
  },
  {
    name: 'EventBridge',
    scheme: 'eventbridge',
    path: (name) => name,
    missing: 'no event bus "nobody" exists in EventBridge: ResourceNotFoundException',
    throttled: awsJson(400, 'ThrottlingException'),
    unconfirmed: {
      status: 200,
      body: JSON.stringify({
        FailedEntryCount: 1,
        Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
      }),
    },
    reason: 'EventBridge refused the message: InternalFailure: try again',
  },
  {
    name: 'Pub/Sub',
    scheme: 'pubsub',
    path: (name) => `projects/my-shop/topics/${name}`,
    missing: 'no topic "projects/my-shop/topics/nobody" exists in Pub/Sub: NOT_FOUND',
    throttled: { ...google(429, 'RESOURCE_EXHAUSTED'), headers: { 'Retry-After': '7200' } },
    unconfirmed: SILENT,
    reason: 'Pub/Sub did not confirm the message',
  },
];

const authority = createAuthority('Cloud authority');
let api: AdminApi;
let services: CloudServices;
beforeAll(async () => {
  services = await createCloudServices(authority.issue('cloud.example.com'));
  api = await bootAdminApi({ plugin: PLUGIN });
}, 120_000);
afterAll(async () => {
  await api?.close();
  await services?.close();
});
beforeEach(() => {
  services.stored.splice(0);
  services.authorizations.splice(0);
});

const loginOf = ({ scheme }: CloudUnderTest): string =>
  scheme === 'pubsub' ? services.keyFile : `${AWS_LOGIN.id}:${AWS_LOGIN.secret}`;

const urlOf = (cloud: CloudUnderTest, name = 'articles', login = loginOf(cloud)): string =>
  `${cloud.scheme}://${login}@127.0.0.1:${services.port}/${cloud.path(name)}`;

async function subscribe(input: Partial<EndpointInput>): Promise<Subscription> {
  const topic = await api.createTopic();
  const endpoint = await api.createEndpoint({
    topicIds: [topic.id],
    retryPolicy: LATER,
    tls: { ca: authority.certificate },
    ...input,
  });
  return { topic, endpoint };
}

const detail = (messageId: string): Promise<MessageDetail> =>
  api.get<MessageDetail>(`/messages/${messageId}`);

const lastAttempt = async (messageId: string) => (await detail(messageId)).attemptLog.at(-1);

async function sendAgain(messageId: string): Promise<MessageDetail> {
  await api.post(`/messages/${messageId}/send-now`);
  await api.deliver();
  return detail(messageId);
}

describe.each(CLOUDS)('$name', (cloud) => {
  it('stores the body and the headers that HTTP would have, signed, and confirms it', async () => {
    const { topic, endpoint } = await subscribe({
      url: urlOf(cloud),
      headers: [{ name: 'X-Shop', value: 'main', secret: false }],
    });
    const messageId = await api.publish(topic, { title: 'Zürich' });
    expect(services.stored).toHaveLength(1);
    const [{ body, headers } = { body: '', headers: {} }] = services.stored;
    expect(JSON.parse(body)).toEqual({ title: 'Zürich' });
    expect(headers).toMatchObject({
      'X-Shop': 'main',
      'Content-Type': 'application/json',
      'webhook-id': messageId,
    });
    new Webhook(endpoint.secret).verify(body, headers);
    const message = await detail(messageId);
    expect(message.state).toBe('delivered');
    expect(message.attemptLog).toMatchObject([{ outcome: 'responded', status: 200, error: null }]);
    expect(message.attemptLog[0]?.response?.body?.text).toMatch(/MessageId|messageIds|EventId/);
  });

  it('shows no credentials, and keeps them for the same service only', async () => {
    const { topic, endpoint } = await subscribe({ url: urlOf(cloud) });
    const shown = urlOf(cloud, 'articles', '***');
    expect(endpoint.url).toBe(shown);
    const update = (url: string, version = endpoint.version) =>
      api.call<EndpointView>('PUT', `/endpoints/${endpoint.id}`, {
        name: `${endpoint.name} renamed`,
        url,
        topicIds: [topic.id],
        version,
      });
    const { body: renamed } = await update(shown);
    const message = await detail(await api.publish(topic));
    expect(message).toMatchObject({ state: 'delivered', url: shown });

    const rows = (await api.app.strapi.db.query('plugin::guaranteed-webhooks.endpoint').findMany({
      where: { id: endpoint.id },
    })) as { credentials: string }[];
    expect(rows[0]?.credentials).toMatch(/^enc:/);
    const everything = JSON.stringify([rows, renamed, message]);
    const [authorization = ''] = services.authorizations;
    const derived = /Signature=(\w+)|Bearer (.+)/.exec(authorization);
    for (const secret of [loginOf(cloud), AWS_LOGIN.secret, derived?.[1] ?? derived?.[2] ?? '']) {
      expect(secret).not.toBe('');
      expect(everything).not.toContain(secret);
    }
    const moved = await update(shown.replace('127.0.0.1', '127.0.0.2'), renamed.version);
    expect(moved.status).toBe(400);
  });

  it('is told by the test of an endpoint that the credentials are wrong', async () => {
    const wrong = cloud.scheme === 'pubsub' ? await otherKeyFile() : `${AWS_LOGIN.id}:wrong-secret`;
    const { endpoint } = await subscribe({ url: urlOf(cloud, 'articles', wrong) });
    const { attempt } = await api.post<TestSendResult>(`/endpoints/${endpoint.id}/test`);
    expect(attempt).toMatchObject({
      outcome: 'responded',
      status: cloud.scheme === 'pubsub' ? 401 : 403,
      error: expect.stringContaining(`${cloud.name} refused the credentials: `) as string,
    });
    expect(JSON.stringify(attempt)).not.toContain(wrong);
    expect(services.stored).toEqual([]);
  });

  it('fails where nothing takes the message, and says so', async () => {
    const { topic, endpoint } = await subscribe({ url: urlOf(cloud, 'nobody') });
    const messageId = await api.publish(topic);
    expect(await lastAttempt(messageId)).toMatchObject({
      outcome: 'responded',
      error: expect.stringContaining(cloud.missing) as string,
    });
    const { lastError } = await api.get<EndpointView>(`/endpoints/${endpoint.id}`);
    expect(lastError).toContain(cloud.missing);
  });

  it('sends a message again that was throttled', async () => {
    const { topic } = await subscribe({ url: urlOf(cloud) });
    services.next(cloud.throttled);
    const messageId = await api.publish(topic);
    const { state, notBefore, attemptLog } = await detail(messageId);
    expect(state).toBe('pending');
    expect(attemptLog).toMatchObject([
      {
        status: cloud.throttled.status,
        error: expect.stringContaining(`${cloud.name} is throttling: `) as string,
      },
    ]);
    const waitS = Number(cloud.throttled.headers?.['Retry-After'] ?? 0);
    expect(notBefore).toBeGreaterThanOrEqual((attemptLog[0]?.startedAt ?? 0) + waitS * 1_000);
    expect((await sendAgain(messageId)).state).toBe('delivered');
  });

  it('does not take a success for a confirmation that it is not', async () => {
    const { topic } = await subscribe({ url: urlOf(cloud) });
    services.next(cloud.unconfirmed);
    const messageId = await api.publish(topic);
    const message = await detail(messageId);
    expect(message.state).toBe('pending');
    expect(message.attemptLog.at(-1)).toMatchObject({
      outcome: 'unreachable',
      error: expect.stringContaining(cloud.reason) as string,
    });
    expect((await sendAgain(messageId)).state).toBe('delivered');
  });

  it('is called with the certificates of the endpoint only', async () => {
    const { topic } = await subscribe({ url: urlOf(cloud), tls: null });
    expect(await lastAttempt(await api.publish(topic))).toMatchObject({
      outcome: 'unreachable',
      error: expect.stringMatching(/certificate/) as string,
    });
    expect(services.authorizations).toEqual([]);
  });
});

const cloudNamed = (wanted: string): CloudUnderTest => CLOUDS.find(({ name }) => name === wanted)!;

const otherKeyFile = async (): Promise<string> => {
  const other = await createCloudServices(authority.issue('other.example.com'));
  await other.close();
  return other.keyFile;
};

it('keeps the messages about a document in order', async () => {
  const topic = await api.createTopic({ events: ['entry.publish'], contentTypes: [ARTICLE] });
  for (const url of [
    urlOf(cloudNamed('SQS'), 'articles.fifo'),
    urlOf(cloudNamed('SNS'), 'articles.fifo'),
    urlOf(cloudNamed('Pub/Sub')),
  ]) {
    await subscribe({ url, topicIds: [topic.id] });
  }
  const articles = api.app.strapi.documents(ARTICLE);
  const { documentId } = await articles.create({
    data: { title: 'Ten gardens' },
    status: 'published',
  });
  await api.deliver();
  const grouped = services.stored.map(({ headers, as }) => [
    as.MessageGroupId ?? as.orderingKey,
    as.MessageDeduplicationId === undefined || as.MessageDeduplicationId === headers['webhook-id'],
  ]);
  expect(grouped).toEqual([1, 2, 3].map(() => [documentId, true]));
});

it('signs no token for Pub/Sub while the last one is valid', async () => {
  const { topic } = await subscribe({ url: urlOf(cloudNamed('Pub/Sub')) });
  await api.publish(topic);
  await api.publish(topic);
  expect(services.authorizations).toHaveLength(2);
  expect(new Set(services.authorizations).size).toBe(1);
});

it.each([
  ['sqs://AKID:secret-text@sqs.eu-west-1.amazonaws.com/', 'INVALID_URL', 'names no queue'],
  ['sqs://sqs.eu-west-1.amazonaws.com/123456789012/a', 'INVALID_URL', 'has no access key'],
  ['sqs://AKID@sqs.eu-west-1.amazonaws.com/123456789012/a', 'INVALID_URL', 'has no access key'],
  ['sns://AKID:secret-text@sns.eu-west-1.amazonaws.com/a', 'INVALID_URL', 'names no topic of SNS'],
  ['eventbridge://AKID:secret-text@events.eu-west-1.amazonaws.com', 'INVALID_URL', 'no event bus'],
  [
    'pubsub://secret-text@pubsub.googleapis.com/projects/shop/topics/abc',
    'INVALID_URL',
    'key file',
  ],
  ['sqs://AKID:secret-text@10.0.0.1/123456789012/a', 'UNSAFE_URL', 'a private address'],
  ['sqs://AKID:secret-text@169.254.169.254/123456789012/a', 'UNSAFE_URL', 'never allowed'],
])('refuses %s at the field', async (url, code, problem) => {
  const refused = await api.call('POST', '/endpoints', { name: 'refused', url, topicIds: [] });
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { details: { code, errors: [{ path: ['url'] }] } } },
  });
  expect(refused.body.error.message).toContain(problem);
  expect(JSON.stringify(refused.body)).not.toContain('secret-text');
});
