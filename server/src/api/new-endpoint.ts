/** Completes the input of a new endpoint with defaults and its first secret. */
import type { EndpointInput, EndpointSecret, SaveWarnings } from './types';
import { DEFAULT_ENDPOINT_POLICY } from '../core/retry/backoff';
import { EVERY } from '../core/gates/delivery-mode';
import { isHandlerUrl } from '../core/message/callback-target';
import { isPulled } from '../core/message/pull';
import { receiverToken } from '../core/signing/receiver-token';
import { newSecret } from '../core/signing/signature';
import type { EndpointWrite, TopicRecord } from '../store/types';
import { endpointColumns } from './endpoint-input';
import { checkedSecret } from './signing-input';
import type { Runtime } from '../runtime/runtime';

const SECRET_BYTES = 32;
const DEFAULT_JITTER_PERCENT = 20;

/** Settings that are not encrypted. */
export const ENDPOINT_DEFAULTS = {
  method: 'POST',
  retryPolicy: DEFAULT_ENDPOINT_POLICY,
  jitterPercent: DEFAULT_JITTER_PERCENT,
  finalStatuses: [],
  timeoutMs: null,
  signatures: ['standard'],
  signatureHeader: null,
  documentLimit: null,
  cloudEvents: false,
  maxParallel: null,
  delivery: EVERY,
  rateLimit: null,
  ledger: false,
  reconcile: null,
  filter: null,
  shape: null,
} satisfies Partial<EndpointWrite>;

export const freshSecret = ({ randomBytes }: Runtime): string =>
  newSecret(randomBytes(SECRET_BYTES));

export const secretView = (secret: string): EndpointSecret => ({
  secret,
  token: receiverToken(secret),
});

/**
 * @param topics all topics, when the caller has read them.
 * @throws CoreError naming the field.
 */
export async function newEndpoint(
  runtime: Runtime,
  input: EndpointInput,
  topics?: readonly TopicRecord[]
): Promise<{ write: EndpointWrite; secret: string }> {
  const { columns, secret: own } = await endpointColumns(runtime, input, topics);
  const secret = own === undefined ? freshSecret(runtime) : checkedSecret(own);
  const write: EndpointWrite = {
    ...ENDPOINT_DEFAULTS,
    headers: null,
    ignoredActors: [],
    callbacks: null,
    tls: null,
    credentials: null,
    ...columns,
    state: 'active',
    stateReason: null,
    stateChangedAt: runtime.clock.now(),
    secret: runtime.crypt.encrypt(secret),
    previousSecret: null,
    previousSecretUntil: null,
    firstFailureAt: null,
  };
  return { write, secret };
}

/** Warns when the address of a saved endpoint is refused now. It may change later. */
export async function addressWarnings(
  { addressProblem, log }: Runtime,
  { name, url }: Pick<EndpointInput, 'name' | 'url'>
): Promise<SaveWarnings> {
  const hasAddress = !isPulled({ url }) && !isHandlerUrl(url);
  const refusal = hasAddress ? await addressProblem(url) : null;
  if (refusal === null) return { warnings: [] };
  log.warn(`messages to endpoint "${name}" would be blocked now: ${refusal}`);
  return { warnings: [{ field: 'url', message: refusal }] };
}
