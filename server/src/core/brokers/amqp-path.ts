/** Where RabbitMQ puts messages: `vhost/queue`, or `vhost/exchange/routing.key`, each encoded. */
import { invalidUrl } from '../safety/url-safety';

/** A short string of AMQP. */
const MAX_BYTES = 255;
const USAGE =
  'after the virtual host, add a queue, or an exchange and a routing key: amqps://host/%2F/articles, amqps://host/%2F/events/articles.published';

/** Where a broker puts messages. Virtual host and exchange are empty for brokers that have none. */
export interface BrokerAddress {
  vhost: string;
  /** Empty: `address` is a queue. */
  exchange: string;
  /** A queue or routing key, a subject, or the key of a stream. */
  address: string;
}

/**
 * @param segments decoded.
 * @throws CoreError `INVALID_URL`.
 */
export function amqpAddressOf(segments: readonly string[], field: string): BrokerAddress {
  const [vhost = '', ...rest] = segments;
  const address = rest.at(-1) ?? '';
  if (rest.length > 2) {
    throw invalidUrl(field, `has too many parts: write a "/" of a name as %2F; ${USAGE}`);
  }
  if ([vhost, ...rest].includes('') || rest.length === 0) {
    throw invalidUrl(field, `names no queue: ${USAGE}`);
  }
  const long = segments.find((segment) => Buffer.byteLength(segment) > MAX_BYTES);
  if (long !== undefined) {
    throw invalidUrl(field, `has a name of more than ${MAX_BYTES} bytes: RabbitMQ takes none`);
  }
  return { vhost, exchange: rest.length === 2 ? (rest[0] ?? '') : '', address };
}
