/** Attributes of content types and components without those that are never sent, and the events of entries. */
import { contentTypes } from '@strapi/utils';
import type { Core, UID } from '@strapi/strapi';

import type { Attribute, Schemas } from '../core/filter/fields';

/** Without private attributes and passwords. Remembers each: schemas do not change while Strapi runs. */
function createSchemas(strapi: Core.Strapi): Schemas {
  const known = new Map<string, Readonly<Record<string, Attribute>> | undefined>();

  function read(uid: string): Readonly<Record<string, Attribute>> | undefined {
    const model = strapi.getModel(uid as UID.Schema) as ReturnType<typeof strapi.getModel> | null;
    if (!model) return undefined;
    const attributes = Object.entries(model.attributes as unknown as Record<string, Attribute>);
    const isContentType = model.modelType === 'contentType';
    return {
      // Strapi adds it to the tables only.
      ...(isContentType && { documentId: { type: 'string' } }),
      ...Object.fromEntries(
        attributes.filter(
          ([name, { type }]) => type !== 'password' && !contentTypes.isPrivateAttribute(model, name)
        )
      ),
    };
  }

  return (uid) => {
    if (!known.has(uid)) known.set(uid, read(uid));
    return known.get(uid);
  };
}

const ENTRY_EVENTS = ['entry.create', 'entry.update', 'entry.delete'];
const PUBLISHING_EVENTS = ['entry.publish', 'entry.unpublish', 'entry.draft-discard'];

/** The fields of a content type that are used. */
interface ContentType {
  uid: string;
  options?: { draftAndPublish?: boolean };
  pluginOptions?: { 'content-manager'?: { visible?: boolean } };
}

/** True for types without a page in the Content Manager: locales, releases, admin users. */
export function isHiddenType(type: ContentType): boolean {
  if (type.uid.startsWith('api::')) return false;
  return (
    !type.uid.startsWith('plugin::') || type.pluginOptions?.['content-manager']?.visible === false
  );
}

/** The content types of the app, their attributes and the events of their entries. */
export const createSchema = (strapi: Core.Strapi) => ({
  schemas: createSchemas(strapi),
  contentTypes: (): readonly string[] => Object.keys(strapi.contentTypes),
  /** Empty for hidden types. */
  eventsOf(uid: string): readonly string[] {
    const types = strapi.contentTypes as unknown as Readonly<
      Record<string, ContentType | undefined>
    >;
    const type = types[uid];
    if (type === undefined || isHiddenType(type)) return [];
    const hasDrafts = type.options?.draftAndPublish === true;
    return hasDrafts ? [...ENTRY_EVENTS, ...PUBLISHING_EVENTS] : ENTRY_EVENTS;
  },
});
