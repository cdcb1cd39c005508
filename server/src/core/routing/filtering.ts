/** Applies the filters of topics and endpoints to an event. */
import { rootFields, type Schemas } from '../filter/fields';
import {
  compileFilter,
  type CompiledFilter,
  type Filter,
  type FilterProblem,
  type Subject,
} from '../filter/filter';
import { combined, needsOf, type Needs } from '../filter/needs';

export interface Route {
  endpointId: number;
  topicName: string;
}

/** An event that a filter withheld, or the loop guard of an endpoint (`actors`). */
export interface Withheld {
  by: 'topic' | 'endpoint' | 'actors';
  id: number;
  /** The condition that did not hold: `entry.slug.$eq`. */
  condition: string;
}

export interface Judgement {
  routes: readonly Route[];
  withheld: readonly Withheld[];
}

/** The filters that an event has to pass. */
export interface Filtering {
  needs: Needs;
  judge(subject: Subject): Judgement;
}

export interface FilteredTopic {
  id: number;
  name: string;
  filter: Filter | null;
}

/** An endpoint with the topics that match an event, oldest first. */
export interface Candidate {
  endpointId: number;
  filter: Filter | null;
  topics: readonly FilteredTopic[];
}

/** A filter that does not fit a content type any more: it withholds nothing. */
export interface BrokenFilter extends FilterProblem {
  uid: string;
}

/** @returns the problems of a filter with each of these content types. */
export const brokenParts = (
  filter: Filter,
  uids: readonly string[],
  schemas: Schemas
): BrokenFilter[] =>
  uids.flatMap((uid) =>
    compileFilter(filter, rootFields(uid, schemas)).problems.map((problem) => ({ ...problem, uid }))
  );

/** @returns null when nothing is filtered. */
export function filteringOf(
  uid: string,
  candidates: readonly Candidate[],
  schemas: Schemas
): Filtering | null {
  const fields = rootFields(uid, schemas);
  const compiled = new Map<Filter, CompiledFilter>();
  const needs: Needs[] = [];
  for (const { filter, topics } of candidates) {
    for (const one of [filter, ...topics.map((topic) => topic.filter)]) {
      if (one === null || compiled.has(one)) continue;
      compiled.set(one, compileFilter(one, fields));
      needs.push(needsOf(one));
    }
  }
  if (compiled.size === 0) return null;

  return {
    needs: combined(needs),

    judge(subject) {
      const misses = new Map<Filter, string | null>();
      const missOf = (filter: Filter | null): string | null => {
        if (filter === null) return null;
        const known = misses.get(filter);
        if (known !== undefined) return known;
        const miss = compiled.get(filter)?.miss(subject) ?? null;
        misses.set(filter, miss);
        return miss;
      };
      const routes: Route[] = [];
      const withheld = new Map<string, Withheld>();
      const withhold = (by: Withheld['by'], id: number, condition: string): void => {
        withheld.set(`${by} ${id}`, { by, id, condition });
      };
      for (const { endpointId, filter, topics } of candidates) {
        for (const topic of topics) {
          const miss = missOf(topic.filter);
          if (miss !== null) withhold('topic', topic.id, miss);
        }
        const topic = topics.find((one) => missOf(one.filter) === null);
        if (topic === undefined) continue;
        const miss = missOf(filter);
        if (miss === null) routes.push({ endpointId, topicName: topic.name });
        else withhold('endpoint', endpointId, miss);
      }
      return { routes, withheld: [...withheld.values()] };
    },
  };
}
