/** Holds messages about a document that changes too often for an endpoint, in the transaction that records them. */
import { MINUTE_MS } from '../../core/time';
import type { NewEvent, NewMessage } from '../../core/message/message';
import type { FullStore } from '../../store/types';
import type { Log } from '../loop/ports';
import type { EndpointSettings } from './directory';

/** Says in the log of messages why one is held. */
export const BRAKE_LABEL = 'held-document';

interface Dependencies {
  store: Pick<FullStore, 'brake'>;
  now: () => number;
  log: Pick<Log, 'warn'>;
}

/** @returns the message, behind the key that holds it if its document has changed too often. */
export type Brake = (
  message: NewMessage,
  event: NewEvent,
  endpoint: EndpointSettings
) => Promise<NewMessage>;

export function createBrake({ store, now, log }: Dependencies): Brake {
  /** When each document was last complained about: once a minute is enough. */
  const told = new Map<string, number>();

  function tell(key: string, { name, documentLimit }: EndpointSettings): void {
    if (now() - (told.get(key) ?? 0) < MINUTE_MS) return;
    if (told.size > MAX_TOLD) told.clear();
    told.set(key, now());
    log.warn(
      `messages to endpoint "${name}" are held: more than ${documentLimit} a minute about one document (${key})`
    );
  }

  return async (message, { entryDocumentId }, endpoint) => {
    const { id, documentLimit } = endpoint;
    if (documentLimit === null || entryDocumentId === null) return message;
    const key = await store.brake({
      endpointId: id,
      documentId: entryDocumentId,
      limit: documentLimit,
      now: now(),
    });
    if (key === null) return message;
    tell(key, endpoint);
    return { ...message, flowControl: { key }, labels: [...message.labels, BRAKE_LABEL] };
  };
}

const MAX_TOLD = 1_000;
