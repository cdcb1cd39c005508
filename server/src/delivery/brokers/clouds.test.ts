import type { Outcome } from '../../core/message/message';
import type { OutgoingRequest } from '../../core/message/request';
import { createClouds } from './clouds';

const LOGIN = { username: 'AKIDEXAMPLE', password: 'secret-key' };
const signal = new AbortController().signal;

const request: OutgoingRequest = {
  url: 'sqs://***@sqs.eu-west-1.amazonaws.com/123456789012/articles',
  method: 'POST',
  headers: { 'webhook-id': 'msg_1', 'User-Agent': 'Strapi' },
  body: Buffer.from('{}'),
  timeoutMs: 1_000,
  broker: { endpointId: 1, login: LOGIN },
};

/** Answers what `text` makes of the request. */
function cloudsThat(text: (sent: OutgoingRequest) => string, status = 400) {
  const sent: OutgoingRequest[] = [];
  const sender = {
    send: (one: OutgoingRequest): Promise<Outcome> => {
      sent.push(one);
      const body = { text: text(one), encoding: 'utf8' as const };
      return Promise.resolve({
        kind: 'responded',
        status,
        headers: {},
        body,
        bodyTruncated: false,
      });
    },
  };
  return { sent, ...createClouds({ sender, now: () => 1_700_000_000_000 }) };
}

it('asks over HTTPS, in the region of the host, and reads enough of the answer', async () => {
  const { send, sent } = cloudsThat(() => '{"MessageId":"1"}', 200);
  expect(await send('sqs', request, signal)).toMatchObject({ kind: 'responded', status: 200 });
  expect(sent).toMatchObject([
    {
      url: 'https://sqs.eu-west-1.amazonaws.com/',
      method: 'POST',
      headers: {
        'user-agent': 'Strapi',
        'x-amz-target': 'AmazonSQS.SendMessage',
        'x-amz-date': '20231114T221320Z',
        authorization: expect.stringContaining('/20231114/eu-west-1/sqs/aws4_request') as string,
      },
      timeoutMs: 1_000,
      minResponseBytes: 4_096,
    },
  ]);
});

it('hides credentials that an answer quotes', async () => {
  const { send } = cloudsThat(({ headers }) =>
    JSON.stringify({
      __type: 'IncompleteSignature',
      message: `${headers.authorization} ${LOGIN.password}`,
    })
  );
  const outcome = await send('sqs', request, signal);
  expect(outcome).toMatchObject({
    error: 'SQS refused the credentials: IncompleteSignature: *** ***',
  });
  expect(JSON.stringify(outcome)).not.toContain('AKIDEXAMPLE');
});

it('sends nothing without credentials, and no bytes where text is taken', async () => {
  const { send, sent } = cloudsThat(() => '');
  expect(await send('sqs', { ...request, broker: { endpointId: 1, login: null } }, signal)).toEqual(
    { kind: 'blocked', error: 'the endpoint has no credentials' }
  );
  expect(await send('sqs', { ...request, body: Buffer.from([0xff]) }, signal)).toEqual({
    kind: 'blocked',
    error: 'SQS takes text, and the body is not UTF-8',
  });
  expect(sent).toEqual([]);
});
