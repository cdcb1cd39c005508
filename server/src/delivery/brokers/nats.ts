/** NATS JetStream: delivered when a stream has acknowledged the message. */
import { isIP } from 'node:net';

import type * as JetStream from '@nats-io/jetstream';
import type * as Nats from '@nats-io/transport-node';

import type { Login } from '../../core/brokers/broker-url';
import {
  nameOf,
  textOf,
  tlsOptions,
  unreachable,
  type Driver,
  type Failure,
  type LoadPackage,
  type Server,
} from './driver';

const CLIENT = '@nats-io/transport-node';
const JETSTREAM = '@nats-io/jetstream';
/** The deadline of the attempt comes first. */
const GRACE_MS = 1_000;

export function createNats(load: LoadPackage): Driver {
  return {
    packages: [CLIENT, JETSTREAM],

    async connect(server, onClosed) {
      const { connect, headers } = load<typeof Nats>(CLIENT);
      const { jetstream } = load<typeof JetStream>(JETSTREAM);
      const connection = await connect(optionsOf(server));
      // It resolves with the reason, and never rejects.
      void connection.closed().then(onClosed);
      const stream = jetstream(connection);

      return {
        async publish({ address }, message) {
          const sent = headers();
          for (const [name, value] of Object.entries(message.headers)) sent.set(name, value);
          const ack = await stream.publish(address, message.body, {
            msgID: message.id,
            headers: sent,
            timeout: message.timeoutMs + GRACE_MS,
          });
          return { stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate };
        },
        close: () => connection.close(),
      };
    },

    describe(error, { address, isTls }) {
      const text = textOf(error);
      switch (nameOf(error)) {
        case 'AuthorizationError':
        case 'UserAuthenticationExpiredError':
          return unreachable(`NATS refused the credentials: ${text}`);
        case 'JetStreamNotEnabled':
          return unreachable(`no JetStream stream stores the subject "${address}"`);
        case 'JetStreamApiError':
          return unreachable(`the stream refused the message: ${text}`);
        case 'InvalidArgumentError':
          return { kind: 'blocked', error: `the message is larger than NATS takes: ${text}` };
        case 'TimeoutError':
          return { kind: 'timed-out', error: 'no connection to NATS in time' };
        default:
          return describeOther(text, isTls);
      }
    },
  };
}

function describeOther(text: string, isTls: boolean): Failure | null {
  if (/permissions violation/i.test(text)) {
    return unreachable(`NATS refused the credentials: ${text}`);
  }
  if (/closed|disconnected|draining/i.test(text)) {
    return unreachable('connection closed before a confirmation');
  }
  // Without TLS settings the client cannot tell what it was asked for.
  if (!isTls && /\btls\b/i.test(text)) {
    return unreachable('NATS requires TLS: write tls:// instead of nats://');
  }
  return null;
}

function optionsOf(server: Server) {
  const { url, address, login, connectTimeoutMs } = server;
  return {
    name: 'strapi-plugin-guaranteed-webhooks',
    servers: `${isIP(address) === 6 ? `[${address}]` : address}:${url.port}`,
    // Other members of the cluster are not checked. A closed connection is opened again by the next message.
    ignoreClusterUpdates: true,
    reconnect: false,
    resolve: false,
    timeout: connectTimeoutMs,
    tls: url.isTls ? tlsOptions(server) : null,
    ...(login !== null && authenticationOf(login)),
  };
}

const authenticationOf = ({ username, password }: Login) =>
  password === '' ? { token: username } : { user: username, pass: password };
