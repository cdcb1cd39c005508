import { readBrokerUrl } from './broker-url';
import { calledUrl, cloudCallOf } from './cloud-request';
import type { CloudKind } from './cloud-url';

const HEADERS = {
  'webhook-id': 'msg_1',
  'webhook-timestamp': '1700000000',
  'webhook-signature': 'v1,abc',
  'X-Strapi-Event': 'entry.publish',
  'X-Strapi-Tags': 'doc1,api::article.article',
  'X-Shop': 'main',
};
const BODY = '{"title":"Zürich"}';
const SQS = 'sqs://sqs.eu-west-1.amazonaws.com/123456789012/articles';
const ARN = 'arn:aws:sns:eu-west-1:123456789012:articles';
const SNS = `sns://sns.eu-west-1.amazonaws.com/${ARN}`;
const BUS = 'eventbridge://events.eu-west-1.amazonaws.com/articles';
const PUBSUB = 'pubsub://pubsub.googleapis.com/projects/my-shop/topics/a%25b';

const callTo = (url: string, headers: Record<string, string> = HEADERS) =>
  cloudCallOf(readBrokerUrl(url).broker as CloudKind, readBrokerUrl(url), {
    headers,
    body: Buffer.from(BODY),
  });

const jsonTo = (url: string, headers?: Record<string, string>) =>
  JSON.parse(callTo(url, headers).body) as Record<string, unknown>;

it('gives SQS the body, and the headers as attributes', () => {
  const string = (value: string) => ({ DataType: 'String', StringValue: value });
  expect(callTo(SQS)).toMatchObject({
    path: '/',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'AmazonSQS.SendMessage',
    },
  });
  expect(jsonTo(SQS)).toEqual({
    QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/articles',
    MessageBody: BODY,
    MessageAttributes: {
      'webhook-id': string('msg_1'),
      'webhook-timestamp': string('1700000000'),
      'webhook-signature': string('v1,abc'),
      'X-Strapi-Event': string('entry.publish'),
      headers: string(JSON.stringify(HEADERS)),
    },
  });
});

it('sends no attribute without a value: SQS would refuse the message', () => {
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1700000000' };
  const { MessageAttributes } = jsonTo(SQS, { ...headers, 'X-Strapi-Event': '' });
  expect(Object.keys(MessageAttributes as object)).toEqual([...Object.keys(headers), 'headers']);
});

it('keeps messages about one document in order in a FIFO queue, and stores a repeated one once', () => {
  expect(jsonTo(`${SQS}.fifo`)).toMatchObject({
    MessageGroupId: 'doc1',
    MessageDeduplicationId: 'msg_1',
  });
  expect(jsonTo(`${SQS}.fifo`, { 'webhook-id': 'msg_2' })).toMatchObject({
    MessageGroupId: 'msg_2',
  });
  expect(new URLSearchParams(callTo(`${SNS}.fifo`).body).get('MessageGroupId')).toBe('doc1');
});

it('gives SNS a form', () => {
  const form = Object.fromEntries(new URLSearchParams(callTo(SNS).body));
  expect(form).toMatchObject({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: ARN,
    Message: BODY,
    'MessageAttributes.entry.1.Name': 'webhook-id',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'msg_1',
    'MessageAttributes.entry.5.Name': 'headers',
  });
});

it('gives EventBridge one entry, named after the event', () => {
  expect(jsonTo(BUS)).toEqual({
    Entries: [
      {
        EventBusName: 'articles',
        Source: 'strapi',
        DetailType: 'entry.publish',
        Time: 1_700_000_000,
        Detail: JSON.stringify({ headers: HEADERS, body: BODY }),
      },
    ],
  });
});

it('gives Pub/Sub the bytes, the headers that fit, and the document as the ordering key', () => {
  const long = { 'X-Long': 'a'.repeat(1_025), 'Goog-X': 'a' };
  expect(callTo(PUBSUB).path).toBe('/v1/projects/my-shop/topics/a%25b:publish');
  expect(jsonTo(PUBSUB, { ...HEADERS, ...long })).toEqual({
    messages: [
      { data: Buffer.from(BODY).toString('base64'), attributes: HEADERS, orderingKey: 'doc1' },
    ],
  });
  expect(jsonTo(PUBSUB, { 'webhook-id': 'msg_1' })).toEqual({
    messages: [expect.not.objectContaining({ orderingKey: expect.anything() as string })],
  });
});

it.each([
  ['https://example.com/hook', 'https://example.com/hook'],
  ['nats://example.com/a', 'nats://example.com/a'],
  [SQS, 'https://sqs.eu-west-1.amazonaws.com'],
  ['sqs://localhost:4566/000000000000/a', 'https://localhost:4566'],
  ['sqs://[2001:db8::1]:4566/000000000000/a', 'https://[2001:db8::1]:4566'],
])('is sent to the host of %s by HTTPS', (url, called) => expect(calledUrl(url)).toBe(called));
