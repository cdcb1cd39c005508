/**
 * Delivers signed requests to message brokers and cloud services: headers and body as HTTP has them, delivered
 * when the broker has confirmed that it stored the message. Never throws, like the HTTP sender.
 */
import { readBrokerUrl, type BrokerUrl, type ClientKind } from '../../core/brokers/broker-url';
import { isCloud } from '../../core/brokers/cloud-url';
import type { Outcome } from '../../core/message/message';
import { storeBody } from '../../core/message/payload';
import type { OutgoingRequest } from '../../core/message/request';
import { groupAborts } from '../http/aborts';
import type { Dial, FindAddresses } from '../http/addresses';
import { CONNECT_TIMEOUT_MS } from '../http/agent';
import { failureOf, type Phase } from '../http/describe-error';
import type { HttpSender } from '../http/sender';
import { createAmqp } from './amqp';
import { createClouds, type CloudsOptions } from './clouds';
import { createConnections } from './connections';
import type { Connection, Driver, Failure, LoadPackage } from './driver';
import { createKafka } from './kafka';
import { createNats } from './nats';
import { createRedis } from './redis';

/** A confirmation, recorded as a response. */
const STORED = 200;

interface BrokersOptions extends CloudsOptions {
  load: LoadPackage;
  findAddresses: FindAddresses;
  dial: Dial;
}

export interface Brokers {
  send: HttpSender['send'];
  /** Why nothing can be sent to this kind of URL, or null. */
  problem(url: string): string | null;
  close(): Promise<unknown>;
}

export function createBrokers({ load, findAddresses, dial, ...http }: BrokersOptions): Brokers {
  const clouds = createClouds(http);
  const drivers: Record<ClientKind, Driver> = {
    amqp: createAmqp(load),
    kafka: createKafka(load, dial),
    nats: createNats(load),
    redis: createRedis(load),
  };
  const connections = createConnections();
  const abortsOf = groupAborts();

  function problemOf({ packages }: Driver): string | null {
    try {
      for (const name of packages) load(name);
      return null;
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
      const what = isMissing ? 'needs packages that are not installed' : 'needs other versions';
      return `${what}: npm install ${packages.join(' ')}`;
    }
  }

  async function connect(
    driver: Driver,
    { url, broker, tls }: OutgoingRequest,
    onClosed: () => void
  ): Promise<Connection> {
    const target = readBrokerUrl(url);
    const server = {
      url: target,
      login: broker?.login ?? null,
      tls: tls ?? null,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    };
    let failure: unknown;
    for (const address of await findAddresses(target.host)) {
      try {
        return await driver.connect({ ...server, address }, onClosed);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  function exchange(
    driver: Driver,
    request: OutgoingRequest,
    signal: AbortSignal
  ): Promise<Outcome | 'aborted'> {
    const target = readBrokerUrl(request.url);
    const { broker, tls, timeoutMs } = request;
    const settings = JSON.stringify([request.url, broker?.login, tls?.id]);
    const use = connections.use(broker?.endpointId ?? 0, settings, (onClosed) =>
      connect(driver, request, onClosed)
    );
    return new Promise((resolve) => {
      let phase: Phase = 'connecting';
      let ended = false;
      const deadline = setTimeout(() => end(late(phase, timeoutMs)), timeoutMs);
      const forgetAbort = abortsOf(signal)(() => end('aborted'));

      function end(outcome: Outcome | 'aborted'): void {
        if (ended) return;
        ended = true;
        clearTimeout(deadline);
        forgetAbort();
        const isUnconfirmed = phase === 'waiting' && isLate(outcome);
        use.end(isUnconfirmed);
        resolve(outcome);
      }

      async function publish(): Promise<void> {
        const connection = await use.connection;
        // The deadline passed while it connected: it must not be sent after its settlement.
        if (ended) return;
        phase = 'waiting';
        const confirmed = await connection.publish(target, {
          id: request.headers['webhook-id'] ?? '',
          headers: request.headers,
          body: request.body,
          timeoutMs,
        });
        use.confirm();
        end(stored(confirmed));
      }

      publish().catch((error: unknown) => end(failed(driver, error, target, phase)));
    });
  }

  return {
    async send(request, signal) {
      if (signal.aborted) return 'aborted';
      const { broker } = readBrokerUrl(request.url);
      if (isCloud(broker)) return clouds.send(broker, request, signal);
      const driver = drivers[broker];
      const problem = problemOf(driver);
      if (problem !== null) return { kind: 'blocked', error: `the endpoint ${problem}` };
      return exchange(driver, request, signal);
    },

    problem(url) {
      const { broker } = readBrokerUrl(url);
      return isCloud(broker) ? null : problemOf(drivers[broker]);
    },

    close: connections.close,
  };
}

const isLate = (outcome: Outcome | 'aborted'): boolean =>
  outcome !== 'aborted' && outcome.kind === 'timed-out';

const late = (phase: Phase, timeoutMs: number): Failure => ({
  kind: 'timed-out',
  error: `no ${phase === 'connecting' ? 'connection' : 'confirmation'} within ${timeoutMs} ms`,
});

const stored = (confirmed: object): Outcome => ({
  kind: 'responded',
  status: STORED,
  headers: { 'content-type': 'application/json' },
  body: storeBody(Buffer.from(JSON.stringify(confirmed))),
  bodyTruncated: false,
});

function failed(driver: Driver, error: unknown, url: BrokerUrl, phase: Phase): Failure {
  const described = driver.describe(error, url);
  if (described !== null) return described;
  // A client's own error says less than that of the socket.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const failure = failureOf(cause, phase);
  return failure.kind === 'no-tunnel' ? { kind: 'unreachable', error: failure.error } : failure;
}
