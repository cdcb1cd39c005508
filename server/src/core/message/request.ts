/**
 * Renders the request of one attempt: exact bytes, final headers, signed now.
 *
 * Headers are layered, later ones win: trace context, the endpoint's headers, the message's own,
 * ours. Ours cannot be overridden, because a receiver uses them to identify and verify the
 * message.
 */
import type { Login } from '../brokers/broker-url';
import { tagsOf } from '../cache-tags/tags';
import { CoreError } from '../errors';
import { encodedName, mergeHeaders } from '../safety/headers';
import { cloudEventHeaders } from './cloud-events';
import { HOPS_HEADER, hopOf } from './hops';
import type { ClaimedMessage, TlsIdentity } from './message';
import { bodyBytes } from './payload';
import { redactHeaders, redactUrl } from '../safety/redact';
import { traceHeaders } from '../trace-context';
import { signStandard } from '../signing/signature';
import { signHex, type HexSignatures } from '../signing/signature-hex';
import { jwtAlgorithmOf, signJwt, type JwtKey } from '../signing/signature-jwt';

/** The request as it is sent: signed, headers final. */
export interface OutgoingRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Buffer;
  /** Deadline of the whole exchange, response body included. */
  timeoutMs: number;
  tls?: TlsIdentity | null;
  /** Read of the response even if `http.maxResponseBytes` is less. */
  minResponseBytes?: number;
  /** Of a message broker or cloud service: whose connection it is, and how to log in. */
  broker?: { endpointId: number; login: Login | null };
}

export interface RequestSettings {
  url: string;
  method: string;
  headers: Record<string, string>;
  timeoutMs: number;
  /** Names of secret headers, lower case. Their values are masked in the log. */
  secretHeaders?: ReadonlySet<string>;
  /** The source of CloudEvents headers. Absent: there are none. */
  cloudEventSource?: string;
  /** Signatures of the body, made with the current secret. */
  hexSignatures?: HexSignatures;
}

export interface RequestInput {
  message: ClaimedMessage;
  /** The endpoint's current settings, or the message's own. */
  settings: RequestSettings;
  /** `whsec_…`, current first; also the previous one during a rotation. */
  secrets: readonly string[];
  /** Required when the message asks for a JWT; must match the requested algorithm. */
  jwtKey?: JwtKey;
  /** Id of this attempt's JWT. */
  jti: string;
  userAgent: string;
  /** Epoch ms. */
  now: number;
}

export interface RenderedRequest {
  request: OutgoingRequest;
  /** The request as recorded with the attempt, secrets redacted. */
  logged: { url: string; method: string; headers: Record<string, string> };
}

/** Cache tags of the change, separated by commas. */
const TAGS_HEADER = 'X-Strapi-Tags';

/** @returns the document that a request is about: the first tag names it. */
export const documentOf = (headers: Readonly<Record<string, string>>): string | undefined =>
  headers[TAGS_HEADER]?.split(',')[0];

const BODILESS_METHODS = new Set(['GET', 'HEAD']);
const NO_SECRETS: ReadonlySet<string> = new Set();

/**
 * @throws CoreError `INVALID_SECRET` when a signature is required and there is no secret: such a
 *   request is never sent unsigned.
 */
export async function renderRequest(input: RequestInput): Promise<RenderedRequest> {
  const { message, settings } = input;
  const { url, timeoutMs } = settings;
  const method = settings.method.toUpperCase();
  // The signature covers what is sent: nothing, for a method without a body.
  const bodiless = BODILESS_METHODS.has(method);
  const body = bodiless ? Buffer.alloc(0) : bodyBytes(message.body);

  // Extended in place: spreading copies each header several times, and there are thousands of requests a second.
  const ours = descriptiveHeaders(input);
  if (settings.cloudEventSource !== undefined) {
    Object.assign(ours, cloudEventHeaders(message, settings.cloudEventSource));
  }
  if (!bodiless) ours['Content-Type'] = message.contentType;
  addStandardHeaders(ours, input, body);
  Object.assign(ours, hexHeaders(input, body));
  if (jwtAlgorithmOf(message.signatures) !== null) {
    Object.assign(ours, await jwtHeader(input, body));
  }
  const headers = mergeHeaders(
    traceHeaders(message.event.trace),
    settings.headers,
    message.headers,
    ours
  );
  return {
    request: { url, method, headers, body, timeoutMs },
    logged: {
      url: redactUrl(url),
      method,
      headers: redactHeaders(headers, settings.secretHeaders ?? NO_SECRETS),
    },
  };
}

function descriptiveHeaders({ message, userAgent }: RequestInput): Record<string, string> {
  const headers: Record<string, string> = { 'User-Agent': userAgent };
  const add = (header: string, name: string | null | undefined): void => {
    if (name) headers[header] = encodedName(name);
  };
  add('X-Strapi-Event', message.event.name);
  const tags = tagsOfEvent(message.event);
  if (tags.length > 0) headers[TAGS_HEADER] = tags.join(',');
  headers['Upstash-Message-Id'] = message.messageId;
  headers['Upstash-Retried'] = String(message.retried);
  headers[HOPS_HEADER] = String(hopOf(message.headers));
  add('Upstash-Topic-Name', message.topicName);
  add('Upstash-Schedule-Id', message.scheduleId);
  add('Upstash-Caller-IP', message.callerIp);
  return headers;
}

/** Also beside a body that is that of Strapi's own webhook. */
function tagsOfEvent(event: ClaimedMessage['event']): readonly string[] {
  const { uid, entryDocumentId: documentId = null, entryLocale: locale = null } = event;
  return tagsOf({ uid, documentId, locale });
}

/** Adds the message id and the timestamp, sent with every request, signed or not. */
function addStandardHeaders(
  headers: Record<string, string>,
  { message, secrets, now }: RequestInput,
  body: Buffer
): void {
  const timestampS = Math.floor(now / 1_000);
  headers['webhook-id'] = message.messageId;
  headers['webhook-timestamp'] = String(timestampS);
  if (!message.signatures.includes('standard')) return;
  if (secrets.length === 0) throw nothingToSignWith('secret', 'secrets');
  headers['webhook-signature'] = signStandard(secrets, message.messageId, timestampS, body);
}

function hexHeaders(
  { settings: { hexSignatures = [] }, secrets }: RequestInput,
  body: Buffer
): Record<string, string> {
  const [current] = secrets;
  if (hexSignatures.length === 0) return {};
  if (current === undefined) throw nothingToSignWith('secret', 'secrets');
  return signHex(hexSignatures, current, body);
}

async function jwtHeader(
  { message, settings, jwtKey, jti, now }: RequestInput,
  body: Buffer
): Promise<Record<string, string>> {
  if (jwtKey === undefined || jwtKey.alg !== jwtAlgorithmOf(message.signatures)) {
    throw nothingToSignWith('signing key', 'jwtKey');
  }
  const token = await signJwt({ key: jwtKey, url: settings.url, body, now, jti });
  return { 'Upstash-Signature': token };
}

function nothingToSignWith(what: string, field: string): CoreError {
  return new CoreError(
    'INVALID_SECRET',
    `the message is to be signed, but there is no ${what}`,
    field
  );
}
