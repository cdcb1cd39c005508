/**
 * Converts endpoints: input, checked and with secrets encrypted, to columns; and back to a view without
 * values of secret headers.
 */
import type { EndpointCallbacksInput, EndpointInput, EndpointView } from './types';
import type { HeaderInput, WithheldCount } from '../store/views';
import { validateRetryPolicy } from '../core/retry/backoff';
import { breakerView, lastErrorOf } from '../core/health/breaker';
import type { CallbackSpecs } from '../core/message/message';
import { isPulled } from '../core/message/pull';
import { assertTimeout } from '../core/message/timeout';
import type { EndpointRecord, EndpointWrite, TopicRecord } from '../store/types';
import { checkRouting } from './endpoint-routing';
import { callbackSpecs, callbacksView, writtenCallbacks } from './callback-options';
import { checkDelivery } from './delivery-input';
import { filterView, withheldBy } from './filter-input';
import { shownHeaders, storedHeaders, type StoredHeader } from './header-input';
import { parseInput } from './input';
import { checkPulled, firstExpiry } from './pull-input';
import { reconcileColumns } from './reconcile-input';
import { endpointChange, endpointInput, parseChange } from './schemas';
import { shapeOf } from './shape-input';
import { actorColumns } from './actor-input';
import { signingColumns } from './signing-input';
import type { ChangedEndpoint } from '../delivery/engine/schema-guard';
import type { Runtime } from '../runtime/runtime';
import { UnreadableSecretError, type Crypt } from '../host/secrets';
import { tlsText, tlsView } from './tls-input';
import { urlColumns } from './url-input';

/** The columns that input sets. State and secrets have their own operations. */
type Required = Pick<EndpointWrite, 'name' | 'url' | 'topicIds'>;
type Optional = Omit<
  EndpointWrite,
  | keyof Required
  | 'state'
  | 'stateReason'
  | 'stateChangedAt'
  | 'secret'
  | 'previousSecret'
  | 'previousSecretUntil'
  | 'firstFailureAt'
  | 'breaker'
  | 'managedBy'
>;

/**
 * Columns of a new endpoint, and the secret that was brought.
 *
 * @param topics all topics, when the caller has read them.
 * @throws CoreError naming the field.
 */
export async function endpointColumns(
  runtime: Runtime,
  input: EndpointInput,
  topics?: readonly TopicRecord[]
): Promise<{ columns: Required & Partial<Optional>; secret: string | undefined }> {
  const {
    name,
    url,
    topicIds,
    secret,
    temporary = false,
    ...optional
  } = parseInput(endpointInput, input);
  const columns = await columnsOf(runtime, { ...optional, url, topicIds }, { topics });
  const expiresAt = temporary ? firstExpiry(url, runtime.clock.now()) : null;
  return { columns: { name, url, topicIds, ...columns, expiresAt }, secret };
}

/**
 * Columns of a changed endpoint: those of the fields that are present in the input.
 *
 * @throws CoreError naming the field.
 */
export const changedColumns = async (
  runtime: Runtime,
  input: Partial<EndpointInput>,
  stored: EndpointRecord
): Promise<Partial<Required & Optional>> =>
  columnsOf(runtime, parseChange(endpointChange, input, stored), { stored });

async function columnsOf(
  runtime: Runtime,
  input: Partial<Omit<EndpointInput, 'secret' | 'temporary'>>,
  { stored, topics }: { stored?: EndpointRecord; topics?: readonly TopicRecord[] | undefined }
): Promise<Partial<Required & Optional>> {
  const { topicIds, headers, retryPolicy, callbacks, tls, ...rest } = input;
  const { signatures, signatureHeader, shape, ignoredActors, reconcile, ...plain } = rest;
  const { url = stored?.url ?? '' } = plain;
  if (isPulled({ url })) checkPulled(input, stored);
  assertTimeout(plain.timeoutMs, runtime.config.dispatcher.leaseMs, 'timeoutMs');
  await checkRouting(runtime, { topicIds, filter: plain.filter, shape }, { stored, topics });
  const completed = shape === undefined ? undefined : shapeOf(runtime, shape);
  checkDelivery({ ...plain, shape: completed }, stored);
  return {
    ...plain,
    ...(plain.url !== undefined && urlColumns(runtime, url, stored)),
    ...(topicIds !== undefined && { topicIds: [...new Set(topicIds)] }),
    ...(retryPolicy !== undefined && {
      retryPolicy: validateRetryPolicy(retryPolicy, 'retryPolicy'),
    }),

    ...signingColumns({ signatures, signatureHeader }, stored, () =>
      (headers ?? (stored ? readHeaders(runtime.crypt, stored).headers : [])).map(
        ({ name }) => name
      )
    ),
    ...(completed !== undefined && { shape: completed }),
    ...reconcileColumns({ reconcile, ledger: plain.ledger }, stored),
    ...(await actorColumns(runtime, ignoredActors)),
    ...sealedColumns(runtime, { headers, callbacks, tls, url }, stored),
  };
}

