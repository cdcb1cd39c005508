/**
 * URLs of message brokers, `nats://host:4222/subject`, and of cloud services, `sqs://host/account/queue`. They may
 * lead where URLs of HTTP may. Credentials are taken out of them when they are saved, so that a URL can be shown
 * and logged.
 */
import { memoize } from '../memo';
import { BAD_PORTS } from '../safety/bad-ports';
import {
  assertUnambiguous,
  invalidUrl,
  refusalOfHost,
  unsafeUrl,
  type UrlPolicy,
} from '../safety/url-safety';
import { amqpAddressOf, type BrokerAddress } from './amqp-path';
import { cloudAddressOf, isCloud, type CloudKind } from './cloud-url';
import { topicOf } from './kafka-topic';
import { subjectOf } from './nats-subject';

/** Brokers that need a client of their own. */
export type ClientKind = 'amqp' | 'kafka' | 'nats' | 'redis';
export type BrokerKind = ClientKind | CloudKind;

interface Scheme {
  broker: BrokerKind;
  isTls: boolean;
  defaultPort: number;
}

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['amqp:', { broker: 'amqp', isTls: false, defaultPort: 5672 }],
  ['amqps:', { broker: 'amqp', isTls: true, defaultPort: 5671 }],
  ['kafka:', { broker: 'kafka', isTls: false, defaultPort: 9092 }],
  ['kafkas:', { broker: 'kafka', isTls: true, defaultPort: 9093 }],
  ['nats:', { broker: 'nats', isTls: false, defaultPort: 4222 }],
  ['tls:', { broker: 'nats', isTls: true, defaultPort: 4222 }],
  ['redis:', { broker: 'redis', isTls: false, defaultPort: 6379 }],
  ['rediss:', { broker: 'redis', isTls: true, defaultPort: 6379 }],
  ['sqs:', { broker: 'sqs', isTls: true, defaultPort: 443 }],
  ['sns:', { broker: 'sns', isTls: true, defaultPort: 443 }],
  ['eventbridge:', { broker: 'eventbridge', isTls: true, defaultPort: 443 }],
  ['pubsub:', { broker: 'pubsub', isTls: true, defaultPort: 443 }],
]);

/** From the decoded parts of the path. */
const ADDRESS_OF: Record<ClientKind, (segments: string[], field: string) => BrokerAddress> = {
  amqp: amqpAddressOf,
  kafka: (segments, field) => only(topicOf(segments.join('/'), field)),
  nats: (segments, field) => only(subjectOf(segments.join('/'), field)),
  redis: (segments, field) => only(streamOf(segments.join('/'), field)),
};

function addressOf(broker: BrokerKind, segments: string[], field: string): BrokerAddress {
  return isCloud(broker)
    ? only(cloudAddressOf(broker, segments.join('/'), field))
    : ADDRESS_OF[broker](segments, field);
}

const only = (address: string): BrokerAddress => ({ vhost: '', exchange: '', address });

export interface BrokerUrl extends BrokerAddress {
  broker: BrokerKind;
  isTls: boolean;
  /** A name, or an address without brackets. */
  host: string;
  port: number;
}

export interface Login {
  username: string;
  /** Empty: the user name is a token. */
  password: string;
}

const schemeOf = (url: string): Scheme | undefined =>
  SCHEMES.get(`${url.slice(0, url.indexOf(':')).toLowerCase()}:`);

export const isBrokerUrl = (url: string): boolean => schemeOf(url) !== undefined;

/** @returns null: it is no cloud service. */
export function cloudOf(url: string): CloudKind | null {
  const broker = schemeOf(url)?.broker;
  return broker !== undefined && isCloud(broker) ? broker : null;
}

/** Whether connections to it are TLS from the start, so that certificates matter. */
export const isTlsUrl = (url: string): boolean =>
  /^https:/i.test(url) || schemeOf(url)?.isTls === true;

/** @throws CoreError `INVALID_URL`. */
export const readBrokerUrl = memoize((raw) => parse(raw, 'url'));

/** @throws CoreError `INVALID_URL`, `UNSAFE_URL`. */
export function assertBrokerUrl(raw: string, policy: UrlPolicy, field: string): void {
  const { host, port, isTls } = parse(raw, field);
  if (policy.httpsOnly && !isTls) {
    throw unsafeUrl(field, "only TLS is allowed (http.httpsOnly of the plugin's config)");
  }
  if (port !== schemeOf(raw)?.defaultPort && BAD_PORTS.has(port)) {
    throw unsafeUrl(field, `port ${port} belongs to another protocol`);
  }
  const reason = refusalOfHost(host, policy);
  if (reason !== null) throw unsafeUrl(field, reason);
}

function parse(raw: string, field: string): BrokerUrl {
  assertUnambiguous(raw, field);
  const scheme = schemeOf(raw);
  if (scheme === undefined || !URL.canParse(raw)) throw invalidUrl(field, 'is not a valid URL');
  const url = new URL(raw);
  if (url.port === '0') throw invalidUrl(field, 'has port 0');
  if (url.search !== '' || url.hash !== '') {
    throw invalidUrl(field, 'has a query or a fragment: a URL of a broker has none');
  }
  const { broker, isTls, defaultPort } = scheme;
  return {
    broker,
    isTls,
    host: hostOf(url, field),
    port: url.port === '' ? defaultPort : Number(url.port),
    ...addressOf(broker, segmentsOf(url, field), field),
  };
}

function streamOf(path: string, field: string): string {
  if (path === '')
    throw invalidUrl(field, 'names no stream: add its key as the path, rediss://host/articles');
  return path;
}

/** `URL` reads hosts of other schemes than http as they are: `0x7f.1` would be a name. */
function hostOf({ hostname }: URL, field: string): string {
  const http = `http://${hostname}/`;
  if (hostname === '' || !URL.canParse(http)) throw invalidUrl(field, 'has no valid host');
  return new URL(http).hostname.replace(/^\[(.*)\]$/, '$1');
}

const segmentsOf = ({ pathname }: URL, field: string): string[] =>
  pathname
    .slice(1)
    .split('/')
    .map((segment) => decoded(segment, field));

function decoded(text: string, field: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidUrl(field, 'has a "%" that encodes no character');
  }
}
