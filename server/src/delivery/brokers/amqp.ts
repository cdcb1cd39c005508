/** RabbitMQ: delivered when it has confirmed a persistent message that a queue takes. */
import type * as Amqp from 'amqplib';

import type { BrokerUrl } from '../../core/brokers/broker-url';
import {
  nameOf,
  textOf,
  tlsOptions,
  unreachable,
  type Connection,
  type Driver,
  type Failure,
  type LoadPackage,
  type Server,
} from './driver';

const CLIENT = 'amqplib';
/** After this, a server that does not answer is hung up on. */
const CLOSE_MS = 1_000;
const HEARTBEAT_SECONDS = 10;

class UnroutedError extends Error {
  override readonly name = 'UnroutedError';
}

export function createAmqp(load: LoadPackage): Driver {
  return {
    packages: [CLIENT],

    async connect(server, onClosed) {
      const { connect } = load<typeof Amqp>(CLIENT);
      const socket = new AbortController();
      const socketOptions = {
        ...(server.url.isTls && tlsOptions(server)),
        timeout: server.connectTimeoutMs,
        noDelay: true,
        signal: socket.signal,
        clientProperties: { connection_name: 'strapi-plugin-guaranteed-webhooks' },
      };
      const connection = await connect(optionsOf(server), socketOptions);
      // A client of this broker throws what nobody listens for.
      let reason: Error | undefined;
      const keepReason = (error: Error): void => {
        reason ??= error;
      };
      connection.on('error', keepReason);
      connection.once('close', onClosed);
      const channel = await connection.createConfirmChannel().catch((error: unknown) => {
        // Nobody else would close the connection.
        socket.abort();
        throw error;
      });
      channel.on('error', keepReason);
      channel.once('close', onClosed);

      return {
        publish: publisherOf(channel, () => reason),
        close: () => close(connection, socket),
      };
    },

    describe(error, url) {
      const text = textOf(error);
      if (nameOf(error) === 'UnroutedError') return unreachable(unrouted(url));
      if (error instanceof RangeError) {
        return { kind: 'blocked', error: `the headers are larger than RabbitMQ takes: ${text}` };
      }
      return described(text);
    },
  };
}

function publisherOf(
  channel: Amqp.ConfirmChannel,
  reasonOf: () => Error | undefined
): Connection['publish'] {
  /** Ids of messages that no queue takes: RabbitMQ returns them, and confirms them next. */
  const returned = new Set<unknown>();
  channel.on('return', ({ properties }: Amqp.Message) => returned.add(properties.messageId));

  return ({ exchange, address }, { id, headers, body }) =>
    new Promise((resolve, reject) => {
      const options = {
        messageId: id,
        headers,
        contentType: headers['Content-Type'],
        persistent: true,
        mandatory: true,
      };
      channel.publish(exchange, address, body, options, (error: Error | null) => {
        if (returned.delete(id)) reject(new UnroutedError());
        else if (error) reject(reasonOf() ?? error);
        else resolve({ exchange, routingKey: address });
      });
    });
}

function close(connection: Amqp.ChannelModel, socket: AbortController): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.abort(), CLOSE_MS);
    connection.once('close', () => {
      clearTimeout(late);
      resolve();
    });
    // It rejects when it is closed already.
    connection.close().catch(() => {
      clearTimeout(late);
      resolve();
    });
  });
}

const unrouted = ({ exchange, address }: BrokerUrl): string =>
  exchange === ''
    ? `no queue "${address}" exists in RabbitMQ`
    : `no queue of RabbitMQ takes the routing key "${address}" of the exchange "${exchange}"`;

function described(text: string): Failure | null {
  if (/ACCESS.REFUSED/.test(text) && /^Handshake/.test(text)) {
    return unreachable(`RabbitMQ refused the credentials: ${text}`);
  }
  if (/message size \d+ is larger/.test(text)) {
    return unreachable(`the message is larger than RabbitMQ takes: ${text}`);
  }
  if (/nacked|by server: (?!320|541)\d|vhost/.test(text)) {
    return unreachable(`RabbitMQ refused the message: ${text}`);
  }
  if (/closed|closing|ended|unexpected close|heartbeat|ECONNRESET|EPIPE/i.test(text)) {
    return unreachable('connection closed before a confirmation');
  }
  return null;
}

function optionsOf({ url, address, login }: Server): Amqp.Options.Connect {
  return {
    protocol: url.isTls ? 'amqps' : 'amqp',
    hostname: address,
    port: url.port,
    vhost: encodeURIComponent(url.vhost),
    heartbeat: HEARTBEAT_SECONDS,
    ...login,
  };
}
