/**
 * Lists the events and content types that a topic can subscribe to. Read from Strapi at each call, because
 * custom events can be registered at any time.
 */
import type { Core } from '@strapi/strapi';

import type { Catalog } from './types';
import { CoreError } from '../core/errors';
import { comparedAttributes, fieldPaths } from '../core/filter/fields';
import { operatorsOf } from '../core/filter/operators';
import { CONTENT_EVENTS, matchesEvent, validateEventPattern } from '../core/routing/subscription';
import { OPERATIONAL_EVENTS } from '../delivery/engine/own-events';
import { isHiddenType } from '../host/schemas';
import type { Internal } from '../host/strapi-internals';
import { runtimeOf } from '../runtime/runtime';

type CatalogEvent = Catalog['events'][number];
type CatalogContentType = Catalog['contentTypes'][number];

/** Strapi's events, including those this app's license rules out: a topic outlives a license. */
const STRAPI_EVENTS = [...CONTENT_EVENTS, 'releases.publish', 'review-workflows.updateEntryStage'];

/** The plugin's own events about delivery. */
const OPERATIONAL = Object.values(OPERATIONAL_EVENTS);

const GROUPS: Record<string, CatalogEvent['group']> = {
  entry: 'entry',
  media: 'media',
  releases: 'release',
  'review-workflows': 'review-workflows',
  webhooks: 'webhooks',
};

const KINDS = [
  'text',
  'number',
  'bigint',
  'boolean',
  'instant',
  'names',
  'nested',
  'opaque',
] as const;
const OPERATORS = Object.fromEntries(
  KINDS.map((kind) => [kind, operatorsOf(kind)])
) as Catalog['operators'];

/** The fields of a content type that are used. */
interface ContentType {
  uid: string;
  kind?: string;
  info: { displayName: string };
  options?: { draftAndPublish?: boolean };
  pluginOptions?: {
    i18n?: { localized?: boolean };
    'content-manager'?: { visible?: boolean };
  };
}

interface WebhookStore {
  allowedEvents: Map<string, string>;
}

export const CATALOG_INTERNALS: readonly Internal[] = [
  {
    name: "allowedEvents of strapi.get('webhookStore')",
    affects: 'native-webhooks',
    isThere: (strapi) => strapi.get<WebhookStore>('webhookStore').allowedEvents instanceof Map,
  },
];

export const createCatalogService = ({ strapi }: { strapi: Core.Strapi }) => {
  function events(): CatalogEvent[] {
    const { allowedEvents } = strapi.get<WebhookStore>('webhookStore');
    return [...new Set<string>([...STRAPI_EVENTS, ...allowedEvents.values(), ...OPERATIONAL])].map(
      (name) => {
        const group = GROUPS[name.split('.')[0] ?? ''] ?? 'custom';
        return { name, group, needsContentType: group === 'entry' };
      }
    );
  }

  function fieldsOf(
    type: ContentType
  ): Pick<CatalogContentType, 'hidden' | 'fields' | 'changeable'> {
    const { schemas } = runtimeOf(strapi).schema;
    if (isHiddenType(type)) return { hidden: true, fields: [], changeable: [] };
    return {
      hidden: false,
      fields: fieldPaths(type.uid, schemas),
      changeable: comparedAttributes(schemas(type.uid) ?? {}),
    };
  }

  function contentTypes(): CatalogContentType[] {
    return (Object.values(strapi.contentTypes) as unknown as ContentType[])
      .map((type) => ({
        uid: type.uid,
        displayName: type.info.displayName,
        kind: type.kind === 'singleType' ? ('singleType' as const) : ('collectionType' as const),
        draftAndPublish: type.options?.draftAndPublish === true,
        localized: type.pluginOptions?.i18n?.localized === true,
        ...fieldsOf(type),
      }))
      .sort((a, b) => a.uid.localeCompare(b.uid));
  }

  return {
    read: (): Catalog => ({
      events: events(),
      contentTypes: contentTypes(),
      operators: OPERATORS,
    }),

    /**
     * Refuses a pattern that no event of this app matches, because it would silently deliver nothing.
     *
     * @throws CoreError UNKNOWN_EVENT
     */
    assertEventPattern(pattern: string, field: string): void {
      validateEventPattern(pattern, field);
      if (events().some(({ name }) => matchesEvent(pattern, name))) return;
      throw new CoreError(
        'UNKNOWN_EVENT',
        `no event of this app matches "${pattern}"; an event of your own code must first be ` +
          `registered: strapi.get('webhookStore').addAllowedEvent('MY_EVENT', 'my.event')`,
        field
      );
    },

    /** @throws CoreError UNKNOWN_CONTENT_TYPE */
    assertContentType(uid: string, field: string): void {
      if (Object.hasOwn(strapi.contentTypes, uid)) return;
      throw new CoreError(
        'UNKNOWN_CONTENT_TYPE',
        `"${uid}" is not a content type of this app`,
        field
      );
    },
  };
};

export type CatalogService = ReturnType<typeof createCatalogService>;
