/** Prepares an event that was recorded earlier for filters. What it did not keep is unknown. */
import { entryStatus } from '../message/entry-status';
import type { Actor } from '../message/message';
import type { Schemas } from './fields';
import { UNKNOWN, type Filter, type Subject } from './filter';
import { needsOf } from './needs';

type Entry = Readonly<Record<string, unknown>>;

interface KeptEvent {
  name: string;
  uid: string;
  entryLocale: string | null;
  actor: Actor;
}

/** @param entry as the event was recorded with it. */
export function keptSubject(
  { name, uid, entryLocale, actor }: KeptEvent,
  entry: Entry,
  schemas: Schemas
): Subject {
  const known = Object.keys(schemas(uid) ?? {}).map((attribute) => [
    attribute,
    isKept(entry, attribute) ? entry[attribute] : UNKNOWN,
  ]);
  return {
    event: name,
    locale: entryLocale,
    status: entryStatus(name, entry),
    actor,
    entry: { ...entry, ...(Object.fromEntries(known) as Entry) },
    previous: UNKNOWN,
    changed: UNKNOWN,
  };
}

/** Strapi sends of some relations their number only. */
export function isKept(entry: Entry, attribute: string): boolean {
  if (!Object.hasOwn(entry, attribute)) return false;
  const value = entry[attribute];
  const isCount =
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'count' in value;
  return !isCount;
}

/** @returns unknown facts that the filter asks for: `previous`, `entry.author`. */
export function assumedBy(filter: Filter, { previous, entry }: Subject): string[] {
  const needs = needsOf(filter);
  const asked = needs.gone === null || needs.gone === 'all' ? [] : [...needs.gone];
  return [
    ...(needs.previous !== null && previous === UNKNOWN ? ['previous'] : []),
    ...asked.filter((name) => entry[name] === UNKNOWN).map((name) => `entry.${name}`),
  ];
}
