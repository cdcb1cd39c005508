/**
 * Formats: pure functions that make another request of an event. Presets are formats of the plugin,
 * transformations are formats of the app's own code.
 */
import type { Actor } from '../message/message';

/** Input of a format: plain JSON, its own copy. */
export interface FormatEvent {
  /** `entry.publish`, `media.create`; `trigger-test` for a test event, which has no entry. */
  type: string;
  /** When it happened, ISO 8601. */
  timestamp: string;
  /** `api::article.article`; null for events without a content type. */
  uid: string | null;
  documentId: string | null;
  locale: string | null;
  /** Cache tags of the change; empty for events without a document. */
  tags: string[];
  /** The entry as it is sent without a format; null for thin payloads and other events. */
  entry: Record<string, unknown> | null;
  /** The version before, if it is asked for; null when there is none. */
  previous: Record<string, unknown> | null;
  /** Attributes that differ from the version before, if they are asked for. */
  changed: string[] | null;
  /** Who made the change. */
  actor: Actor;
  /** The body as it is sent without a format. */
  payload: Record<string, unknown>;
}

/** The request that a format makes. Absent parts are those of the endpoint. */
export interface FormattedRequest {
  method?: string;
  /** Added to those of the endpoint, and stronger. */
  headers?: Record<string, string>;
  /** Default: `application/json`, for a text body `text/plain; charset=utf-8`. */
  contentType?: string;
  /** Text and bytes are sent as they are, everything else as JSON. Absent: no body. */
  body?: unknown;
}

/** @returns null to send nothing. */
export type Format = (event: FormatEvent) => FormattedRequest | null;

export interface Preset {
  /**
   * Checks the options that a user gave, and completes them.
   *
   * @throws CoreError INVALID_VALUE, its field below `field`.
   */
  parse(options: Record<string, unknown>, field: string): Record<string, unknown>;
  /** @param options as `parse` returned them. */
  format(options: Record<string, unknown>): Format;
  /** How many of its bodies become one; null: they cannot. `core/message/batch.ts`. */
  batch: 'newest' | 'tags' | null;
  /** Where a body has its tags, and how many the receiver takes in one request. Of a preset whose batch is `tags`. */
  tags?: { field: string; most: number };
}
