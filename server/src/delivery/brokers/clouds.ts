/**
 * Delivers signed requests to cloud services: over HTTPS, by the sender of all HTTP requests, authorized with the
 * endpoint's credentials. Never throws, like that sender.
 */
import { isUtf8 } from 'node:buffer';

import { readBrokerUrl, type BrokerUrl, type Login } from '../../core/brokers/broker-url';
import { ANSWER_BYTES, judgedAnswer } from '../../core/brokers/cloud-answer';
import { cloudCallOf, cloudOrigin, type CloudCall } from '../../core/brokers/cloud-request';
import { CLOUDS, regionOf, type CloudKind } from '../../core/brokers/cloud-url';
import { CoreError } from '../../core/errors';
import type { Outcome } from '../../core/message/message';
import type { OutgoingRequest } from '../../core/message/request';
import type { HttpSender } from '../http/sender';
import { signForAws } from './aws-signature';
import { createGoogleTokens } from './google-tokens';

export interface CloudsOptions {
  sender: Pick<HttpSender, 'send'>;
  /** Epoch ms. Signatures and tokens name it. */
  now: () => number;
}

/** As signatures name them. */
const SERVICES: Record<Exclude<CloudKind, 'pubsub'>, string> = {
  sqs: 'sqs',
  sns: 'sns',
  eventbridge: 'events',
};

const MASK = '***';

export function createClouds({ sender, now }: CloudsOptions) {
  const tokenOf = createGoogleTokens(now);

  async function authorized(
    kind: CloudKind,
    to: BrokerUrl,
    call: CloudCall,
    login: Login
  ): Promise<Record<string, string>> {
    if (kind === 'pubsub') {
      return { ...call.headers, authorization: `Bearer ${await tokenOf(login.username)}` };
    }
    const { headers, body, path } = call;
    const url = cloudOrigin(to) + path;
    const service = SERVICES[kind];
    return signForAws({ url, service, region: regionOf(to), headers, body }, login, now());
  }

  async function requestTo(
    kind: CloudKind,
    to: BrokerUrl,
    login: Login,
    { headers, body, timeoutMs, tls }: OutgoingRequest
  ): Promise<OutgoingRequest> {
    const call = cloudCallOf(kind, to, { headers, body });
    const userAgent = headers['User-Agent'];
    return {
      url: cloudOrigin(to) + call.path,
      method: 'POST',
      headers: {
        ...(userAgent !== undefined && { 'user-agent': userAgent }),
        ...(await authorized(kind, to, call, login)),
      },
      body: Buffer.from(call.body),
      timeoutMs,
      tls: tls ?? null,
      minResponseBytes: ANSWER_BYTES,
    };
  }

  return {
    async send(
      kind: CloudKind,
      request: OutgoingRequest,
      signal: AbortSignal
    ): ReturnType<HttpSender['send']> {
      const { name } = CLOUDS[kind];
      if (kind !== 'pubsub' && !isUtf8(request.body)) {
        return blocked(`${name} takes text, and the body is not UTF-8`);
      }
      const to = readBrokerUrl(request.url);
      const login = request.broker?.login ?? null;
      if (login === null) return blocked('the endpoint has no credentials');
      try {
        const call = await requestTo(kind, to, login, request);
        const outcome = await sender.send(call, signal);
        if (outcome === 'aborted' || outcome.kind === 'cut') return outcome;
        const secrets = [call.headers.authorization ?? '', login.password || login.username];
        return judgedAnswer(kind, to, masked(outcome, secrets));
      } catch (error) {
        if (error instanceof CoreError) return blocked(error.message);
        throw error;
      }
    },
  };
}

const blocked = (error: string): Outcome => ({ kind: 'blocked', error });

/** Services quote an `Authorization` that they do not understand. */
function masked(outcome: Outcome, secrets: readonly string[]): Outcome {
  if (outcome.kind !== 'responded') return outcome;
  const { body } = outcome;
  const text = secrets.reduce(
    (known, secret) => (secret === '' ? known : known.replaceAll(secret, MASK)),
    body.text
  );
  return { ...outcome, body: { ...body, text } };
}
