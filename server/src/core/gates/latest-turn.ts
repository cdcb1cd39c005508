/**
 * Decides which messages of an endpoint in mode `latest` may be sent, and which a newer one replaces.
 *
 * The newest message of a key is sent, unless a message about the same document is in flight. Older
 * ones of the key are replaced by it. One in flight is never replaced. Pure: the messages come from
 * the database, for all nodes.
 */
import { documentOf } from './delivery-mode';

export interface Ordered {
  /** Grows with the order of the changes of a document. */
  id: number;
  /** Of `orderKeyOf`. */
  key: string;
  /** When it may be sent. */
  dueAt: number;
  inFlight: boolean;
}

export interface LatestTurns {
  /** Ids that may be sent, oldest first: at most one per document. */
  send: number[];
  /** Id of a replaced message → id of the newest one. */
  superseded: Map<number, number>;
}

/** @param messages all unfinished messages of the documents they are about. */
export function latestTurns(messages: readonly Ordered[], now: number): LatestTurns {
  const newest = new Map<string, Ordered>();
  const busy = new Set<string>();
  for (const message of messages) {
    if (message.id > (newest.get(message.key)?.id ?? -1)) newest.set(message.key, message);
    if (message.inFlight) busy.add(documentOf(message.key));
  }
  const send: number[] = [];
  for (const { id, key, dueAt } of [...newest.values()].sort((a, b) => a.id - b.id)) {
    if (dueAt > now || busy.has(documentOf(key))) continue;
    busy.add(documentOf(key));
    send.push(id);
  }
  return { send, superseded: replacedBy(newest, messages) };
}

function replacedBy(
  newest: ReadonlyMap<string, Ordered>,
  messages: readonly Ordered[]
): Map<number, number> {
  const superseded = new Map<number, number>();
  for (const { id, key, inFlight } of messages) {
    const last = newest.get(key)?.id ?? id;
    if (!inFlight && id < last) superseded.set(id, last);
  }
  return superseded;
}
