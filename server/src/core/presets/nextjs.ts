/**
 * Next.js: the cache tags of a change, for a route of the app that calls `revalidateTag`, which
 * docs/guides/never-stale-pages.md shows (https://nextjs.org/docs/app/api-reference/functions/revalidateTag).
 */
import type { Format } from '../shape/format';

export const nextjs: Format = ({ type, timestamp, tags }) => ({
  method: 'POST',
  body: { tags, type, timestamp },
});

/** Of the route's own. Keeps requests short. */
export const NEXTJS_TAGS = { field: 'tags', most: 1_000 };
