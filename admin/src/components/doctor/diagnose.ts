/** Tells the cause of a failed attempt from its outcome, status and error. Pure. */
import type { EndpointView, OutcomeKind } from '../../../../server/src/panel/contract';

export type Cause =
  | 'signature'
  | 'address'
  | 'gone'
  | 'too-large'
  | 'rejected'
  | 'busy'
  | 'redirect'
  | 'receiver'
  | 'dns'
  | 'refused'
  | 'tls'
  | 'timeout'
  | 'closed'
  | 'blocked'
  | 'format'
  | 'credentials'
  | 'unrouted'
  | 'package'
  | 'unreachable';

/** Where the user can act: a page, a field or a dialog of the endpoint. */
export type Remedy =
  'verify' | 'rotate' | 'enable' | 'url' | 'payload' | 'format' | 'tls' | 'timeout' | 'parallel';

export interface Diagnosis {
  cause: Cause;
  /** The most likely one first. */
  remedies: readonly Remedy[];
  /** A line of configuration that allows the target. Null: there is none. */
  configLine: string | null;
}

export interface Failure {
  /** Null: it follows from the error. */
  outcome: OutcomeKind | null;
  status: number | null;
  error: string | null;
}

const BY_STATUS: Readonly<Record<number, Cause>> = {
  400: 'rejected',
  401: 'signature',
  403: 'signature',
  404: 'address',
  405: 'address',
  410: 'gone',
  413: 'too-large',
  422: 'rejected',
  429: 'busy',
};

const REMEDIES: Partial<Record<Cause, readonly Remedy[]>> = {
  signature: ['verify', 'rotate'],
  address: ['url'],
  gone: ['url', 'enable'],
  'too-large': ['payload'],
  busy: ['parallel'],
  redirect: ['url'],
  dns: ['url'],
  refused: ['url'],
  tls: ['tls'],
  timeout: ['timeout'],
  format: ['format'],
  credentials: ['url'],
  unrouted: ['url'],
};

const BY_ERROR: readonly [RegExp, Cause][] = [
  [/ENOTFOUND|EAI_AGAIN|getaddrinfo|queryA/i, 'dns'],
  [/ECONNREFUSED|refused/i, 'refused'],
  [/certificate|\bTLS\b|\bSSL\b|self[- ]signed|altnames|handshake/i, 'tls'],
  [/ within \d+ ms/, 'timeout'],
  [/closed before|reset/i, 'closed'],
];

/** As `delivery/brokers` and `core/brokers/cloud-answer.ts` say them, whatever the outcome. */
const BY_BROKER_ERROR: readonly [RegExp, Cause][] = [
  [/^the endpoint needs /, 'package'],
  [/ refused the credentials/, 'credentials'],
  [/^no ((JetStream )?stream|queue|topic|event bus) /, 'unrouted'],
  [/^the message is larger than /, 'too-large'],
  [/ is throttling: /, 'busy'],
];

const CONFIG_LINE = /http\.allow\.\w+: \[[^\]]*\]/;
/** As `core/shape/render.ts` says it. */
const FORMAT_FAILED = /^the format "/;
const STATUS_TEXT = /^status (\d{3})/;
/** As `store/routing/endpoint-health.ts` says it of an endpoint that it disables. */
const GONE_TEXT = /answered (410) Gone/;

const OTHER_4XX = 400;
const SERVER_ERROR = 500;
const REDIRECT = 300;

function causeOfStatus(status: number): Cause {
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status >= SERVER_ERROR) return 'receiver';
  if (status >= OTHER_4XX) return 'rejected';
  return status >= REDIRECT ? 'redirect' : 'receiver';
}

const causeIn = (table: readonly [RegExp, Cause][], text: string): Cause | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1];

function causeOf({ outcome, status, error }: Failure): Cause {
  const text = error ?? '';
  const told = causeIn(BY_BROKER_ERROR, text);
  if (told !== undefined) return told;
  if (status !== null) return causeOfStatus(status);
  const toldStatus = STATUS_TEXT.exec(text)?.[1];
  if (toldStatus !== undefined) return causeOfStatus(Number(toldStatus));
  if (FORMAT_FAILED.test(text)) return 'format';
  if (outcome === 'blocked' || CONFIG_LINE.test(text)) return 'blocked';
  if (outcome === 'timed-out') return 'timeout';
  return causeIn(BY_ERROR, text) ?? 'unreachable';
}

/** Why an endpoint fails. A 410 response disables it without being counted as a failure. */
export function failureOf({
  state,
  stateReason,
  lastError,
}: Pick<EndpointView, 'state' | 'stateReason' | 'lastError'>): Failure | null {
  const gone = state === 'disabled' ? GONE_TEXT.exec(stateReason ?? '')?.[1] : undefined;
  if (gone !== undefined) return { outcome: null, status: Number(gone), error: null };
  return lastError === null ? null : { outcome: null, status: null, error: lastError };
}

export function diagnose(failure: Failure): Diagnosis {
  const cause = causeOf(failure);
  const line = CONFIG_LINE.exec(failure.error ?? '')?.[0] ?? null;
  return { cause, remedies: REMEDIES[cause] ?? [], configLine: cause === 'blocked' ? line : null };
}
