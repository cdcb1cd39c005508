/**
 * Reads the answer of a cloud service: whether it confirms the message, and why not. The words are those of
 * brokers, which the panel explains.
 */
import type { Outcome } from '../message/message';
import type { BrokerUrl } from './broker-url';
import { CLOUDS, type Cloud, type CloudKind } from './cloud-url';

/** At least this much of an answer is read: it decides. */
export const ANSWER_BYTES = 4_096;

const MAX_REASON_LENGTH = 300;
/** Of an answer that is about each message. */
const CONFIRMED = 200;

interface Reason {
  status: number;
  /** Empty: the answer has none. */
  code: string;
  message: string;
}

type Responded = Extract<Outcome, { kind: 'responded' }>;

/** @returns what counts as the outcome: a refusal with its reason, a success only if it confirms the message. */
export function judgedAnswer(kind: CloudKind, to: BrokerUrl, outcome: Outcome): Outcome {
  if (outcome.kind !== 'responded') return outcome;
  const { status } = outcome;
  const text = outcome.body.encoding === 'utf8' ? outcome.body.text : '';
  if (status >= 200 && status < 300) {
    const problem = unconfirmed(kind, to, text);
    return problem === null ? outcome : { kind: 'unreachable', error: problem };
  }
  return withReason(outcome, reasonText(kind, to, { status, ...reasonIn(text) }));
}

const withReason = (outcome: Responded, error: string | null): Responded =>
  error === null ? outcome : { ...outcome, error };

const CONFIRMATIONS: Record<Exclude<CloudKind, 'eventbridge'>, RegExp> = {
  sqs: /"MessageId"\s*:\s*"[^"]/,
  sns: /<MessageId>[^<]|"MessageId"\s*:\s*"[^"]/,
  pubsub: /"messageIds"\s*:\s*\[\s*"[^"]/,
};

function unconfirmed(kind: CloudKind, to: BrokerUrl, text: string): string | null {
  const { name } = CLOUDS[kind];
  const silent = `${name} did not confirm the message: its answer has no id of it`;
  if (kind !== 'eventbridge') return CONFIRMATIONS[kind].test(text) ? null : silent;
  const answer = jsonOf(text);
  const entry = part(answer, 'Entries', '0');
  if (part(answer, 'FailedEntryCount') === 0 && textOf(entry, 'EventId') !== '') return null;
  const code = textOf(entry, 'ErrorCode');
  if (code === '') return silent;
  const reason = { status: CONFIRMED, code, message: textOf(entry, 'ErrorMessage') };
  return reasonText(kind, to, reason) ?? silent;
}

interface Cause {
  statuses: readonly number[];
  code: RegExp;
  /** Of the message, where the code does not tell. */
  message?: RegExp;
  says: (cloud: Cloud, address: string) => string;
}

/** In this order: some refusals for now have the status 403. */
const CAUSES: readonly Cause[] = [
  {
    statuses: [429],
    code: /throttl|toomanyrequests|RESOURCE_EXHAUSTED/i,
    says: ({ name }) => `${name} is throttling`,
  },
  {
    statuses: [404],
    code: /NonExistentQueue|QueueDoesNotExist|^(Resource)?NotFound|NOT_FOUND/,
    says: ({ name, takes }, address) => `no ${takes} "${address}" exists in ${name}`,
  },
  {
    statuses: [401, 403],
    code: /Token|Signature|AccessDenied|UnrecognizedClient|AuthorizationError|AuthFailure|NotAuthorized|UNAUTHENTICATED|PERMISSION_DENIED/,
    says: ({ name }) => `${name} refused the credentials`,
  },
  {
    statuses: [413],
    code: /TooLong|TooLarge/,
    message: /too long|shorter than|over the limit|exceeds the (limit|maximum)/i,
    says: ({ name }) => `the message is larger than ${name} takes`,
  },
];

function reasonText(kind: CloudKind, { address }: BrokerUrl, reason: Reason): string | null {
  const { status, code, message } = reason;
  const said = oneLine([code, message].filter((text) => text !== '').join(': '));
  const cause = CAUSES.find(
    (one) =>
      one.statuses.includes(status) || one.code.test(code) || one.message?.test(message) === true
  );
  if (cause !== undefined) {
    return `${cause.says(CLOUDS[kind], address)}: ${said || `status ${status}`}`;
  }
  if (said === '') return null;
  const answered =
    status === CONFIRMED ? `${CLOUDS[kind].name} refused the message` : `status ${status}`;
  return `${answered}: ${said}`;
}

/** AWS says `__type` and `message`, in XML `Code` and `Message`; Google has an object `error`. */
function reasonIn(text: string): Pick<Reason, 'code' | 'message'> {
  const answer = jsonOf(text);
  if (answer === null) {
    return {
      code: /<Code>([^<]*)</.exec(text)?.[1] ?? '',
      message: /<Message>([^<]*)</.exec(text)?.[1] ?? '',
    };
  }
  const error = part(answer, 'error');
  // `com.amazonaws.sqs#QueueDoesNotExist`
  const type = textOf(answer, '__type').split('#').at(-1) ?? '';
  const message = textOf(answer, 'message') || textOf(answer, 'Message');
  return {
    code: type || textOf(error, 'status'),
    message: message || textOf(error, 'message'),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** A part of JSON from outside, or undefined. */
function part(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}

function textOf(value: unknown, key: string): string {
  const text = part(value, key);
  return typeof text === 'string' ? text : '';
}

const oneLine = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, MAX_REASON_LENGTH);
