/** Answers as the documentation of the services has them. */
import { storeBody } from '../message/payload';
import type { Outcome } from '../message/message';
import { readBrokerUrl } from './broker-url';
import { judgedAnswer } from './cloud-answer';
import type { CloudKind } from './cloud-url';

const URLS: Record<CloudKind, string> = {
  sqs: 'sqs://sqs.eu-west-1.amazonaws.com/123456789012/articles',
  sns: 'sns://sns.eu-west-1.amazonaws.com/arn:aws:sns:eu-west-1:123456789012:articles',
  eventbridge: 'eventbridge://events.eu-west-1.amazonaws.com/articles',
  pubsub: 'pubsub://pubsub.googleapis.com/projects/shop/topics/articles',
};

const answer = (status: number, body: string): Outcome => ({
  kind: 'responded',
  status,
  headers: { 'retry-after': '5' },
  body: storeBody(Buffer.from(body)),
  bodyTruncated: false,
});

const judge = (kind: CloudKind, outcome: Outcome): Outcome =>
  judgedAnswer(kind, readBrokerUrl(URLS[kind]), outcome);

const xml = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
const aws = (type: string, message: string) => JSON.stringify({ __type: type, message });
const google = (status: string, message: string) =>
  JSON.stringify({ error: { code: 400, message, status } });

it.each<[CloudKind, string]>([
  ['sqs', '{"MD5OfMessageBody":"00","MessageId":"5fea7756"}'],
  ['sns', '<PublishResponse><PublishResult><MessageId>5fea</MessageId></PublishResult>'],
  ['eventbridge', '{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed"}]}'],
  ['pubsub', '{\n  "messageIds": [\n    "19916711285"\n  ]\n}'],
])('takes the id that %s gives for the confirmation', (kind, body) => {
  const outcome = answer(200, body);
  expect(judge(kind, outcome)).toBe(outcome);
});

it.each<[CloudKind, string]>([
  ['sqs', '<html>Log in</html>'],
  ['sns', ''],
  ['eventbridge', '{}'],
  ['eventbridge', '{"FailedEntryCount":0,"Entries":[]}'],
  ['pubsub', '{"messageIds":[]}'],
])('does not take any other success of %s for one', (kind, body) =>
  expect(judge(kind, answer(200, body))).toMatchObject({
    kind: 'unreachable',
    error: expect.stringContaining('did not confirm the message') as string,
  })
);

it('fails with the code of a refused entry', () => {
  const failed = (ErrorCode: string) =>
    answer(
      200,
      JSON.stringify({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'm' }] })
    );
  expect(judge('eventbridge', failed('InternalFailure'))).toEqual({
    kind: 'unreachable',
    error: 'EventBridge refused the message: InternalFailure: m',
  });
  expect(judge('eventbridge', failed('ThrottlingException'))).toMatchObject({
    error: 'EventBridge is throttling: ThrottlingException: m',
  });
});

it.each<[CloudKind, number, string, string]>([
  ['sns', 403, xml('InvalidClientTokenId', 'm'), 'SNS refused the credentials: Invalid'],
  ['sqs', 403, aws('InvalidClientTokenId', 'm'), 'SQS refused the credentials: Invalid'],
  [
    'eventbridge',
    400,
    aws('com.amazon.coral.service#InvalidSignatureException', 'm'),
    'EventBridge refused the credentials: InvalidSignatureException: m',
  ],
  ['eventbridge', 400, aws('AccessDeniedException', 'm'), 'EventBridge refused the credentials: '],
  ['pubsub', 401, google('UNAUTHENTICATED', 'm'), 'Pub/Sub refused the credentials: UNAUTH'],
  ['pubsub', 403, '', 'Pub/Sub refused the credentials: status 403'],
  [
    'sqs',
    400,
    aws('com.amazonaws.sqs#QueueDoesNotExist', 'm'),
    'no queue "123456789012/articles" exists in SQS: QueueDoesNotExist: m',
  ],
  ['sns', 404, xml('NotFound', 'Topic does not exist'), 'no topic "arn:aws:sns:'],
  ['pubsub', 404, google('NOT_FOUND', 'm'), 'no topic "projects/shop/topics/articles" exists in'],
  ['eventbridge', 400, aws('ResourceNotFoundException', 'm'), 'no event bus "articles" exists in'],
  ['sqs', 400, aws('ThrottlingException', 'Rate exceeded'), 'SQS is throttling: ThrottlingExc'],
  ['sns', 400, xml('Throttling', 'Rate exceeded'), 'SNS is throttling: Throttling: Rate'],
  ['pubsub', 429, google('RESOURCE_EXHAUSTED', 'm'), 'Pub/Sub is throttling: RESOURCE_EXHAUSTED'],
  [
    'sqs',
    400,
    aws('InvalidParameterValue', 'Message must be shorter than 262144 bytes.'),
    'the message is larger than SQS takes: InvalidParameterValue',
  ],
  ['sns', 400, xml('InvalidParameter', 'Message too long'), 'the message is larger than SNS'],
  ['sqs', 500, aws('InternalFailure', 'a\nb'), 'status 500: InternalFailure: a b'],
])('says why %s answered %i %s', (kind, status, body, error) => {
  const judged = judge(kind, answer(status, body));
  expect(judged).toMatchObject({ kind: 'responded', status, headers: { 'retry-after': '5' } });
  expect((judged as { error: string }).error).toContain(error);
});

it('leaves what says nothing, and what is no answer', () => {
  const bad = answer(502, '<html>');
  expect(judge('sqs', bad)).toBe(bad);
  const timedOut: Outcome = { kind: 'timed-out', error: 'no response within 1 ms' };
  expect(judge('sqs', timedOut)).toBe(timedOut);
});
