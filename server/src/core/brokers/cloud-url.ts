/** Queues, topics and buses of cloud services, as the path of a URL names them. */
import { invalidUrl } from '../safety/url-safety';

export type CloudKind = 'sqs' | 'sns' | 'eventbridge' | 'pubsub';

export interface Cloud {
  /** For messages. */
  name: string;
  /** The kind of thing that takes messages. */
  takes: string;
  path: RegExp;
  example: string;
}

export const CLOUDS: Readonly<Record<CloudKind, Cloud>> = {
  sqs: {
    name: 'SQS',
    takes: 'queue',
    path: /^\d{12}\/[\w-]{1,80}(\.fifo)?$/,
    example: 'sqs://ID:SECRET@sqs.eu-west-1.amazonaws.com/123456789012/articles',
  },
  sns: {
    name: 'SNS',
    takes: 'topic',
    path: /^arn:aws[a-z-]*:sns:[a-z\d-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/,
    example:
      'sns://ID:SECRET@sns.eu-west-1.amazonaws.com/arn:aws:sns:eu-west-1:123456789012:articles',
  },
  eventbridge: {
    name: 'EventBridge',
    takes: 'event bus',
    path: /^(arn:aws[a-z-]*:events:[a-z\d-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/,
    example: 'eventbridge://ID:SECRET@events.eu-west-1.amazonaws.com/default',
  },
  pubsub: {
    name: 'Pub/Sub',
    takes: 'topic',
    path: /^projects\/[a-z][a-z\d.:-]{2,}\/topics\/[a-z][\w.~+%-]{2,254}$/i,
    example: 'pubsub://KEY_FILE_IN_BASE64@pubsub.googleapis.com/projects/shop/topics/articles',
  },
};

export const isCloud = (kind: string): kind is CloudKind => Object.hasOwn(CLOUDS, kind);

/**
 * @param path decoded.
 * @throws CoreError `INVALID_URL`.
 */
export function cloudAddressOf(kind: CloudKind, path: string, field: string): string {
  const { name, takes, path: form, example } = CLOUDS[kind];
  if (!form.test(path)) throw invalidUrl(field, `names no ${takes} of ${name}: ${example}`);
  return path;
}

const REGION = /(?:^|[.:])((?:[a-z]{2}|eusc)(?:-[a-z]+)+-\d+)(?=[.:])/;
/** Emulators take any. */
const DEFAULT_REGION = 'us-east-1';

/** From the host, also that of a VPC endpoint, or from an ARN. */
export const regionOf = ({ host, address }: { host: string; address: string }): string =>
  (REGION.exec(host) ?? REGION.exec(address))?.[1] ?? DEFAULT_REGION;
