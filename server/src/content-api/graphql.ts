/**
 * Cache tags of GraphQL responses, collected from the values of the resolvers, so that a document counts
 * also when its `documentId` was not asked for, or under another name.
 */
import type { Core } from '@strapi/strapi';

import type { TagCollector } from '../core/cache-tags/response-tags';
import { begin, finish, type TaggedContext, type TagOptions } from './cache-tags';

/** The members of Apollo's and graphql-js's objects that are used. */
interface RequestContext {
  contextValue: { koaContext?: TaggedContext };
  operation?: { operation: string };
  errors?: readonly unknown[];
}
interface Field {
  info: { fieldName: string };
}

const CONFIG = 'plugin::graphql.apolloServer';

/** Adds a plugin to the Apollo server that Strapi's GraphQL plugin will start. Without that plugin, nothing. */
export function installGraphqlTags(strapi: Core.Strapi, options: TagOptions): void {
  if (!('graphql' in strapi.plugins)) return;
  const given = strapi.config.get<{ plugins?: unknown[] }>(CONFIG, {});
  const plugins = [...(given.plugins ?? []), createTagPlugin(options)];
  strapi.config.set(CONFIG, { ...given, plugins });
}

function createTagPlugin(options: TagOptions) {
  return {
    requestDidStart: async ({ contextValue: { koaContext } }: RequestContext) => {
      if (koaContext === undefined) return undefined;
      const collector = begin(koaContext, options);
      return {
        executionDidStart: async ({ operation }: RequestContext) =>
          operation?.operation === 'query'
            ? {
                willResolveField:
                  ({ info }: Field) =>
                  (error: unknown, value: unknown) => {
                    if (error === null) note(info.fieldName, value, collector);
                  },
              }
            : undefined,
        willSendResponse: async ({ operation, errors = [] }: RequestContext) => {
          if (operation?.operation !== 'query') return;
          // What is missing may be there the next time.
          if (errors.length > 0) return koaContext.set('Cache-Control', 'no-store');
          finish(koaContext, collector, options);
        },
      };
    },
  };
}

/** @param value of a field: an entry, several, none, or anything else. */
function note(name: string, value: unknown, into: TagCollector): void {
  // A relation that is empty: the collector knows what it is to.
  if (value === null) return into.body({ [name]: null });
  for (const entry of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const { documentId } = (entry ?? {}) as { documentId?: unknown };
    if (typeof documentId === 'string') into.document(documentId);
  }
}
