/**
 * Kafka: delivered when all in-sync replicas of the partition have it.
 *
 * A cluster announces the hosts of its brokers, and the client connects to them. Every socket is opened here, so
 * that addresses are checked as those of URLs are, and that nothing is sent after the connection was closed.
 */
import type { Socket } from 'node:net';

import type * as Kafkajs from 'kafkajs';

import type { BrokerUrl } from '../../core/brokers/broker-url';
import { documentOf } from '../../core/message/request';
import { failing, type Dial } from '../http/addresses';
import { BlockedAddressError } from '../http/agent';
import {
  textOf,
  tlsOptions,
  unreachable,
  type BrokerMessage,
  type Connection,
  type Driver,
  type Failure,
  type LoadPackage,
  type Server,
} from './driver';

const CLIENT = 'kafkajs';
/** In this order, until the cluster knows one: those that do not send the password come first. */
const MECHANISMS = ['scram-sha-512', 'scram-sha-256', 'plain'] as const;
/** Stands for the host of the URL, whose address is known. Cannot be the name of a host. */
const FIRST_BROKER = '*';
/** `acks`: of all in-sync replicas. */
const ALL = -1;
/** Retries are those of the endpoint. The client would also send after the deadline. */
const RETRY = { retries: 0 };
/** Longer than any timeout of an endpoint, which ends the request. */
const REQUEST_TIMEOUT_MS = 16 * 60_000;
const NO_LOGS = 0;

type Mechanism = (typeof MECHANISMS)[number];

export function createKafka(load: LoadPackage, dial: Dial): Driver {
  return {
    packages: [CLIENT],

    async connect(server, onClosed) {
      const { Kafka } = load<typeof Kafkajs>(CLIENT);
      return authenticated(server, async (mechanism) => {
        const sockets = socketsOf(server, dial);
        const client = new Kafka(optionsOf(server, mechanism, sockets.factory));
        const producer = client.producer({ allowAutoTopicCreation: false, retry: RETRY });
        const close = (): Promise<void> => {
          sockets.close('the connection is closed');
          return producer.disconnect();
        };
        const late = setTimeout(() => sockets.close('connect timed out'), server.connectTimeoutMs);
        try {
          await producer.connect();
        } catch (error) {
          await close().catch(() => undefined);
          throw sockets.refusalOf(error) ?? error;
        } finally {
          clearTimeout(late);
        }
        return { publish: publisherOf(producer, sockets, onClosed), close };
      });
    },

    describe(error, url) {
      const { type } = causeOf(error);
      return type === undefined
        ? describedByText(textOf(error))
        : describedByType(type, error, url);
    },
  };
}

/** Tries one mechanism after the other. */
async function authenticated(
  { login }: Server,
  connect: (mechanism: Mechanism | null) => Promise<Connection>
): Promise<Connection> {
  if (login === null) return connect(null);
  let failure: unknown;
  for (const mechanism of MECHANISMS) {
    try {
      return await connect(mechanism);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

const isUnsupported = (error: unknown): boolean =>
  causeOf(error).type === 'UNSUPPORTED_SASL_MECHANISM' ||
  /mechanism is not supported/.test(textOf(error));

function publisherOf(
  producer: Kafkajs.Producer,
  sockets: Sockets,
  onClosed: () => void
): Connection['publish'] {
  return async ({ address: topic }, { headers, body, timeoutMs }: BrokerMessage) => {
    const key = documentOf(headers) ?? null;
    try {
      const [stored] = await producer.send({
        topic,
        acks: ALL,
        timeout: timeoutMs,
        messages: [{ key, value: body, headers: { ...headers } }],
      });
      return { topic, partition: stored?.partition, offset: stored?.baseOffset };
    } catch (error) {
      // An error of the protocol concerns this message, any other the connections.
      if (causeOf(error).type !== undefined) throw error;
      onClosed();
      throw sockets.refusalOf(error) ?? error;
    }
  };
}

interface Sockets {
  factory: Kafkajs.ISocketFactory;
  /** Why its broker was not connected to: the client's own error does not say so. */
  refusalOf(error: unknown): BlockedAddressError | undefined;
  /** Ends what is under way. Later sockets fail. */
  close(reason: string): void;
}

function socketsOf(server: Server, dial: Dial): Sockets {
  const open = new Set<Socket>();
  const refusals = new Map<string, BlockedAddressError>();
  let closed: Error | null = null;

  function dialed(named: string, port: number, onConnect: () => void): Socket {
    if (closed !== null) return failing(closed);
    const isFirst = named === FIRST_BROKER;
    const host = isFirst ? server.url.host : named;
    const tls = server.url.isTls ? tlsOptions({ ...server, url: { ...server.url, host } }) : null;
    return dial({ host, address: isFirst ? server.address : null, port, tls }, onConnect);
  }

  return {
    factory({ host, port, onConnect }) {
      const name = `${host}:${port}`;
      refusals.delete(name);
      const socket = dialed(host, port, onConnect);
      open.add(socket);
      socket.setKeepAlive(true);
      socket.once('close', () => open.delete(socket));
      return socket.once('error', (error) => {
        if (error instanceof BlockedAddressError) refusals.set(name, error);
      });
    },

    refusalOf: (error) => refusals.get(causeOf(error).broker ?? ''),

    close(reason) {
      closed ??= new Error(reason);
      // Without an error, the client would wait for its requests.
      for (const socket of open) socket.destroy(closed);
    },
  };
}

function optionsOf(
  { url, login, connectTimeoutMs }: Server,
  mechanism: Mechanism | null,
  socketFactory: Kafkajs.ISocketFactory
): Kafkajs.KafkaConfig {
  return {
    clientId: 'strapi-plugin-guaranteed-webhooks',
    brokers: [`${FIRST_BROKER}:${url.port}`],
    connectionTimeout: connectTimeoutMs,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: NO_LOGS,
    socketFactory,
    ...(login !== null && mechanism !== null && { sasl: { mechanism, ...login } as never }),
  };
}

/** `type`: of the protocol. `broker`: host and port of a connection. */
interface Cause {
  type?: string;
  broker?: string;
}

/** The client wraps what it does not try again. */
const causeOf = (error: unknown): Cause => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause as Cause;
};

const refused = (what: string, text: string): Failure =>
  unreachable(`Kafka refused the ${what}: ${text}`);

function describedByType(type: string, error: unknown, { address }: BrokerUrl): Failure {
  const text = textOf(error);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return unreachable(`no topic "${address}" exists in Kafka`);
  }
  if (type.includes('SASL')) return refused('credentials', text);
  return type.includes('TOO_LARGE')
    ? unreachable(`the message is larger than Kafka takes: ${text}`)
    : refused('message', text);
}

function describedByText(text: string): Failure | null {
  if (/closed connection|the connection is closed/i.test(text)) {
    return unreachable('connection closed before a confirmation');
  }
  const isOfNetwork = /timed out|timeout|connection error/i.test(text);
  return /SASL/.test(text) && !isOfNetwork ? refused('credentials', text) : null;
}
