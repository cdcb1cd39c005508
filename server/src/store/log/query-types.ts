/** Queries of the panel, the admin API and jobs. No list counts the log. */
import type {
  AttemptView,
  DeadLetterGroup,
  EventDelivery,
  EventFilter,
  EventView,
  MessageFilter,
  MessageListFilter,
} from '../views';
import type {
  MessageState,
  RetryPolicy,
  SignatureKind,
  StoredBody,
} from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import type { Ask } from '../../core/message/triggers';
import type { MessageRow } from './message-row';
import type { Found, Order, PageRequest, SearchWindow } from './page-types';

/** A filter of a list, with the endpoints on hold, on which `displayed` depends. */
export interface MessageSearch extends MessageListFilter {
  heldEndpointIds?: readonly number[];
  /** `search` does not look at the titles of entries. */
  withoutTitles?: boolean;
}

export interface StoredEvent extends EventView {
  body: StoredBody;
  contentType: string;
}

export interface QueryStore {
  listMessages(filter: MessageSearch, page: PageRequest): Promise<MessageRow[]>;
  /** @returns null when one search covers the whole log. */
  searchWindow(filter: MessageSearch, past?: number, order?: Order): Promise<SearchWindow | null>;
  findMessage(messageId: string): Promise<
    | (MessageRow & {
        ownBody: StoredBody | null;
        rendering: Rendering | null;
        headers: Record<string, string>;
        signatures: SignatureKind[];
        retryPolicy: RetryPolicy | null;
        asks: Ask[];
      })
    | null
  >;
  /** Rows of these ids, in no particular order; unknown ids are missing. */
  findMessages(messageIds: readonly string[]): Promise<MessageRow[]>;
  /** The message before this one to the same endpoint about the same document in the same locale. */
  messageBefore(row: MessageRow): Promise<MessageRow | null>;
  /** Bodies of the messages that have one of their own, by row id. The others have their event's. */
  ownBodies(ids: readonly number[]): Promise<Map<number, StoredBody>>;
  /** Matching ids, ascending, above `after`: for jobs. */
  matchIds(
    filter: MessageFilter,
    range: { after: number; upTo: number; limit: number }
  ): Promise<Found<{ id: number }>>;
  /** Counts up to `upTo`; absent: all. */
  countMatching(filter: MessageFilter, upTo?: number): Promise<number>;
  maxMessageId(): Promise<number>;
  listAttempts(messageRowId: number): Promise<AttemptView[]>;
  listEvents(filter: EventFilter, page: PageRequest): Promise<EventView[]>;
  /** @returns null when one search covers all events. */
  eventWindow(
    filter: EventFilter,
    past?: number,
    order?: Order
  ): Promise<{ upTo: number; searchedTo: number } | null>;
  /** The first messages of each of these events, and how many there are. */
  deliveriesOf(
    eventIds: readonly number[],
    limit: number
  ): Promise<Map<number, { total: number; deliveries: EventDelivery[] }>>;
  findEvent(id: number): Promise<StoredEvent | null>;
  siblings(eventId: number, limit: number): Promise<MessageRow[]>;
  callbacksOf(messageId: string): Promise<MessageRow[]>;
  /** Counts by state, each capped at `upTo`. */
  countByState(upTo: number): Promise<Record<MessageState, number>>;
  countByEndpoint(
    endpointIds: readonly number[],
    upTo: number
  ): Promise<Map<number, { pending: number; dead: number }>>;
  /** Pending messages to these endpoints that were attempted before and whose document is not on hold. */
  countRetrying(endpointIds: readonly number[]): Promise<number>;
  /** Due time of the oldest due message outside `heldLanes`. */
  oldestDue(now: number, heldLanes: readonly string[]): Promise<number | null>;
  deadLetterGroups(limit: number): Promise<DeadLetterGroup[]>;
}
