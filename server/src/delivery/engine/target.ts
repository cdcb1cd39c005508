/** Where an attempt goes, and on which terms: by the endpoint's current settings. */
import { DEFAULT_PUBLISH_POLICY } from '../../core/retry/backoff';
import type { ClaimedMessage, RetryPolicy, TlsIdentity } from '../../core/message/message';
import { isBrokerUrl } from '../../core/brokers/broker-url';
import type { OutgoingRequest, RequestSettings } from '../../core/message/request';
import { hexSignaturesOf } from '../../core/signing/signature-hex';
import type { EndpointSettings } from './directory';

/** Published messages follow the QStash retry curve exactly; endpoints set their own jitter. */
export const NO_JITTER = 0;

export interface Target {
  settings: RequestSettings;
  secrets: string[];
  retryPolicy: RetryPolicy;
  jitter: number;
  tls: TlsIdentity | null;
  finalStatuses?: readonly number[];
  broker?: OutgoingRequest['broker'];
}

export type Retries = Pick<Target, 'retryPolicy' | 'jitter'>;

export const retriesOf = (
  { retryPolicy }: ClaimedMessage,
  endpoint?: EndpointSettings
): Retries => ({
  retryPolicy: retryPolicy ?? endpoint?.retryPolicy ?? DEFAULT_PUBLISH_POLICY,
  jitter: endpoint === undefined ? NO_JITTER : endpoint.jitterPercent / 100,
});

/** Secrets that sign at this time: the current one, and the previous one during its overlap. */
export function signingSecrets(
  { secrets, previousSecretUntil }: Pick<EndpointSettings, 'secrets' | 'previousSecretUntil'>,
  now: number
): string[] {
  return previousSecretUntil !== null && previousSecretUntil > now ? secrets : secrets.slice(0, 1);
}

interface EndpointAttempt {
  message: ClaimedMessage;
  endpoint: EndpointSettings;
  timeoutMs: number;
  /** URL of this Strapi. */
  source: string;
  now: number;
}

export function endpointTarget(attempt: EndpointAttempt): Target {
  const { message, endpoint, timeoutMs, source, now } = attempt;
  const { isBroker, headers, secretHeaders, hexSignatures } = constantsOf(endpoint);
  return {
    settings: {
      url: endpoint.url,
      // A broker has no methods: the body is always sent.
      method: isBroker ? 'POST' : (message.rendering?.method ?? endpoint.method),
      headers,
      timeoutMs,
      secretHeaders,
      hexSignatures,
      ...(endpoint.cloudEvents && { cloudEventSource: source }),
    },
    secrets: signingSecrets(endpoint, now),
    tls: endpoint.tlsIdentity,
    finalStatuses: endpoint.finalStatuses,
    ...retriesOf(message, endpoint),
    ...(isBroker && { broker: { endpointId: endpoint.id, login: endpoint.login } }),
  };
}

interface Constants extends Required<
  Pick<RequestSettings, 'headers' | 'secretHeaders' | 'hexSignatures'>
> {
  isBroker: boolean;
}

/** The directory makes new settings when an endpoint changes. */
const constants = new WeakMap<EndpointSettings, Constants>();

/** The same for all messages of an endpoint. */
function constantsOf(endpoint: EndpointSettings): Constants {
  const known = constants.get(endpoint);
  if (known !== undefined) return known;
  const { plainHeaders } = endpoint;
  const hexSignatures = hexSignaturesOf(endpoint.signatures, endpoint.signatureHeader);
  const masked = [
    ...plainHeaders.filter(({ secret }) => secret).map(({ name }) => name),
    ...hexSignatures.map(({ header }) => header),
  ];
  const made = {
    isBroker: isBrokerUrl(endpoint.url),
    headers: Object.fromEntries(plainHeaders.map(({ name, value }) => [name, value ?? ''])),
    secretHeaders: new Set(masked.map((name) => name.toLowerCase())),
    hexSignatures,
  };
  constants.set(endpoint, made);
  return made;
}
