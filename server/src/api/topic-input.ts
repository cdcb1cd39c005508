/** Completes the input of a new topic with defaults, and compares it with a stored one. */
import type { Core } from '@strapi/strapi';

import { PLUGIN_ID } from '../plugin-id';
import { runtimeOf } from '../runtime/runtime';
import type { TopicRecord, TopicWrite } from '../store/types';
import type { CatalogService } from './catalog';
import { differences, type FieldChange } from './differences';
import { checkTopicFilter } from './filter-input';
import { parseInput } from './input';
import { topicInput } from './schemas';
import type { TopicInput } from './types';

const FIELDS = ['description', 'enabled', 'events', 'contentTypes', 'filter'] as const;

/** @throws CoreError UNKNOWN_EVENT, UNKNOWN_CONTENT_TYPE. */
export function checkCatalog(
  strapi: Core.Strapi,
  { events, contentTypes }: Pick<Partial<TopicInput>, 'events' | 'contentTypes'>
): void {
  const catalog = strapi.plugin(PLUGIN_ID).service<CatalogService>('catalog');
  events?.forEach((pattern, index) => catalog.assertEventPattern(pattern, `events.${index}`));
  contentTypes?.forEach((uid, index) => catalog.assertContentType(uid, `contentTypes.${index}`));
}

/** @throws CoreError naming the field. Endpoints are not checked. */
export function newTopic(strapi: Core.Strapi, given: TopicInput): TopicWrite {
  const input = parseInput(topicInput, given);
  checkCatalog(strapi, input);
  const { filter = null, contentTypes } = input;
  checkTopicFilter(runtimeOf(strapi), { filter, contentTypes });
  return {
    name: input.name,
    description: input.description ?? null,
    enabled: input.enabled ?? true,
    events: [...new Set(input.events)],
    contentTypes: contentTypes && [...new Set(contentTypes)],
    filter,
    endpointIds: [...new Set(input.endpointIds ?? [])],
  };
}

/** @returns the fields of the topic that differ; its endpoints are left out. */
export function topicChanges(
  wanted: TopicWrite,
  stored: TopicRecord
): { write: Partial<TopicWrite>; changes: FieldChange[] } {
  const fields = differences(wanted, stored, FIELDS);
  return {
    write: Object.fromEntries(fields.map((field) => [field, wanted[field]])),
    changes: fields.map((field) => ({ field, from: stored[field], to: wanted[field] })),
  };
}
