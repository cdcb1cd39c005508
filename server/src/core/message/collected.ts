/**
 * Events that are collected to become one batch, in bounded memory. Past the limits they are counted, and only
 * kept when they are the first of their content type and locale, or the newest. Pure.
 */
import { BATCH_LIMITS } from '../gates/delivery-mode';
import { MAX_BATCH_LENGTH, type Batched } from './batch';

export interface Collected<Event extends Batched> {
  count: number;
  /** Oldest first. */
  kept: Event[];
  /** Characters of the bodies that are kept. */
  length: number;
  /** Content types and locales of those that are kept. */
  kinds: Set<string>;
  newest: Event;
}

/** Adds an event. @param collected undefined: it is the first. */
export function collect<Event extends Batched>(
  collected: Collected<Event> | undefined,
  event: Event
): Collected<Event> {
  const into = collected ?? { count: 0, kept: [], length: 0, kinds: new Set(), newest: event };
  into.count += 1;
  into.newest = event;
  keep(into, event);
  return into;
}

/** Adds the events of `later` to those of `earlier`. */
export function collectAll<Event extends Batched>(
  earlier: Collected<Event> | undefined,
  later: Collected<Event>
): Collected<Event> {
  if (earlier === undefined) return later;
  earlier.count += later.count;
  earlier.newest = later.newest;
  for (const event of later.kept) keep(earlier, event);
  return earlier;
}

/** The events that are kept, the newest last. */
export const keptOf = <Event extends Batched>({ kept, newest }: Collected<Event>): Event[] =>
  kept.at(-1) === newest ? kept : [...kept, newest];

function keep<Event extends Batched>(collected: Collected<Event>, event: Event): void {
  const { kept, kinds } = collected;
  const kind = `${event.uid} ${event.locale}`;
  const length = collected.length + event.body.text.length;
  const isWithin = kept.length < BATCH_LIMITS.maxEvents.max && length <= MAX_BATCH_LENGTH;
  if (!isWithin && kinds.has(kind)) return;
  kept.push(event);
  kinds.add(kind);
  collected.length = length;
}
