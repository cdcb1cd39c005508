/**
 * Kafka: delivered when all in-sync replicas of the partition have it.
 *
 * A cluster announces the hosts of its brokers, and the client connects to them. Every connection is opened by
 * us, so that their addresses are checked as those of URLs are.
 */
import type { Socket } from 'node:net';

import type * as Kafkajs from 'kafkajs';

import type { BrokerUrl } from '../../core/brokers/broker-url';
import { documentOf } from '../../core/message/request';
import type { Dial } from '../http/addresses';
import { BlockedAddressError } from '../http/agent';
import {
  nameOf,
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
/** Once more, with the partition's current leader. Later tries are up to the endpoint. */
const RETRY = { retries: 1, initialRetryTime: 100, maxRetryTime: 500 };
const NO_LOGS = 0;

type Mechanism = (typeof MECHANISMS)[number];

/** The last address that was refused: the client's error does not say so. */
interface Refusals {
  last: BlockedAddressError | null;
}

export function createKafka(load: LoadPackage, dial: Dial): Driver {
  return {
    packages: [CLIENT],

    async connect(server, onClosed) {
      const { Kafka } = load<typeof Kafkajs>(CLIENT);
      const refusals: Refusals = { last: null };
      const connect = async (mechanism: Mechanism | null): Promise<Kafkajs.Producer> => {
        const client = new Kafka(optionsOf(server, mechanism, socketsOf(server, dial, refusals)));
        const producer = client.producer({ allowAutoTopicCreation: false, retry: RETRY });
        try {
          await producer.connect();
          return producer;
        } catch (error) {
          await producer.disconnect().catch(() => undefined);
          throw refusals.last ?? error;
        }
      };
      const producer = await authenticated(server, connect);
      return {
        publish: publisherOf(producer, refusals, onClosed),
        close: () => producer.disconnect(),
      };
    },

    describe(error, url) {
      const { type } = causeOf(error);
      return type === undefined ? describedByText(error) : describedByType(type, error, url);
    },
  };
}

/** Tries one mechanism after the other. */
async function authenticated(
  { login }: Server,
  connect: (mechanism: Mechanism | null) => Promise<Kafkajs.Producer>
): Promise<Kafkajs.Producer> {
  if (login === null) return connect(null);
  let failure: unknown;
  for (const mechanism of MECHANISMS) {
    try {
      return await connect(mechanism);
    } catch (error) {
      if (!/mechanism is not supported/.test(textOf(error))) throw error;
      failure = error;
    }
  }
  throw failure;
}

function publisherOf(
  producer: Kafkajs.Producer,
  refusals: Refusals,
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
      throw refusals.last ?? error;
    }
  };
}

function socketsOf(server: Server, dial: Dial, refusals: Refusals): Kafkajs.ISocketFactory {
  return ({ host: named, port, onConnect }) => {
    const isFirst = named === FIRST_BROKER;
    const host = isFirst ? server.url.host : named;
    const tls = server.url.isTls ? tlsOptions({ ...server, url: { ...server.url, host } }) : null;
    const socket: Socket = dial({ host: isFirst ? server.address : host, port, tls }, onConnect);
    socket.setKeepAlive(true);
    return socket.once('error', (error) => {
      if (error instanceof BlockedAddressError) refusals.last = error;
    });
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
    retry: RETRY,
    logLevel: NO_LOGS,
    socketFactory,
    ...(login !== null && mechanism !== null && { sasl: { mechanism, ...login } as never }),
  };
}

/** The client wraps what it could not mend by trying again. */
const causeOf = (error: unknown): { type?: string } => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause as { type?: string };
};

const TOO_LARGE = /TOO_LARGE/;

function describedByType(type: string, error: unknown, { address }: BrokerUrl): Failure {
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return unreachable(`no topic "${address}" exists in Kafka`);
  }
  const text = textOf(error);
  return unreachable(
    TOO_LARGE.test(type)
      ? `the message is larger than Kafka takes: ${text}`
      : `Kafka refused the message: ${text}`
  );
}

function describedByText(error: unknown): Failure | null {
  const text = textOf(error);
  if (nameOf(causeOf(error)) === 'KafkaJSSASLAuthenticationError' || /SASL/.test(text)) {
    return unreachable(`Kafka refused the credentials: ${text}`);
  }
  if (/closed connection|ECONNRESET|EPIPE|disconnected/i.test(text)) {
    return unreachable('connection closed before a confirmation');
  }
  return null;
}
