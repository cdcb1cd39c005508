import { createUrlPolicy } from '../safety/url-safety';
import { assertBrokerUrl, cloudOf, isTlsUrl, readBrokerUrl } from './broker-url';
import { regionOf } from './cloud-url';

const policy = createUrlPolicy({ httpsOnly: true, allow: { hosts: ['localhost'], cidrs: [] } });
const check = (url: string) => assertBrokerUrl(url, policy, 'url');

const SQS = 'sqs://***@sqs.eu-west-1.amazonaws.com/123456789012/articles';
const SNS = 'sns://***@sns.eu-west-1.amazonaws.com/arn:aws:sns:eu-west-1:123456789012:articles';
const EVENTBRIDGE = 'eventbridge://***@events.eu-west-1.amazonaws.com/articles';
const PUBSUB = 'pubsub://***@pubsub.googleapis.com/projects/my-shop/topics/articles';

it('reads host and queue, always with TLS', () => {
  expect(readBrokerUrl(SQS)).toMatchObject({
    broker: 'sqs',
    isTls: true,
    host: 'sqs.eu-west-1.amazonaws.com',
    port: 443,
    address: '123456789012/articles',
  });
  expect([SQS, SNS, EVENTBRIDGE, PUBSUB].map(cloudOf)).toEqual([
    'sqs',
    'sns',
    'eventbridge',
    'pubsub',
  ]);
  expect(isTlsUrl(SQS)).toBe(true);
  expect(['https://a/', 'nats://a/b'].map(cloudOf)).toEqual([null, null]);
});

it.each([
  [SQS],
  [`${SQS}.fifo`],
  ['sqs://localhost:4566/000000000000/articles'],
  [SNS],
  [`${SNS}.fifo`],
  [EVENTBRIDGE],
  ['eventbridge://events.eu-west-1.amazonaws.com/aws.partner/example.com/1'],
  [
    'eventbridge://events.us-gov-west-1.amazonaws.com/arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/a',
  ],
  [PUBSUB],
  ['pubsub://pubsub.googleapis.com/projects/example.com:shop/topics/a%25b+c~d'],
])('accepts %s', (url) => expect(() => check(url)).not.toThrow());

it.each([
  ['sqs://sqs.eu-west-1.amazonaws.com', 'names no queue of SQS'],
  ['sqs://sqs.eu-west-1.amazonaws.com/articles', 'names no queue of SQS'],
  ['sqs://sqs.eu-west-1.amazonaws.com/123456789012/a.b', 'names no queue of SQS'],
  ['sqs://sqs.eu-west-1.amazonaws.com/123456789012/a?x=1', 'a query or a fragment'],
  ['sns://sns.eu-west-1.amazonaws.com/articles', 'names no topic of SNS'],
  ['eventbridge://events.eu-west-1.amazonaws.com/', 'names no event bus of EventBridge'],
  ['pubsub://pubsub.googleapis.com/topics/articles', 'names no topic of Pub/Sub'],
  ['pubsub://pubsub.googleapis.com/projects/shop/topics/ab', 'names no topic of Pub/Sub'],
])('refuses %s', (url, problem) => {
  expect(() => check(url)).toThrow(
    expect.objectContaining({ code: 'INVALID_URL', field: 'url' }) as Error
  );
  expect(() => check(url)).toThrow(problem);
});

it.each([
  ['sqs://169.254.169.254/123456789012/articles', 'never allowed'],
  ['sqs://10.0.0.1/123456789012/articles', 'a private address'],
  ['sqs://sqs.eu-west-1.amazonaws.com:22/123456789012/articles', 'port 22 belongs to another'],
])('does not let %s through the policy', (url, reason) => expect(() => check(url)).toThrow(reason));

it.each([
  ['sqs.eu-west-1.amazonaws.com', 'eu-west-1'],
  ['sqs.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  ['sqs-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['vpce-0a1b2c3d4e5f67890-abcdefgh.sqs.ap-southeast-2.vpce.amazonaws.com', 'ap-southeast-2'],
  ['events.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['sqs.eu-central-1.localhost.localstack.cloud', 'eu-central-1'],
  ['localhost', 'us-east-1'],
  ['127.0.0.1', 'us-east-1'],
])('takes the region of %s for %s', (host, region) =>
  expect(regionOf({ host, address: '123456789012/articles' })).toBe(region)
);

it('takes the region from an ARN where the host has none', () => {
  const address = 'arn:aws:sns:eu-west-1:123456789012:articles';
  expect(regionOf({ host: 'localhost', address })).toBe('eu-west-1');
});
