/** Attributes of content types and components, without those that are never sent: private ones and passwords. */
import { contentTypes } from '@strapi/utils';
import type { Core, UID } from '@strapi/strapi';

import type { Attribute, Schemas } from '../core/filter/fields';

/** Remembers each: schemas do not change while Strapi runs. */
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

/** The content types of the app, and their attributes. */
export const createSchema = (strapi: Core.Strapi) => ({
  schemas: createSchemas(strapi),
  contentTypes: (): readonly string[] => Object.keys(strapi.contentTypes),
});
