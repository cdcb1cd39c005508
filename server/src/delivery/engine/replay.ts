/**
 * Replays finished messages. A dead letter whose format failed is rendered again, from the stored event and by
 * the present shape of its endpoint: nothing of it was ever sent. All others keep their bytes.
 */
import type { NewEvent, StoredBody } from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import { TOO_SLOW } from '../../core/shape/render';
import { viewOf, type NeedsOf, type View } from '../../core/shape/view';
import type { EventView } from '../../store/views';
import type { FullStore, MessageRow } from '../../store/types';
import type { Directory } from './directory';
import { REDUCED_LABEL, type Recorder } from './recorder';

interface Dependencies {
  store: Pick<
    FullStore,
    'unrendered' | 'rerender' | 'findMessage' | 'findEvent' | 'replay' | 'cancel' | 'inTransaction'
  >;
  directory: Pick<Directory, 'endpoint'>;
  recorder: Pick<Recorder, 'shaped'>;
  codeNeeds: NeedsOf;
}

type StoredEvent = EventView & { body: StoredBody; contentType: string };

export interface Replay {
  /**
   * Renders again what never was. Cancels messages of which the format sends nothing any more.
   *
   * @returns row ids of the others.
   */
  renderAgain(ids: readonly number[], now: number): Promise<number[]>;
  /** As the store's, rendered again. */
  replay: FullStore['replay'];
}

type Shaped = NonNullable<ReturnType<Recorder['shaped']>>;

const NOTHING_OF_ITS_OWN = { headers: {}, body: null, rendering: null };

export function createReplay({ store, directory, recorder, codeNeeds }: Dependencies): Replay {
  async function find(messageId: string) {
    const message = await store.findMessage(messageId);
    const event = message && (await store.findEvent(message.eventId));
    const endpoint = directory.endpoint(message?.endpointId ?? 0);
    return message && event && endpoint ? { message, event, endpoint } : null;
  }

  /**
   * @param slow problems of formats that took too long, by endpoint. One wait is enough: the process serves
   *   editors.
   * @returns the row id when nothing is to be sent.
   */
  async function renderOne(
    messageId: string,
    slow: Map<number, Rendering>
  ): Promise<number | null> {
    const found = await find(messageId);
    if (found === null) return null;
    const { message, event, endpoint } = found;
    const { id, headers, ownBody: body } = message;
    const known = slow.get(endpoint.id);
    const shaped: Shaped | null = known
      ? { headers, body, rendering: known }
      : recorder.shaped(
          eventAgain(event, message, endpoint.shape && viewOf(endpoint.shape, codeNeeds)),
          endpoint
        );
    if (shaped === null) return id;
    const { rendering } = shaped;
    if (rendering?.problem?.includes(TOO_SLOW)) slow.set(endpoint.id, rendering);
    await store.rerender(id, {
      ...NOTHING_OF_ITS_OWN,
      ...shaped,
      method: rendering?.method ?? endpoint.method,
    });
    return null;
  }

  async function renderAgain(ids: readonly number[], now: number): Promise<number[]> {
    const nothing = new Set<number>();
    const slow = new Map<number, Rendering>();
    for (const messageId of await store.unrendered(ids)) {
      const id = await renderOne(messageId, slow);
      if (id !== null) nothing.add(id);
    }
    if (nothing.size === 0) return [...ids];
    await store.replay([...nothing], now);
    await store.cancel([...nothing], now);
    return ids.filter((id) => !nothing.has(id));
  }

  return {
    renderAgain: (ids, now) => store.inTransaction(() => renderAgain(ids, now)),

    replay: (ids, now) =>
      store.inTransaction(async () => {
        const left = await renderAgain(ids, now);
        return (await store.replay(left, now)) + ids.length - left.length;
      }),
  };
}

/**
 * The event as it was recorded. Fields, populate and the version before cannot be read again: what the
 * endpoint's view showed then is the message's own body.
 */
function eventAgain(
  event: StoredEvent,
  { labels, ownBody }: Pick<MessageRow, 'labels'> & { ownBody: StoredBody | null },
  view: View | null
): NewEvent {
  const { createdAt, ...known } = event;
  const reduced = labels.includes(REDUCED_LABEL);
  return {
    ...known,
    occurredAt: createdAt,
    reduced,
    ...(view && { views: new Map([[view.key, { body: ownBody ?? event.body, reduced }]]) }),
  };
}
