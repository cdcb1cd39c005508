/** Events, messages and settlements with what a test does not care about filled in. */
import { EVERY } from '../../server/src/core/gates/delivery-mode';
import type {
  Attempt,
  ClaimedMessage,
  NewEvent,
  NewMessage,
  Outcome,
  Settled,
  Settlement,
} from '../../server/src/core/message/message';
import type { ClaimRequest } from '../../server/src/delivery/loop/ports';
import type { EndpointWrite, FullStore, TopicWrite } from '../../server/src/store/types';

/** Any instant would do; this one does not fit into 32 bits. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
export const LEASE_MS = 60_000;

let serial = 0;
/** Unique within the test run. */
export const unique = (prefix: string): string => `${prefix}${(++serial).toString(36)}`;

export function event(overrides: Partial<NewEvent> = {}): NewEvent {
  return {
    name: 'entry.publish',
    uid: 'api::article.article',
    entryDocumentId: 'a1b2c3d4e5f6g7h8i9j0k1l2',
    entryLocale: 'en',
    body: { text: '{"event":"entry.publish"}', encoding: 'utf8' },
    contentType: 'application/json',
    actor: { kind: 'admin', id: 1, label: 'ada@example.com' },
    source: 'content',
    occurredAt: NOW,
    ...overrides,
  };
}

export function message(overrides: Partial<NewMessage> = {}): NewMessage {
  return {
    messageId: unique('msg_'),
    endpointId: 1,
    endpointName: 'shop',
    topicName: 'articles',
    url: 'https://example.com/hook',
    method: 'POST',
    lane: `e:${overrides.endpointId ?? 1}`,
    headers: {},
    body: null,
    signatures: ['standard'],
    retryPolicy: null,
    timeoutMs: null,
    notBefore: NOW,
    labels: [],
    sourceMessageId: null,
    callerIp: null,
    ...overrides,
  };
}

export function claim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    limit: 10,
    now: NOW,
    leaseMs: LEASE_MS,
    token: unique('token'),
    budget: { default: 1_000, lanes: new Map() },
    ...overrides,
  };
}

export function responded(status: number, text = 'ok'): Outcome {
  return {
    kind: 'responded',
    status,
    headers: { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] },
    body: { text, encoding: 'utf8' },
    bodyTruncated: false,
  };
}

export const unreachable: Outcome = { kind: 'unreachable', error: 'connect ECONNREFUSED' };

export function attempt(overrides: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    startedAt: NOW,
    durationMs: 12,
    outcome: responded(200),
    request: { url: 'https://example.com/hook', method: 'POST', headers: { 'webhook-id': 'x' } },
    ...overrides,
  };
}

function settled(claimed: ClaimedMessage, outcome: Outcome, settlement: Settlement): Settled {
  const number = claimed.attempts + 1;
  return {
    message: claimed,
    attempt: attempt({ number, outcome }),
    settlement,
    settledAt: NOW + 12,
  };
}

export const delivered = (claimed: ClaimedMessage, outcome = responded(200)): Settled =>
  settled(claimed, outcome, { to: 'delivered' });

export const dead = (claimed: ClaimedMessage, outcome = responded(500, 'boom')): Settled =>
  settled(claimed, outcome, { to: 'dead', because: 'retries-exhausted' });

export const retry = (claimed: ClaimedMessage, notBefore: number): Settled =>
  settled(claimed, unreachable, {
    to: 'pending',
    because: 'retry',
    notBefore,
    retried: claimed.retried + 1,
  });

export const gone = (claimed: ClaimedMessage): Settled =>
  settled(claimed, responded(410), {
    to: 'pending',
    because: 'gone',
    notBefore: NOW,
    retried: claimed.retried,
  });

export function topic(overrides: Partial<TopicWrite> = {}): TopicWrite {
  return {
    name: unique('topic '),
    description: null,
    enabled: true,
    events: ['entry.*'],
    contentTypes: null,
    filter: null,
    endpointIds: [],
    ...overrides,
  };
}

export function endpoint(overrides: Partial<EndpointWrite> = {}): EndpointWrite {
  return {
    name: unique('endpoint '),
    url: 'https://example.com/hook',
    method: 'POST',
    state: 'active',
    stateReason: null,
    stateChangedAt: null,
    headers: null,
    secret: 'sealed:secret',
    previousSecret: null,
    previousSecretUntil: null,
    ledger: false,
    reconcile: null,
    retryPolicy: { kind: 'preset', preset: 'standard' },
    jitterPercent: 20,
    finalStatuses: [],
    timeoutMs: null,
    signatures: ['standard'],
    signatureHeader: null,
    ignoredActors: [],
    documentLimit: null,
    cloudEvents: false,
    maxParallel: null,
    delivery: EVERY,
    rateLimit: null,
    filter: null,
    shape: null,
    callbacks: null,
    tls: null,
    credentials: null,
    firstFailureAt: null,
    topicIds: [],
    ...overrides,
  };
}

/** For jobs that are about messages. */
export const NO_MESSAGES: Pick<
  Parameters<FullStore['stepJob']>[0],
  'makeMessages' | 'makeDocumentMessages' | 'compareDocuments'
> = {
  makeMessages: () => Promise.resolve([]),
  makeDocumentMessages: () => Promise.resolve(null),
  compareDocuments: () => Promise.resolve(null),
};
