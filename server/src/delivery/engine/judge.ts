/** Says what the filters of an endpoint and its topics make of an event, without recording anything. */
import type { Schemas } from '../../core/filter/fields';
import type { Filter } from '../../core/filter/filter';
import { assumedBy } from '../../core/filter/kept';
import type { NewEvent } from '../../core/message/message';
import type { Withheld } from '../../core/routing/filtering';
import { isIgnored, type ActorRef } from '../../core/routing/loop-guard';
import { compileRoutes, type RouteTopic } from '../../core/routing/subscription';

/** An endpoint and the topics that it subscribes to, stored or not. */
export interface Receiver {
  endpoint: { id: number; name: string; filter: Filter | null; ignoredActors: readonly ActorRef[] };
  topics: readonly Omit<RouteTopic, 'endpointIds'>[];
}

interface Holder {
  by: 'topic' | 'endpoint';
  name: string;
}

export interface Judged {
  /** The topic whose filter the event passes; null: none. */
  topicName: string | null;
  /** The topic or endpoint that withholds it; null: none. */
  withheldBy: (Pick<Withheld, 'id' | 'condition'> & Holder) | null;
  /** Facts that the event did not keep. Conditions on them were taken to hold. */
  assumed: string[];
}

export interface Judge {
  /** Whether an enabled topic has such events. */
  hasTopicFor(eventName: string, uid: string | null): boolean;
  judge(event: NewEvent): Judged;
}

export function createJudge({ endpoint, topics }: Receiver, schemas: Schemas): Judge {
  const { id, name, filter, ignoredActors } = endpoint;
  const routes = compileRoutes(
    topics.map((topic) => ({ ...topic, endpointIds: [id] })),
    [endpoint],
    schemas
  );
  const holderOf = ({ by, id: its }: Withheld): Holder =>
    by === 'topic'
      ? { by, name: topics.find((topic) => topic.id === its)?.name ?? '' }
      : { by: 'endpoint', name };

  return {
    hasTopicFor: routes.wants,

    judge(event) {
      const { name: eventName, uid, subject, actor } = event;
      const filtering = subject === undefined ? null : routes.filtering(eventName, uid);
      const { routes: passed, withheld } =
        filtering !== null && subject !== undefined
          ? filtering.judge(subject)
          : { routes: routes.route(eventName, uid), withheld: [] };
      const isOwn = passed.length > 0 && isIgnored(actor, ignoredActors);
      const [first] = isOwn
        ? [{ by: 'actors' as const, id, condition: 'ignoredActors' }]
        : passed.length > 0
          ? []
          : withheld;
      const filters = [filter, ...topics.map((topic) => topic.filter ?? null)];
      const assumed = filters.flatMap((one) =>
        one === null || subject === undefined ? [] : assumedBy(one, subject)
      );
      return {
        topicName: passed[0]?.topicName ?? null,
        withheldBy: first === undefined ? null : { ...first, ...holderOf(first) },
        assumed: [...new Set(assumed)],
      };
    },
  };
}
