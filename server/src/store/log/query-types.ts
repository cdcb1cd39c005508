/** Queries of the panel, the admin API and jobs. No list counts the log. */
import type {
  AttemptView,
  DeadLetterGroup,
  EventView,
  MessageFilter,
  MessageListFilter,
} from '../views';
import type {
  EventSource,
  MessageState,
  RetryPolicy,
  SignatureKind,
  StoredBody,
} from '../../core/message/message';
import type { Rendering } from '../../core/message/rendering';
import type { Ask } from '../../core/message/triggers';
import type { MessageRow } from './message-row';
import type { Found, PageRequest, SearchWindow } from './page-types';

/** A filter of a list, with the endpoints on hold, on which `displayed` depends. */
export interface MessageSearch extends MessageListFilter {
  heldEndpointIds?: readonly number[];
}

export interface QueryStore {
  listMessages(filter: MessageSearch, page: PageRequest): Promise<MessageRow[]>;
  /** @returns null when one search covers the whole log. */
  searchWindow(filter: MessageSearch, before?: number): Promise<SearchWindow | null>;
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
  /** Matching ids, ascending, above `after`: for jobs. */
  matchIds(
    filter: MessageFilter,
    range: { after: number; upTo: number; limit: number }
  ): Promise<Found<{ id: number }>>;
  /** Counts up to `upTo`; absent: all. */
  countMatching(filter: MessageFilter, upTo?: number): Promise<number>;
  maxMessageId(): Promise<number>;
  listAttempts(messageRowId: number): Promise<AttemptView[]>;
  listEvents(
    filter: { name?: string[]; uid?: string[]; entryDocumentId?: string; source?: EventSource[] },
    page: PageRequest
  ): Promise<EventView[]>;
  findEvent(id: number): Promise<(EventView & { body: StoredBody; contentType: string }) | null>;
  siblings(eventId: number, limit: number): Promise<MessageRow[]>;
  callbacksOf(messageId: string): Promise<MessageRow[]>;
  /** Counts by state, each capped at `upTo`. */
  countByState(upTo: number): Promise<Record<MessageState, number>>;
  countByEndpoint(
    endpointIds: readonly number[],
    upTo: number
  ): Promise<Map<number, { pending: number; dead: number }>>;
  /** Due time of the oldest due message outside `heldLanes`. */
  oldestDue(now: number, heldLanes: readonly string[]): Promise<number | null>;
  deadLetterGroups(limit: number): Promise<DeadLetterGroup[]>;
}
