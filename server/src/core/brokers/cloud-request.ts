/**
 * Renders a signed message as a request to a cloud service. Its body is the message there. Its headers are all in one
 * place, and some or all of them are attributes of the message.
 */
import { documentOf, type OutgoingRequest } from '../message/request';
import { cloudOf, readBrokerUrl, type BrokerUrl } from './broker-url';
import type { CloudKind } from './cloud-url';

export interface CloudCall {
  /** Path and body of the request to the service; always a POST. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

type Message = Pick<OutgoingRequest, 'headers' | 'body'>;

const EVENT_HEADER = 'X-Strapi-Event';
/** SQS takes ten attributes. */
const ATTRIBUTES = ['webhook-id', 'webhook-timestamp', 'webhook-signature', EVENT_HEADER];
/** Of a Pub/Sub attribute: more would be refused with the message. */
const MAX_ATTRIBUTE_BYTES = 1_024;
const MAX_GROUP_LENGTH = 128;
const MAX_DETAIL_TYPE_LENGTH = 128;

const CALLS: Record<CloudKind, (to: BrokerUrl, message: Message) => CloudCall> = {
  sqs: (to, { headers, body }) => ({
    path: '/',
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'AmazonSQS.SendMessage',
    },
    body: JSON.stringify({
      QueueUrl: `${cloudOrigin(to)}/${to.address}`,
      MessageBody: body.toString(),
      MessageAttributes: Object.fromEntries(
        attributesOf(headers).map(([name, value]) => [
          name,
          { DataType: 'String', StringValue: value },
        ])
      ),
      ...fifoOf(to, headers),
    }),
  }),

  sns: (to, { headers, body }) => ({
    path: '/',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: to.address,
      Message: body.toString(),
      ...Object.fromEntries(
        attributesOf(headers).flatMap(([name, value], index) => {
          const entry = `MessageAttributes.entry.${index + 1}`;
          return [
            [`${entry}.Name`, name],
            [`${entry}.Value.DataType`, 'String'],
            [`${entry}.Value.StringValue`, value],
          ];
        })
      ),
      ...fifoOf(to, headers),
    }).toString(),
  }),

  eventbridge: ({ address }, { headers, body }) => ({
    path: '/',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'AWSEvents.PutEvents',
    },
    body: JSON.stringify({
      Entries: [
        {
          EventBusName: address,
          Source: 'strapi',
          DetailType: (headers[EVENT_HEADER] ?? 'message').slice(0, MAX_DETAIL_TYPE_LENGTH),
          Time: Number(headers['webhook-timestamp']),
          Detail: JSON.stringify({ headers, body: body.toString() }),
        },
      ],
    }),
  }),

  pubsub: ({ address }, { headers, body }) => {
    const document = documentOf(headers);
    return {
      path: `/v1/${encodeURI(address)}:publish`,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        messages: [
          {
            data: body.toString('base64'),
            attributes: shortAttributesOf(headers),
            ...(document !== undefined && { orderingKey: document }),
          },
        ],
      }),
    };
  },
};

export const cloudCallOf = (kind: CloudKind, to: BrokerUrl, message: Message): CloudCall =>
  CALLS[kind](to, message);

const HTTPS_PORT = 443;

/** Services are always called over HTTPS. */
export function cloudOrigin({ host, port }: Pick<BrokerUrl, 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `https://${name}${port === HTTPS_PORT ? '' : `:${port}`}`;
}

/** The URL of the requests to a cloud service, without the path; other URLs as they are. */
export const calledUrl = (url: string): string =>
  cloudOf(url) === null ? url : cloudOrigin(readBrokerUrl(url));

function attributesOf(headers: Message['headers']): [name: string, value: string][] {
  const named = ATTRIBUTES.map((name) => [name, headers[name] ?? ''] as [string, string]);
  // An attribute without a value is refused.
  const present = named.filter(([, value]) => value !== '');
  return [...present, ['headers', JSON.stringify(headers)]];
}

const shortAttributesOf = (headers: Message['headers']): Message['headers'] =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) =>
        !name.toLowerCase().startsWith('goog') && Buffer.byteLength(value) <= MAX_ATTRIBUTE_BYTES
    )
  );

/** Of a FIFO queue or topic: messages about one document stay in order, and one that is sent again is stored once. */
function fifoOf({ address }: BrokerUrl, headers: Message['headers']): Record<string, string> {
  if (!address.endsWith('.fifo')) return {};
  const id = headers['webhook-id'] ?? '';
  return {
    MessageGroupId: (documentOf(headers) ?? id).slice(0, MAX_GROUP_LENGTH),
    MessageDeduplicationId: id,
  };
}
