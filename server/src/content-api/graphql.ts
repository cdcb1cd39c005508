/**
 * Cache tags of GraphQL responses. Collected from the values of the resolvers, so that a document counts
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
  info: { returnType: unknown; path: { prev: unknown } };
}
interface Naming {
  getTypeName(contentType: unknown): string;
}

const FILE_UID = 'plugin::upload.file';
const CONFIG = 'plugin::graphql.apolloServer';

/** Adds a plugin to the Apollo server that Strapi's GraphQL plugin will start. Without that plugin, nothing. */
export function installGraphqlTags(strapi: Core.Strapi, options: TagOptions): void {
  if (!('graphql' in strapi.plugins)) return;
  const given = strapi.config.get<{ plugins?: unknown[] }>(CONFIG, {});
  const plugins = [...(given.plugins ?? []), createTagPlugin(strapi, options)];
  strapi.config.set(CONFIG, { ...given, plugins });
}

function createTagPlugin(strapi: Core.Strapi, options: TagOptions) {
  let uids: ReadonlyMap<string, string> | undefined;

  /** Content types by the name of their type in the schema. Known once the schema is made. */
  function uidOf(name: string): string | undefined {
    const { naming } = strapi.plugin('graphql').service('utils') as unknown as { naming: Naming };
    uids ??= new Map(
      Object.entries(strapi.contentTypes).map(([uid, type]) => [naming.getTypeName(type), uid])
    );
    return uids.get(name);
  }

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
                    // A document that was asked for by its id is noted where it is read.
                    const isAbsent = value === null && info.path.prev === undefined;
                    if (error === null && typeof value === 'object' && !isAbsent) {
                      note(value, info.returnType, uidOf, collector);
                    }
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

/** @param value of a field: an entry, several, none, or a connection. */
function note(
  value: object | null,
  returnType: unknown,
  uidOf: (name: string) => string | undefined,
  into: TagCollector
): void {
  const { name, isList } = unwrapped(returnType);
  const uid = uidOf(name);
  if (uid !== undefined && (isList || value === null)) noteList(uid, into);
  else if (uid !== undefined) into.type(uid);
  if (value === null) return;
  const { nodes, info } = value as { nodes?: unknown; info?: { resourceUID?: unknown } };
  if (nodes !== undefined && info !== undefined) noteList(String(info.resourceUID), into);
  for (const entry of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const { documentId } = (entry ?? {}) as { documentId?: unknown };
    if (typeof documentId === 'string') into.document(documentId);
  }
}

/** Files are connected to the entry: a change of their list is a change of the entry. */
function noteList(uid: string, { list, type }: TagCollector): void {
  if (uid === FILE_UID) type(uid);
  else list(uid);
}

/** The type inside lists and non-null marks. */
function unwrapped(type: unknown): { name: string; isList: boolean } {
  let isList = false;
  let inner = type as { ofType?: unknown; name?: string };
  while (inner.ofType !== undefined) {
    isList ||= Object.prototype.toString.call(inner) === '[object GraphQLList]';
    inner = inner.ofType as typeof inner;
  }
  return { name: inner.name ?? '', isList };
}
