/**
 * The queue's half of the store in memory, for tests of what uses it. `test/conformance/` holds it
 * to the same tests as the real one.
 */
import { dlqIdFrom } from '../../server/src/core/message/message-id';
import type {
  Attempt,
  ClaimedMessage,
  MessageState,
  NewEvent,
  NewMessage,
  Settled,
} from '../../server/src/core/message/message';
import type { ClaimRequest } from '../../server/src/delivery/loop/ports';
import type { Delivery, QueueStore } from '../../server/src/store/types';

export interface MemoryMessage {
  id: number;
  message: NewMessage;
  event: NewEvent & { id: number };
  state: MessageState;
  /** Pending: when it is to be sent. Active: when the lease lapses. Finished: null. */
  dueAt: number | null;
  lane: string | null;
  notBefore: number;
  leaseToken: string | null;
  retried: number;
  attempts: Attempt[];
  attemptCount: number;
  enqueuedAt: number;
  finishedAt: number | null;
  dlqId: string | null;
}

export interface MemoryStore extends QueueStore {
  /** Every message there is, oldest first. */
  all(): readonly MemoryMessage[];
  find(messageId: string): MemoryMessage | undefined;
}

const isFinished = ({ state }: MemoryMessage): boolean =>
  state === 'delivered' || state === 'dead' || state === 'canceled';

export function createMemoryStore(): MemoryStore {
  let messages: MemoryMessage[] = [];
  let lastEventId = 0;
  let lastMessageId = 0;
  const keys = new Map<string, { messageId: string; expiresAt: number }>();

  const withIds = (ids: readonly number[]): MemoryMessage[] => {
    const wanted = new Set(ids);
    return messages.filter(({ id }) => wanted.has(id));
  };

  /** Changes those that `allows` lets through. @returns how many. */
  function change(
    ids: readonly number[],
    allows: (row: MemoryMessage) => boolean,
    patch: (row: MemoryMessage) => Partial<MemoryMessage>
  ): number {
    const rows = withIds(ids).filter(allows);
    for (const row of rows) Object.assign(row, patch(row));
    return rows.length;
  }

  function remove(rows: readonly MemoryMessage[]): number {
    const gone = new Set(rows);
    messages = messages.filter((row) => !gone.has(row));
    return gone.size;
  }

  function insertOne({ event, messages: drafts }: Delivery, now: number) {
    const stored = { ...event, id: ++lastEventId };
    return drafts.map((message) => {
      const id = ++lastMessageId;
      messages.push({
        id,
        message,
        event: stored,
        state: 'pending',
        dueAt: message.notBefore,
        lane: message.lane,
        notBefore: message.notBefore,
        leaseToken: null,
        retried: 0,
        attempts: [],
        attemptCount: 0,
        enqueuedAt: now,
        finishedAt: null,
        dlqId: null,
      });
      return { id, messageId: message.messageId };
    });
  }

  function settleOne({ message, attempt, settlement, settledAt }: Settled): boolean {
    const row = messages.find(({ id }) => id === message.id);
    if (row?.leaseToken !== message.leaseToken) return false;
    row.leaseToken = null;
    row.attempts.push(attempt);
    row.attemptCount += 1;
    if (row.state === 'canceled' && settlement.to !== 'delivered') return true;
    row.state = settlement.to;
    if (settlement.to === 'pending') {
      const { notBefore, retried } = settlement;
      Object.assign(row, { notBefore, dueAt: notBefore, retried });
      if (settlement.because === 'gone') row.lane = laneOf(message);
      return true;
    }
    Object.assign(row, {
      dueAt: null,
      lane: null,
      finishedAt: settledAt,
      dlqId: settlement.to === 'dead' ? dlqIdFrom(settledAt, row.id) : null,
    });
    return true;
  }

  return {
    all: () => messages,
    find: (messageId) => messages.find(({ message }) => message.messageId === messageId),

    async insert(deliveries, now) {
      return deliveries.flatMap((delivery) => insertOne(delivery, now));
    },

    async claim({ limit, now, leaseMs, token, budget }: ClaimRequest) {
      const taken = new Map<string, number>();
      const due = messages
        .filter((row) => row.dueAt !== null && row.dueAt <= now)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || a.id - b.id);
      const claimed: ClaimedMessage[] = [];
      for (const row of due) {
        const lane = row.lane ?? '';
        const count = taken.get(lane) ?? 0;
        if (claimed.length === limit || count >= (budget.lanes.get(lane) ?? budget.default)) {
          continue;
        }
        taken.set(lane, count + 1);
        Object.assign(row, { state: 'active', leaseToken: token, dueAt: now + leaseMs });
        claimed.push(claimedFrom(row, token));
      }
      return claimed;
    },

    async settle(settled) {
      return new Set(settled.filter(settleOne).map(({ message }) => message.id));
    },

    async release(claimed) {
      for (const { id, leaseToken } of claimed) {
        change(
          [id],
          (row) => row.leaseToken === leaseToken && row.state === 'active',
          (row) => ({ state: 'pending', dueAt: row.notBefore, leaseToken: null })
        );
      }
    },

    async claimDeduplicationKey({ key, messageId, now, expiresAt }) {
      const held = keys.get(key);
      if (held !== undefined && held.expiresAt > now) return held.messageId;
      keys.set(key, { messageId, expiresAt });
      return null;
    },

    async replay(ids, now) {
      return change(ids, isFinished, ({ message }) => ({
        state: 'pending',
        dueAt: now,
        notBefore: now,
        lane: laneOf(message),
        retried: 0,
        leaseToken: null,
        finishedAt: null,
        dlqId: null,
      }));
    },

    async expedite(ids, now) {
      return change(
        ids,
        (row) => row.state === 'pending' && (row.dueAt ?? 0) > now,
        () => ({ dueAt: now, notBefore: now })
      );
    },

    async cancel(ids, now) {
      return change(
        ids,
        (row) => !isFinished(row),
        () => ({ state: 'canceled', dueAt: null, lane: null, finishedAt: now })
      );
    },

    async deleteFinished(ids) {
      return remove(withIds(ids).filter(isFinished));
    },

    async purge({ deliveredBefore, deadBefore, now, limit }) {
      for (const [key, { expiresAt }] of keys) if (expiresAt <= now) keys.delete(key);
      const expired = messages.filter(
        (row) =>
          isFinished(row) &&
          (row.finishedAt ?? now) < (row.state === 'dead' ? deadBefore : deliveredBefore)
      );
      return remove(expired.slice(0, limit));
    },
  };
}

const laneOf = ({ endpointId, url }: Pick<NewMessage, 'endpointId' | 'url'>): string =>
  endpointId === null ? `u:${new URL(url).host}` : `e:${endpointId}`;

function claimedFrom(row: MemoryMessage, leaseToken: string): ClaimedMessage {
  const { message, event } = row;
  return {
    id: row.id,
    messageId: message.messageId,
    leaseToken,
    endpointId: message.endpointId,
    endpointName: message.endpointName,
    topicName: message.topicName,
    url: message.url,
    method: message.method,
    lane: row.lane ?? '',
    headers: message.headers,
    signatures: message.signatures,
    retryPolicy: message.retryPolicy,
    timeoutMs: message.timeoutMs,
    retried: row.retried,
    attempts: row.attemptCount,
    notBefore: row.notBefore,
    enqueuedAt: row.enqueuedAt,
    sourceMessageId: message.sourceMessageId,
    event: {
      id: event.id,
      name: event.name,
      uid: event.uid,
      source: event.source,
      occurredAt: event.occurredAt,
    },
    body: message.body ?? event.body,
    contentType: event.contentType,
  };
}
