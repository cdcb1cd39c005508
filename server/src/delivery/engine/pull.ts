/**
 * Claims messages for the receiver of an endpoint, and settles what it reports.
 *
 * Both are the steps of an attempt, with the receiver in place of the sender: the same lease, request, decision
 * and settlement. Nothing is held in memory between them, so any node may serve either.
 */
import type { ClaimedMessage, Settled } from '../../core/message/message';
import {
  leasedAt,
  leaseFrom,
  outcomeOf,
  TEMPORARY_MS,
  type PulledMessage,
  type PullReport,
  type PullSettlement,
} from '../../core/message/pull';
import type { OutgoingRequest } from '../../core/message/request';
import { storeBody } from '../../core/message/payload';
import type { FullStore } from '../../store/types';
import { conclusionOf, decided } from '../loop/attempt';
import { attemptLine } from '../loop/attempt-line';
import type { Clock, Log, Router, Settle } from '../loop/ports';
import { isHeldBack, type PullRouter } from './pulled';
import type { EndpointSettings } from './directory';

/** Bodies of one response. Further messages are given back. */
const MAX_BYTES = 8 * 1_024 * 1_024;
/** A claim of a temporary endpoint is noted so often at most. */
const KEEP_EVERY_MS = TEMPORARY_MS / 10;

interface Dependencies {
  store: Pick<FullStore, 'claimPulled' | 'findLeased' | 'release' | 'takeProbes' | 'keepEndpoint'>;
  router: PullRouter & Pick<Router, 'callbacks'>;
  settle: Settle;
  /** False while the database belongs to another environment. */
  isOurs: () => boolean;
  clock: Clock;
  random: () => number;
  token: () => string;
  /** The part of a reported body that is kept. */
  maxBodyBytes: number;
  /** Called when messages were settled: others may be due. */
  onSettled: () => void;
  log: Log;
}

export interface PullAsk {
  /** Maximum number of messages. */
  max: number;
  leaseMs: number;
}

interface Sorted {
  given: { message: ClaimedMessage; request: OutgoingRequest }[];
  /** Cannot be sent, which is an attempt. */
  unsendable: Settled[];
  unused: ClaimedMessage[];
}

export function createPull(deps: Dependencies) {
  const { store, router, settle, isOurs, clock, token, maxBodyBytes, onSettled, log } = deps;

  const keptAt = new Map<number, number>();

  async function keep({ id, expiresAt }: EndpointSettings, now: number): Promise<void> {
    if (expiresAt === null || now - (keptAt.get(id) ?? 0) < KEEP_EVERY_MS) return;
    keptAt.set(id, now);
    await store.keepEndpoint(id, now + TEMPORARY_MS);
  }

  async function record(group: readonly Settled[]): Promise<ReadonlySet<number>> {
    if (group.length === 0) return new Set();
    const { ours } = await settle(group);
    for (const settled of group) {
      const { message, settlement } = settled;
      if (ours.has(message.id)) log.info(attemptLine(settled, settlement.to));
      else log.warn(attemptLine(settled, 'lease-lost'));
    }
    onSettled();
    return ours;
  }

  /** Leases what may be given now: of an endpoint on hold tests, of a suspended one a single message. */
  async function lease(endpoint: EndpointSettings, ask: PullAsk, now: number) {
    const { id: endpointId, breaker } = endpoint;
    const { leaseMs } = ask;
    const open = breaker?.open ?? null;
    const messages = await store.claimPulled({
      endpointId,
      limit: open === null ? ask.max : 1,
      testsOnly: isHeldBack(endpoint) || (open?.until ?? 0) > now,
      now,
      leaseMs,
      token: leaseFrom(token(), now),
    });
    const isProbe = open !== null && messages.some(({ event }) => event.source !== 'test');
    if (!isProbe) return messages;
    const [right] = await store.takeProbes([endpointId], now, leaseMs);
    if (right !== undefined) return messages;
    await store.release(messages);
    return [];
  }

  async function sort(
    messages: readonly ClaimedMessage[],
    endpoint: EndpointSettings,
    now: number
  ): Promise<Sorted> {
    const sorted: Sorted = { given: [], unsendable: [], unused: [] };
    let bytes = 0;
    for (const message of messages) {
      const prepared = await decided(() => router.preparePulled(message, endpoint, now));
      if (prepared.kind === 'blocked') {
        const outcome = { kind: 'blocked' as const, error: prepared.error };
        sorted.unsendable.push(conclusionOf({ message, prepared, outcome, startedAt: now }, deps));
      } else if (prepared.kind !== 'request' || bytes > MAX_BYTES) {
        sorted.unused.push(message);
      } else {
        bytes += prepared.request.body.length;
        sorted.given.push({ message, request: prepared.request });
      }
    }
    return sorted;
  }

  /** @returns null while its secrets cannot be read: its lease ends, and it is given again. */
  async function concluded(
    report: PullReport,
    message: ClaimedMessage,
    endpoint: EndpointSettings
  ): Promise<Settled | null> {
    // As it was given: the same instant makes the same signature.
    const startedAt = Math.min(leasedAt(report.lease), clock.now());
    const prepared = await decided(() => router.preparePulled(message, endpoint, startedAt));
    if (prepared.kind === 'hold') return null;
    const outcome = outcomeOf(report, maxBodyBytes);
    return conclusionOf({ message, prepared, outcome, startedAt }, deps);
  }

  return {
    /** @param client fires when nobody waits for the messages any more: they are due again at once. */
    async claim(
      endpoint: EndpointSettings,
      ask: PullAsk,
      client: AbortSignal
    ): Promise<PulledMessage[]> {
      if (!isOurs()) return [];
      const now = clock.now();
      await keep(endpoint, now);
      const messages = await lease(endpoint, ask, now);
      const { given, unsendable, unused } = await sort(messages, endpoint, now);
      if (unused.length > 0) await store.release(unused);
      await record(unsendable);
      if (client.aborted) {
        await store.release(given.map(({ message }) => message));
        return [];
      }
      return given.map((one) => viewOf(one, now + ask.leaseMs));
    },

    /** Settles those whose lease is still the receiver's. The others are not changed. */
    async settle(
      endpoint: EndpointSettings,
      reports: readonly PullReport[]
    ): Promise<PullSettlement> {
      const refs = reports.map(({ id, lease: leaseToken }) => ({ messageId: id, leaseToken }));
      const found = isOurs() ? await store.findLeased(refs) : [];
      const group: Settled[] = [];
      for (const message of found) {
        const report = reports.find(({ id }) => id === message.messageId);
        if (report === undefined || message.endpointId !== endpoint.id) continue;
        const one = await concluded(report, message, endpoint);
        if (one !== null) group.push(one);
      }
      const ours = await record(group);
      const settled = new Set(
        group.filter(({ message }) => ours.has(message.id)).map(({ message }) => message.messageId)
      );
      const ids = reports.map(({ id }) => id);
      return {
        settled: ids.filter((id) => settled.has(id)),
        refused: ids.filter((id) => !settled.has(id)),
      };
    },
  };
}

function viewOf({ message, request }: Sorted['given'][number], leasedUntil: number): PulledMessage {
  const { text, encoding } = storeBody(request.body);
  return {
    id: message.messageId,
    lease: message.leaseToken,
    leasedUntil,
    attempts: message.attempts,
    method: request.method,
    headers: request.headers,
    body: text,
    encoding,
  };
}
