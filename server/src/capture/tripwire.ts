/**
 * Notices events that Strapi emits and capture has missed.
 *
 * Strapi emits `entry.*` and `media.*` after the change commits (for a deleted file, just before).
 * Capture notes the rows that it saw written. An event with subscribers about a row that is not
 * noted within a minute was missed: an internal of Strapi works differently, or code bypasses it.
 *
 * All of it is in memory and bounded. When there is too much to remember, no event is reported as
 * missed.
 */
import type { Core, UID } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';
import type { MissedEvent } from '../host/strapi-internals-view';
import { FILE_UID } from './events';

/** How long after an event its row may be noted. */
export const GRACE_MS = 60_000;
/** How long a note is kept: longer than Strapi takes to read the entries of a bulk action and to emit. */
const REMEMBERED_MS = 10 * 60_000;
/** About two megabytes. */
const MAX_ROWS = 20_000;
const MAX_WAITING = 1_000;
/** Interval between log lines about one event of one content type. */
const LOGGED_EVERY_MS = 60 * 60_000;
/** How long a missed event remains a problem of the plugin's health. */
const PROBLEM_FOR_MS = 24 * 60 * 60_000;

interface Dependencies {
  strapi: Core.Strapi;
  wants(event: string, uid: string): boolean;
  /** Epoch milliseconds. */
  now(): number;
  log: Log;
}

interface Emitted {
  event: string;
  uid: string;
  rowId: string;
}

export function createTripwire({ strapi, wants, now, log }: Dependencies) {
  /** Times of the notes, oldest first. */
  const rows = new Map<string, number>();
  const unwanted = new Map<string, number>();
  /** Emitted and not noted yet, oldest first. */
  const waiting: (Emitted & { at: number })[] = [];
  const missed = new Map<string, MissedEvent & { loggedAt: number }>();
  /** A note was dropped before its time. */
  let droppedAt = -Infinity;
  /** Earlier events may belong to a write that began before capture did. */
  let watchesFrom = Infinity;

  const isRecent = (at = -Infinity): boolean => now() - at < REMEMBERED_MS;

  function dropRows(): void {
    for (const [key, at] of rows) {
      if (isRecent(at) && rows.size <= MAX_ROWS) return;
      if (isRecent(at)) droppedAt = now();
      rows.delete(key);
    }
  }

  const isAccountedFor = ({ event, uid, rowId }: Emitted): boolean =>
    isRecent(rows.get(keyOf(event, uid, rowId))) ||
    isRecent(unwanted.get(keyOf(event, uid))) ||
    isRecent(droppedAt);

  function miss({ event, uid, rowId }: Emitted): void {
    const lastAt = now();
    const { count, loggedAt } = missed.get(keyOf(event, uid)) ?? { count: 0, loggedAt: -Infinity };
    const isLogged = lastAt - loggedAt >= LOGGED_EVERY_MS;
    if (isLogged) log.error(`${sentence({ event, uid })} The row's id is ${rowId}.`);
    missed.set(keyOf(event, uid), {
      event,
      uid,
      count: count + 1,
      lastAt,
      loggedAt: isLogged ? lastAt : loggedAt,
    });
  }

  /** @returns null for a payload that is not Strapi's; other code emits these events too. */
  function emittedRow(event: string, info: unknown): Emitted | null {
    const { uid, model, entry, media } = (info ?? {}) as Record<string, unknown>;
    if (event.startsWith('media.')) {
      const rowId = idOf(media);
      return rowId === null ? null : { event, uid: FILE_UID, rowId };
    }
    const rowId = idOf(entry);
    const type = strapi.contentTypes[uid as UID.ContentType] as { modelName: string } | undefined;
    if (rowId === null || type === undefined || model !== type.modelName) return null;
    return { event, uid: uid as string, rowId };
  }

  /** Events of the last day. */
  const current = (): MissedEvent[] =>
    all().filter(({ lastAt }) => now() - lastAt < PROBLEM_FOR_MS);

  const all = (): MissedEvent[] =>
    [...missed.values()].map(({ event, uid, count, lastAt }) => ({ event, uid, count, lastAt }));

  return {
    /** Every write that begins after this is captured. */
    start(): void {
      watchesFrom = now() + GRACE_MS;
    },

    /** Notes that capture has handled this event of a row. */
    captured(event: string, uid: string, rowId: number): void {
      const key = keyOf(event, uid, String(rowId));
      rows.delete(key);
      rows.set(key, now());
      dropRows();
    },

    /** Notes a write whose event has no subscriber. */
    unwanted(event: string, uid: string): void {
      unwanted.set(keyOf(event, uid), now());
    },

    /** Called with each `entry.*` and `media.*` event, by Strapi or other code. Never throws. */
    emitted(event: string, info: unknown): void {
      const emitted = emittedRow(event, info);
      if (emitted === null || now() < watchesFrom || waiting.length >= MAX_WAITING) return;
      if (!wants(event, emitted.uid) || isAccountedFor(emitted)) return;
      waiting.push({ ...emitted, at: now() });
    },

    /** Called every second; finds events that are still not noted. */
    judge(): void {
      for (let [first] = waiting; first && now() - first.at >= GRACE_MS; [first] = waiting) {
        waiting.shift();
        if (!isAccountedFor(first)) miss(first);
      }
    },

    /** Since the start of this process. */
    all,
    current,
    problems: (): string[] => current().map(sentence),
  };
}

export type Tripwire = ReturnType<typeof createTripwire>;

const keyOf = (...parts: string[]): string => parts.join(' ');

function idOf(row: unknown): string | null {
  const { id } = (row ?? {}) as { id?: unknown };
  return typeof id === 'number' || typeof id === 'string' ? String(id) : null;
}

const sentence = ({ event, uid }: { event: string; uid: string }): string =>
  `Strapi emitted ${event} of ${uid}, and it was not captured: no endpoint gets it.`;
