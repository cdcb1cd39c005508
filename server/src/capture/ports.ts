/** Ports: the needs of capture. */
import type { Core } from '@strapi/strapi';

import type { Schemas } from '../core/filter/fields';
import type { Needs } from '../core/filter/needs';
import type { View } from '../core/shape/view';
import type { NewEvent } from '../core/message/message';
import type { Log } from '../delivery/loop/ports';
import type { Affected } from '../host/strapi-internals-view';
import type { Mutes } from './mute';
import type { Tripwire } from './tripwire';

export interface CaptureDeps {
  strapi: Core.Strapi;
  /** Whether any endpoint gets this event. Asked first on every write. */
  wants(eventName: string, uid: string | null): boolean;
  /** Facts that the filters of this event need; null without filters. */
  needs(eventName: string, uid: string): Needs | null;
  schemas: Schemas;
  /** The entry as shapes ask for it; each view once. */
  views(eventName: string, uid: string): readonly View[];
  /**
   * Writes events and their messages through the open transaction. @returns the number of messages.
   */
  record(events: NewEvent[]): Promise<number>;
  /** Code whose changes are not recorded. */
  mutes: Pick<Mutes, 'current'>;
  /** Called after the commit. Returns at once and does not throw. */
  wake(): void;
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after that many ms. */
  pause(ms: number): Promise<unknown>;
  /** Largest body of one event, bytes. */
  maxBytes: number;
  /** Handling of a content change whose event is larger. */
  tooLarge: 'reduce' | 'refuse';
  /** Fields of payloads that are never shown. */
  hiddenFields: readonly string[];
  tripwire: Tripwire;
  /** False when an internal of Strapi's that this needs is missing. */
  works(affected: Affected): boolean;
  log: Log;
}

/** The needs of the events of entries. */
export type EntryDeps = Pick<
  CaptureDeps,
  | 'strapi'
  | 'needs'
  | 'views'
  | 'schemas'
  | 'now'
  | 'maxBytes'
  | 'tooLarge'
  | 'hiddenFields'
  | 'log'
>;
