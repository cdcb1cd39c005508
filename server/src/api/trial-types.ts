/** Inputs and results of tests with an entry and of trials on the log. */
import type { StoredBody } from '../core/message/message';
import type { EventView } from '../store/views';
import type { EndpointInput, ShapePreview, TestSendResult, TopicInput } from './types';

/** An entry, and the event that it is taken to cause. */
export interface EntrySample {
  uid: string;
  documentId: string;
  /** Absent: of a localized type any locale. */
  locale?: string | null;
  /** Absent: published for `entry.publish` and `entry.unpublish` if there is one, otherwise the draft. */
  status?: 'draft' | 'published';
  /** `entry.publish` */
  event: string;
}

export interface EntryTestInput {
  entry: EntrySample;
  /** Only say what would be sent. */
  dryRun?: boolean;
}

/** The judgement of filters on an event. */
export interface Verdict {
  /** Whether it is sent. */
  sent: boolean;
  /** The first that withholds it, and the condition that does not hold; null: nothing does. */
  withheldBy: { by: 'topic' | 'endpoint'; id: number; name: string; condition: string } | null;
  /** Facts that are not known: `previous`, `entry.author`. Conditions on them are taken to hold. */
  assumed: string[];
}

/** A request as it is sent, signatures included. */
export interface PreparedRequest {
  method: string;
  /** Query values masked. */
  url: string;
  /** Secret values masked. */
  headers: Record<string, string>;
  /** Null without the permission to read payloads. */
  body: StoredBody | null;
}

export interface EntryTestResult {
  verdict: Verdict;
  /** Also of a withheld event. Null: the format sends nothing, or there is a problem. */
  request: PreparedRequest | null;
  /** Why no request can be made; null: nothing. */
  problem: string | null;
  /** Parts that the shape asks for and that are not known: `previous`. They are left out. */
  missing: string[];
  /** Null: it was withheld, cannot be made, or was only asked for. */
  result: TestSendResult | null;
}

/** An endpoint as it would be saved. */
export interface EndpointTrialInput extends Pick<
  EndpointInput,
  'topicIds' | 'filter' | 'shape' | 'ignoredActors'
> {
  /** Only this event, with its request. Absent: the latest 200. */
  eventId?: number;
}

/** A topic as it would be saved. */
export interface TopicTrialInput extends Pick<TopicInput, 'events' | 'contentTypes' | 'filter'> {
  /** Only this event, with its request. Absent: the latest 200. */
  eventId?: number;
}

/** An event of the log, and the judgement on it. */
export interface TrialRow {
  event: EventView;
  verdict: Verdict;
  /** Why the format failed; null: it did not. */
  problem: string | null;
  /** The event did not keep all that the shape asks for, or its payload was too large. */
  reduced: boolean;
  /** Parts that it did not keep: `previous`, `author.books`. */
  missing: string[];
}

export interface TrialResult {
  /** Events that the topics have, at most 200. */
  tried: number;
  sent: number;
  withheld: number;
  /** Newest first. */
  events: TrialRow[];
  /** With `eventId`: what the shape makes of it, also when it is withheld. */
  request: ShapePreview | null;
}
