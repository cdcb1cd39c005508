/**
 * Decides which endpoints receive an event. Topics name events and content types, endpoints
 * subscribe to topics.
 *
 * A pattern is `*` (all events except Strapi's internal ones), an exact name, or a prefix with `*`
 * as its last segment. A topic's list of content types restricts its `entry.*` events only. Media,
 * release and custom events are matched by name alone, because most have no content type.
 *
 * An endpoint receives an event once, even if several of its topics match; the message names the
 * oldest topic (lowest id) whose filter it passes. Filters judge events of entries only. Paused endpoints are routed to as well: their messages are created and
 * held.
 */
import { CoreError } from '../errors';
import type { Schemas } from '../filter/fields';
import type { Filter } from '../filter/filter';
import {
  filteringOf,
  type Candidate,
  type FilteredTopic,
  type Filtering,
  type Route,
} from './filtering';

export interface RouteTopic {
  id: number;
  name: string;
  enabled: boolean;
  events: string[];
  /** Null means all. */
  contentTypes: string[] | null;
  endpointIds: number[];
  filter?: Filter | null;
}

export interface RouteEndpoint {
  id: number;
  filter?: Filter | null;
}

export interface Routes {
  /** Is any endpoint subscribed to this event? Asked at every content write. Cached. */
  wants(eventName: string, uid: string | null): boolean;
  /** Endpoints in ascending order of id. The list is shared between calls: do not change it. */
  route(eventName: string, uid: string | null): readonly Route[];
  /** Filter that an event of an entry has to pass; null when nothing is filtered. */
  filtering(eventName: string, uid: string | null): Filtering | null;
}

interface Plan {
  routes: readonly Route[];
  filtering: Filtering | null;
}

const ENTRY_PREFIX = 'entry.';

/** All entry and media events. Other names with these prefixes never occur. */
export const CONTENT_EVENTS: readonly string[] = [
  'entry.create',
  'entry.update',
  'entry.delete',
  'entry.publish',
  'entry.unpublish',
  'entry.draft-discard',
  'media.create',
  'media.update',
  'media.delete',
];
const STRAPI_FAMILY = /^(entry|media)(\.|$)/;

const EVENT_PATTERN = /^(?:\*|[\w-]+(?:\.[\w-]+)*(?:\.\*)?)$/;

/** Length of the column. */
const MAX_PATTERN_LENGTH = 255;

/**
 * Cached combinations of event and content type. An app has hundreds, but names of custom events
 * are not bounded.
 */
const MAX_CACHED_ROUTES = 5_000;

/**
 * Internal events of Strapi (accounts, roles, log-ins, schemas) and of this plugin. Some carry
 * confidential data, so `*` does not match them: a topic has to name them.
 */
const HOUSEKEEPING =
  /^(user|role|permission|admin|ee|audit-logs?|locale|release|media-folder|content-type|component|webhooks)\./;

/** `*` matches whatever Strapi's own webhooks could send, and custom events. */
export function matchesEvent(pattern: string, name: string): boolean {
  if (pattern === '*') return !HOUSEKEEPING.test(name);
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** @throws CoreError `UNKNOWN_EVENT` when no event could ever match. */
export function validateEventPattern(pattern: string, field: string): void {
  if (pattern.length > MAX_PATTERN_LENGTH || !EVENT_PATTERN.test(pattern)) {
    throw new CoreError(
      'UNKNOWN_EVENT',
      `"${pattern.slice(0, 80)}" is not an event: write segments of letters, digits, _ and - separated by dots; * stands alone or as the last segment`,
      field
    );
  }
  const [family] = STRAPI_FAMILY.exec(pattern) ?? [];
  if (family === undefined || CONTENT_EVENTS.includes(pattern) || pattern === `${family}*`) return;
  const known = CONTENT_EVENTS.filter((name) => matchesEvent(`${familyOf(pattern)}.*`, name));
  throw new CoreError(
    'UNKNOWN_EVENT',
    `Strapi has no event "${pattern}": use ${familyOf(pattern)}.* or one of ${known.join(', ')}`,
    field
  );
}

/** Precomputes the routes for one state of topics and endpoints. */
export function compileRoutes(
  topics: readonly RouteTopic[],
  endpoints: readonly RouteEndpoint[],
  schemas: Schemas = () => undefined
): Routes {
  const filters = new Map(endpoints.map(({ id, filter }) => [id, filter ?? null]));
  const oldestFirst = topics
    .filter((topic) => topic.enabled)
    .toSorted((a, b) => a.id - b.id)
    .map((topic) => ({
      ...topic,
      endpointIds: topic.endpointIds.filter((id) => filters.has(id)),
    }))
    .filter((topic) => topic.endpointIds.length > 0);
  const cache = new Map<string, Plan>();

  function compute(eventName: string, uid: string | null): Plan {
    const byEndpoint = new Map<number, FilteredTopic[]>();
    for (const topic of oldestFirst) {
      if (!matchesTopic(topic, eventName, uid)) continue;
      const { id, name, filter = null } = topic;
      for (const endpointId of topic.endpointIds) {
        const its = byEndpoint.get(endpointId) ?? [];
        its.push({ id, name, filter });
        byEndpoint.set(endpointId, its);
      }
    }
    const candidates = [...byEndpoint]
      .sort(([a], [b]) => a - b)
      .map(([endpointId, its]): Candidate => {
        return { endpointId, filter: filters.get(endpointId) ?? null, topics: its };
      });
    return {
      routes: candidates.map(({ endpointId, topics: [topic] }) => ({
        endpointId,
        topicName: topic?.name ?? '',
      })),
      filtering:
        uid !== null && eventName.startsWith(ENTRY_PREFIX)
          ? filteringOf(uid, candidates, schemas)
          : null,
    };
  }

  function plan(eventName: string, uid: string | null): Plan {
    const key = `${eventName}|${uid ?? ''}`;
    const known = cache.get(key);
    if (known) return known;
    // Clears the cache when it is full. Only invented event names fill it.
    if (cache.size >= MAX_CACHED_ROUTES) cache.clear();
    const made = compute(eventName, uid);
    cache.set(key, made);
    return made;
  }

  return {
    route: (eventName, uid) => plan(eventName, uid).routes,
    wants: (eventName, uid) => plan(eventName, uid).routes.length > 0,
    filtering: (eventName, uid) => plan(eventName, uid).filtering,
  };
}

function matchesTopic(topic: RouteTopic, eventName: string, uid: string | null): boolean {
  if (!topic.events.some((pattern) => matchesEvent(pattern, eventName))) return false;
  if (topic.contentTypes === null || !eventName.startsWith(ENTRY_PREFIX)) return true;
  return uid !== null && topic.contentTypes.includes(uid);
}

function familyOf(pattern: string): string {
  return pattern.split('.', 1)[0] ?? pattern;
}