/** Columns that are encrypted. */
function sealedColumns(
  runtime: Runtime,
  {
    headers,
    callbacks,
    tls,
    url,
  }: Pick<Partial<EndpointInput>, 'headers' | 'callbacks' | 'tls'> & { url: string },
  stored: EndpointRecord | undefined
): Partial<Pick<Optional, 'headers' | 'callbacks' | 'tls'>> {
  return {
    ...(headers !== undefined && { headers: headersText(runtime.crypt, headers, stored) }),
    ...(callbacks !== undefined && { callbacks: callbacksText(runtime, callbacks, stored) }),
    ...(tls !== undefined && { tls: tlsText(runtime.crypt, { tls, url }, stored) }),
  };
}

/** Context of the views of endpoints. */
interface ViewContext {
  topics: readonly TopicRecord[];
  withheld: ReadonlyMap<string, WithheldCount>;
  changed: readonly ChangedEndpoint[];
}

/** Lists the fields one by one, so a new column is not exposed by accident. */
export function endpointView(
  runtime: Runtime,
  endpoint: EndpointRecord,
  { topics, withheld, changed }: ViewContext
): EndpointView {
  const { crypt } = runtime;
  const { headers, problem } = readHeaders(crypt, endpoint);
  return {
    id: endpoint.id,
    version: endpoint.version,
    name: endpoint.name,
    url: endpoint.url,
    pullUrl: isPulled(endpoint) ? runtime.publicUrl(`/endpoints/${endpoint.id}`) : null,
    method: endpoint.method,
    state: endpoint.state,
    stateReason: endpoint.stateReason,
    stateChangedAt: endpoint.stateChangedAt,
    topics: topics
      .filter((topic) => endpoint.topicIds.includes(topic.id))
      .map(({ id, name }) => ({ id, name })),
    schemaChanges: [...(changed.find(({ id }) => id === endpoint.id)?.changes ?? [])],
    headers: shownHeaders(headers),
    retryPolicy: endpoint.retryPolicy,
    jitterPercent: endpoint.jitterPercent,
    finalStatuses: endpoint.finalStatuses,
    timeoutMs: endpoint.timeoutMs,
    signatures: endpoint.signatures,
    signatureHeader: endpoint.signatureHeader,
    ignoredActors: endpoint.ignoredActors,
    documentLimit: endpoint.documentLimit,
    cloudEvents: endpoint.cloudEvents,
    maxParallel: endpoint.maxParallel,
    delivery: endpoint.delivery,
    rateLimit: endpoint.rateLimit,
    ledger: endpoint.ledger,
    reconcile: endpoint.reconcile,
    filter: endpoint.filter,
    ...filterView(runtime, 'endpoint', endpoint.id, withheld),
    ignored: withheldBy({ by: 'actors', id: endpoint.id }, withheld),
    shape: endpoint.shape,
    callbacks: callbacksView(readCallbacks(crypt, endpoint)),
    tls: tlsView(crypt, endpoint),
    previousSecretUntil: endpoint.previousSecretUntil,
    firstFailureAt: endpoint.firstFailureAt,
    lastError: endpoint.firstFailureAt === null ? null : lastErrorOf(endpoint.breaker),
    breaker: breakerView(endpoint.breaker),
    problem,
    managedBy: endpoint.managedBy,
    expiresAt: endpoint.expiresAt,
    createdAt: endpoint.createdAt,
    updatedAt: endpoint.updatedAt,
  };
}

/** With another `ENCRYPTION_KEY`, the page shows the problem instead of failing. */
export function readHeaders(
  crypt: Crypt,
  endpoint: EndpointRecord
): { headers: StoredHeader[]; problem: string | null } {
  try {
    const { secret, previousSecret, tls, credentials } = endpoint;
    [secret, previousSecret, tls, credentials].forEach((text) => text && crypt.decrypt(text));
    const text = endpoint.headers === null ? '[]' : crypt.decrypt(endpoint.headers);
    return { headers: JSON.parse(text) as StoredHeader[], problem: null };
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    return { headers: [], problem: error.message };
  }
}

/** @returns the column's value: null without headers. */
function headersText(
  crypt: Crypt,
  input: readonly HeaderInput[],
  stored: EndpointRecord | undefined
): string | null {
  const known = stored ? readHeaders(crypt, stored) : { headers: [], problem: null };
  const complete = storedHeaders(input, known.headers, 'headers', known.problem);
  return complete.length === 0 ? null : crypt.encrypt(JSON.stringify(complete));
}

function callbacksText(
  runtime: Runtime,
  input: EndpointCallbacksInput | null,
  stored: EndpointRecord | undefined
): string | null {
  const known = stored ? readCallbacks(runtime.crypt, stored) : null;
  const specs = callbackSpecs(runtime, writtenCallbacks(input ?? {}, known), 'code');
  return specs === null ? null : runtime.crypt.encrypt(JSON.stringify(specs));
}

/** Callbacks that cannot be decrypted are shown as none. */
export function readCallbacks(crypt: Crypt, { callbacks }: EndpointRecord): CallbackSpecs | null {
  try {
    return callbacks === null ? null : (JSON.parse(crypt.decrypt(callbacks)) as CallbackSpecs);
  } catch (error) {
    if (!(error instanceof UnreadableSecretError)) throw error;
    return null;
  }
}
