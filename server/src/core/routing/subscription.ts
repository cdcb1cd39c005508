/**
 * Which endpoints an event goes to: topics name events and content types, endpoints subscribe to topics.
 *
 * A pattern is `*` (all but Strapi's housekeeping), an exact name, or a prefix with `*` as its last
 * segment. A topic's list of content types restricts its `entry.*` events only: media, releases and
 * the host's own events are matched by name alone, because most carry no content type, and a list
 * would silence them without a word.
 *
 * An endpoint gets an event once, however many of its topics match; the oldest of these (lowest id) is named.
 * Whether an endpoint is paused plays no part here: its messages are made, and held.
 */
import { CoreError } from '../errors';

export interface RouteTopic {
  id: number;
  name: string;
  enabled: boolean;
  events: string[];
  /** Null means all. */
  contentTypes: string[] | null;
  endpointIds: number[];
}

export interface RouteEndpoint {
  id: number;
}

export interface Route {
  endpointId: number;
  topicName: string;
}

export interface Routes {
  /** Would anybody receive it? Asked at every content write: one look into a map when asked before. */
  wants(eventName: string, uid: string | null): boolean;
  /** Endpoints in ascending order of id. The list is shared between calls: do not change it. */
  route(eventName: string, uid: string | null): readonly Route[];
}

const ENTRY_PREFIX = 'entry.';

/** Events of Strapi's two closed families: anything else under their names would never happen. */
const STRAPI_EVENTS = new Set([
  'entry.create',
  'entry.update',
  'entry.delete',
  'entry.publish',
  'entry.unpublish',
  'entry.draft-discard',
  'media.create',
  'media.update',
  'media.delete',
]);
const STRAPI_FAMILY = /^(entry|media)(\.|$)/;

const EVENT_PATTERN = /^(?:\*|[\w-]+(?:\.[\w-]+)*(?:\.\*)?)$/;

/** The column's length. */
const MAX_PATTERN_LENGTH = 255;

/** Combinations of event and content type remembered. An app has hundreds; a custom event's name may be anything. */
const MAX_CACHED_ROUTES = 5_000;

/**
 * Strapi's housekeeping on the same event hub (accounts, roles, log-ins, schemas), and ours. Some of it carries
 * what must not leave the house, so it goes to who names it, never to who asked for "everything".
 */
const HOUSEKEEPING =
  /^(user|role|permission|admin|ee|audit-logs?|locale|release|media-folder|content-type|component|webhooks)\./;

/** `*` is whatever Strapi's own webhooks could send, and the host's own events. */
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
  if (family === undefined || STRAPI_EVENTS.has(pattern) || pattern === `${family}*`) return;
  const known = [...STRAPI_EVENTS].filter((name) => matchesEvent(`${familyOf(pattern)}.*`, name));
  throw new CoreError(
    'UNKNOWN_EVENT',
    `Strapi has no event "${pattern}": use ${familyOf(pattern)}.* or one of ${known.join(', ')}`,
    field
  );
}

/** Precomputes the answer to "who gets this?" for one state of topics and endpoints. */
export function compileRoutes(
  topics: readonly RouteTopic[],
  endpoints: readonly RouteEndpoint[]
): Routes {
  const endpointIds = new Set(endpoints.map((endpoint) => endpoint.id));
  const oldestFirst = topics
    .filter((topic) => topic.enabled)
    .toSorted((a, b) => a.id - b.id)
    .map((topic) => ({
      ...topic,
      endpointIds: topic.endpointIds.filter((id) => endpointIds.has(id)),
    }))
    .filter((topic) => topic.endpointIds.length > 0);
  const cache = new Map<string, readonly Route[]>();

  function compute(eventName: string, uid: string | null): readonly Route[] {
    const topicByEndpoint = new Map<number, string>();
    for (const topic of oldestFirst) {
      if (!matchesTopic(topic, eventName, uid)) continue;
      for (const id of topic.endpointIds) {
        if (!topicByEndpoint.has(id)) topicByEndpoint.set(id, topic.name);
      }
    }
    return [...topicByEndpoint]
      .sort(([a], [b]) => a - b)
      .map(([endpointId, topicName]) => ({ endpointId, topicName }));
  }

  function route(eventName: string, uid: string | null): readonly Route[] {
    const key = `${eventName}|${uid ?? ''}`;
    const known = cache.get(key);
    if (known) return known;
    // Starting over is cheap, and never happens in an app that does not make event names up.
    if (cache.size >= MAX_CACHED_ROUTES) cache.clear();
    const routes = compute(eventName, uid);
    cache.set(key, routes);
    return routes;
  }

  return { route, wants: (eventName, uid) => route(eventName, uid).length > 0 };
}

function matchesTopic(topic: RouteTopic, eventName: string, uid: string | null): boolean {
  if (!topic.events.some((pattern) => matchesEvent(pattern, eventName))) return false;
  if (topic.contentTypes === null || !eventName.startsWith(ENTRY_PREFIX)) return true;
  return uid !== null && topic.contentTypes.includes(uid);
}

function familyOf(pattern: string): string {
  return pattern.split('.', 1)[0] ?? pattern;
}
