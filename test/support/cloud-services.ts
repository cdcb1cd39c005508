/**
 * SQS, SNS, EventBridge and Pub/Sub as a test needs them: an HTTPS server that verifies signatures and tokens by
 * the published algorithms, and answers in the forms of the services' documentation.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { jwtVerify } from 'jose';

import { awsRefusal, type Scope, type SignedRequest } from './aws-signature';
import type { Certified } from './certificates';

export const AWS_LOGIN = { id: 'AKIATEST', secret: 'a/secret+of=AWS' };

/** A message as a consumer gets it. */
export interface Stored {
  body: string;
  /** All headers of the request that an HTTP receiver would have got. */
  headers: Record<string, string>;
  /** What the service does with it: attributes, group, type. */
  as: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface CloudServices {
  port: number;
  keyFile: string;
  stored: Stored[];
  /** `Authorization` of all requests. */
  authorizations: string[];
  /** Answers the next request that is authorized. */
  next(answer: Answer): void;
  close(): Promise<void>;
}

type Json = Record<string, unknown>;

/** Anything else is missing. */
const NAMES = ['articles', 'articles.fifo'];
const knows = (address: unknown): boolean => NAMES.includes(String(address).split(/[/:]/).at(-1)!);

export const awsJson = (status: number, type: string): Answer => ({
  status,
  body: JSON.stringify({ __type: type, message: `said by AWS: ${type}` }),
});
export const awsXml = (status: number, code: string): Answer => ({
  status,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>said by AWS: ${code}</Message></Error></ErrorResponse>`,
});
export const google = (status: number, reason: string): Answer => ({
  status,
  body: JSON.stringify({ error: { code: status, status: reason, message: 'said by Google' } }),
});

/** A request that is understood: how it is authorized, and what it does. */
interface Understood {
  refusal: Answer | null;
  exists: boolean;
  missing: Answer;
  stored: Stored;
  confirmation: string;
}

const jsonOf = (text: string | undefined): Json => JSON.parse(text ?? '{}') as Json;

export async function createCloudServices({
  certificate,
  privateKey,
}: Certified): Promise<CloudServices> {
  const account = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const stored: Stored[] = [];
  const authorizations: string[] = [];
  const answers: Answer[] = [];
  const secretOf = (id: string) => (id === AWS_LOGIN.id ? AWS_LOGIN.secret : undefined);

  const signed = (request: SignedRequest, scope: Scope, say: typeof awsJson): Answer | null => {
    const code = awsRefusal(request, secretOf, scope);
    return code === null ? null : say(403, code);
  };

  function sqs(request: SignedRequest): Understood {
    const message = jsonOf(request.body.toString());
    const attributes = message.MessageAttributes as Record<string, { StringValue: string }>;
    return {
      refusal: signed(request, { service: 'sqs', region: 'us-east-1' }, awsJson),
      exists: knows(message.QueueUrl),
      missing: awsJson(400, 'com.amazonaws.sqs#QueueDoesNotExist'),
      stored: {
        body: String(message.MessageBody),
        headers: jsonOf(attributes.headers?.StringValue) as Stored['headers'],
        as: message,
      },
      confirmation: JSON.stringify({ MessageId: '5fea7756', MD5OfMessageBody: '00' }),
    };
  }

  function sns(request: SignedRequest): Understood {
    const form = Object.fromEntries(new URLSearchParams(request.body.toString()));
    const [headersAt = ''] =
      Object.entries(form)
        .find(([, value]) => value === 'headers')?.[0]
        .split('.Name') ?? [];
    return {
      // The region of the ARN: the host names none.
      refusal: signed(request, { service: 'sns', region: 'eu-west-1' }, awsXml),
      exists: knows(form.TopicArn),
      missing: awsXml(404, 'NotFound'),
      stored: {
        body: String(form.Message),
        headers: jsonOf(form[`${headersAt}.Value.StringValue`]) as Stored['headers'],
        as: form,
      },
      confirmation:
        '<PublishResponse><PublishResult><MessageId>567910cd</MessageId></PublishResult></PublishResponse>',
    };
  }

  function eventBridge(request: SignedRequest): Understood {
    const [entry = {}] = jsonOf(request.body.toString()).Entries as Json[];
    const detail = jsonOf(String(entry.Detail));
    return {
      refusal: signed(request, { service: 'events', region: 'us-east-1' }, awsJson),
      exists: knows(entry.EventBusName),
      missing: awsJson(400, 'ResourceNotFoundException'),
      stored: {
        body: String(detail.body),
        headers: detail.headers as Stored['headers'],
        as: entry,
      },
      confirmation: JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: '11710aed' }] }),
    };
  }

  async function tokenRefusal({ headers }: SignedRequest): Promise<Answer | null> {
    const [, token = ''] = String(headers.authorization).split('Bearer ');
    try {
      const options = { audience: 'https://pubsub.googleapis.com/', issuer: 'strapi@shop' };
      const { payload } = await jwtVerify(token, account.publicKey, options);
      return payload.sub === payload.iss ? null : google(401, 'UNAUTHENTICATED');
    } catch {
      return google(401, 'UNAUTHENTICATED');
    }
  }

  async function pubSub(request: SignedRequest): Promise<Understood> {
    const [message = {}] = jsonOf(request.body.toString()).messages as Json[];
    return {
      refusal: await tokenRefusal(request),
      exists: knows(request.path.replace(/:publish$/, '')),
      missing: google(404, 'NOT_FOUND'),
      stored: {
        body: Buffer.from(String(message.data), 'base64').toString(),
        headers: message.attributes as Stored['headers'],
        as: message,
      },
      confirmation: JSON.stringify({ messageIds: ['19916711285'] }),
    };
  }

  function understood(request: SignedRequest): Understood | Promise<Understood> {
    if (request.path.startsWith('/v1/projects/')) return pubSub(request);
    const target = request.headers['x-amz-target'];
    if (target === 'AmazonSQS.SendMessage') return sqs(request);
    return target === 'AWSEvents.PutEvents' ? eventBridge(request) : sns(request);
  }

  async function answered(request: SignedRequest): Promise<Answer> {
    const { refusal, exists, missing, stored: message, confirmation } = await understood(request);
    if (refusal !== null) return refusal;
    const scripted = answers.shift();
    if (scripted !== undefined) return scripted;
    if (!exists) return missing;
    stored.push(message);
    return { status: 200, body: confirmation };
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = incoming;
    authorizations.push(String(headers.authorization));
    const answer = await answered({ method, path, headers, body: Buffer.concat(chunks) });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer({ cert: certificate, key: privateKey }, (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  return {
    port: (server.address() as AddressInfo).port,
    keyFile: Buffer.from(
      JSON.stringify({
        type: 'service_account',
        client_email: 'strapi@shop',
        private_key_id: 'key-1',
        private_key: account.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      })
    ).toString('base64'),
    stored,
    authorizations,
    next: (answer) => answers.push(answer),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
