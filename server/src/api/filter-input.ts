/** Checks the filter that a topic or endpoint is given, and shows what became of it. */
import isEqual from 'lodash/isEqual';

import { CoreError } from '../core/errors';
import { rootFields } from '../core/filter/fields';
import { assertFilter, type Filter } from '../core/filter/filter';
import { typesOf, typesOfTopics } from '../delivery/engine/broken-filters';
import type { Runtime } from '../runtime/runtime';
import type { Withheld } from '../core/routing/filtering';
import { holderOf } from '../stats/withheld';
import type { EndpointRecord, TopicRecord } from '../store/types';
import type { WithheldCount } from '../store/views';
import type { FilterView } from './types';

/** A filter and the content types whose entries it judges. */
interface Filtered {
  filter: Filter | null;
  uids: readonly string[];
}

/**
 * @param stored a filter that is kept with its content types is not checked again: it may have become broken.
 * @throws CoreError INVALID_FILTER, its field the path inside the filter.
 */
function check({ schema }: Runtime, given: Filtered, stored?: Filtered): void {
  const { filter, uids } = given;
  if (filter === null || isEqual(given, stored)) return;
  if (uids.length === 0) {
    throw new CoreError(
      'INVALID_FILTER',
      'filter: needs a topic whose content types it can be checked against',
      'filter'
    );
  }
  for (const uid of ownFirst(uids)) assertFilter(filter, rootFields(uid, schema.schemas), 'filter');
}

type TopicFilter = Pick<TopicRecord, 'filter' | 'contentTypes'>;

/** @throws CoreError INVALID_FILTER. */
export function checkTopicFilter(runtime: Runtime, topic: TopicFilter, stored?: TopicFilter): void {
  const filtered = (one: TopicFilter): Filtered => ({
    filter: one.filter,
    uids: typesOf(one, runtime.schema),
  });
  check(runtime, filtered(topic), stored && filtered(stored));
}

type EndpointFilter = Pick<EndpointRecord, 'filter' | 'topicIds'>;

/** @throws CoreError INVALID_FILTER. */
export function checkEndpointFilter(
  runtime: Runtime,
  endpoint: EndpointFilter,
  { stored, topics }: { stored?: EndpointFilter | undefined; topics: readonly TopicRecord[] }
): void {
  const filtered = (one: EndpointFilter): Filtered => ({
    filter: one.filter,
    uids: typesOfTopics(one.topicIds, topics, runtime.schema),
  });
  check(runtime, filtered(endpoint), stored && filtered(stored));
}

/** Types of the app before those of Strapi: an error names one of them. */
const ownFirst = (uids: readonly string[]): string[] =>
  uids.toSorted((a, b) => Number(b.startsWith('api::')) - Number(a.startsWith('api::')));

export function filterView(
  { directory }: Runtime,
  by: 'topic' | 'endpoint',
  id: number,
  withheld: ReadonlyMap<string, WithheldCount>
): FilterView {
  const broken = directory.brokenFilters().find((one) => one.by === by && one.id === id);
  return {
    filterProblems: [...(broken?.problems ?? [])],
    withheld: withheldBy({ by, id }, withheld),
  };
}

export function withheldBy(
  holder: Pick<Withheld, 'by' | 'id'>,
  withheld: ReadonlyMap<string, WithheldCount>
): FilterView['withheld'] {
  const count = withheld.get(holderOf(holder));
  return count === undefined ? null : { total: count.total, latest: count.latest };
}
