/** Cache tags of the content API, when they are switched on. */
import type { Core } from '@strapi/strapi';

import {
  createTagMiddleware,
  installReadNotes,
  type TaggedContext,
  type TagOptions,
} from './cache-tags';
import { installGraphqlTags } from './graphql';

interface Options extends TagOptions {
  enabled: boolean;
}

interface ContentApi {
  use(middleware: (ctx: TaggedContext, next: () => Promise<unknown>) => Promise<void>): unknown;
}

/** Before the routes are added, which the middleware runs in front of, and before Apollo is started. */
export function registerCacheTags(strapi: Core.Strapi, options: Options): void {
  if (!options.enabled) return;
  (strapi.server.api('content-api') as unknown as ContentApi).use(createTagMiddleware(options));
  installGraphqlTags(strapi, options);
}

type Types = Parameters<typeof installReadNotes>[1];

export function startCacheTags(strapi: Core.Strapi, { enabled }: Options, types: Types): void {
  if (enabled) installReadNotes(strapi, types);
}
