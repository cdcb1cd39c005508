/**
 * Populate tree of an entry's event: relations one level deep; media, components and dynamic zones
 * in full. The same tree as Strapi's own webhooks (`@strapi/core`,
 * `services/document-service/utils/populate`), which does not export it.
 *
 * Terminates because Strapi refuses components that contain themselves.
 */
import type { Core, UID } from '@strapi/strapi';

interface Attribute {
  type: string;
  component?: string;
  components?: string[];
  unstable_virtual?: boolean;
}

export type Populate = Record<string, object>;

/** Caches each content type's tree; schemas do not change while Strapi runs. */
export function createPopulate(strapi: Core.Strapi): (uid: string) => Populate {
  const known = new Map<string, Populate>();

  function populateOf(uid: string): Populate {
    let populate = known.get(uid);
    if (populate === undefined) {
      populate = build(uid);
      known.set(uid, populate);
    }
    return populate;
  }

  function build(uid: string): Populate {
    const attributes = strapi.getModel(uid as UID.Schema).attributes as unknown as Record<
      string,
      Attribute
    >;
    const populate: Populate = {};
    for (const [name, attribute] of Object.entries(attributes)) {
      const fragment = fragmentOf(attribute);
      if (fragment !== null) populate[name] = fragment;
    }
    return populate;
  }

  function fragmentOf(attribute: Attribute): object | null {
    switch (attribute.type) {
      case 'relation':
        // A virtual relation (`localizations`) has no column or table to populate from.
        return attribute.unstable_virtual === true ? null : {};
      case 'media':
        return { select: ['*'] };
      case 'component':
        return { populate: populateOf(attribute.component ?? '') };
      case 'dynamiczone':
        return {
          on: Object.fromEntries(
            (attribute.components ?? []).map((uid) => [uid, { populate: populateOf(uid) }])
          ),
        };
      default:
        return null;
    }
  }

  return populateOf;
}
