/** Presets that purge caches by the tags of a change. */
import type { Format, FormatEvent, FormattedRequest } from '../shape/format';

/** Nothing has it: so a test shows that the receiver takes the request, and purges nothing. */
const TEST_TAG = 'strapi-test';

/** @param request of the tags. Without tags nothing is sent. */
const purge =
  (request: (tags: string[]) => FormattedRequest): Format =>
  (event) => {
    const tags = tagsToPurge(event);
    return tags.length === 0 ? null : { method: 'POST', ...request(tags) };
  };

const tagsToPurge = ({ type, tags }: FormatEvent): string[] =>
  type === 'trigger-test' ? [TEST_TAG] : tags;

/**
 * Cloudflare: `https://api.cloudflare.com/client/v4/zones/ZONE/purge_cache`
 * (https://developers.cloudflare.com/cache/how-to/purge-cache: at most 100 tags in a request).
 */
export const cloudflareTags: Format = purge((tags) => ({ body: { tags } }));
export const CLOUDFLARE_TAGS = { field: 'tags', most: 100 };

/**
 * Vercel: `https://api.vercel.com/v1/edge-cache/invalidate-by-tags?projectIdOrName=PROJECT`
 * (https://vercel.com/docs/rest-api/reference/endpoints/edge-cache: at most 16 tags in a request). Pages are
 * revalidated in the background.
 */
export const vercelTags: Format = purge((tags) => ({ body: { tags } }));
export const VERCEL_TAGS = { field: 'tags', most: 16 };

/**
 * Fastly: `https://api.fastly.com/service/SERVICE/purge`
 * (https://www.fastly.com/documentation/reference/api/purging: at most 256 keys in a request). A soft
 * purge: pages become stale, and can still be served while they are fetched anew.
 */
export const fastlyTags: Format = purge((tags) => ({
  headers: { 'Fastly-Soft-Purge': '1' },
  body: { surrogate_keys: tags },
}));
export const FASTLY_TAGS = { field: 'surrogate_keys', most: 256 };

/**
 * Netlify: `https://api.netlify.com/api/v1/purge`
 * (https://docs.netlify.com/build/caching/caching-overview). It names no limit; ours keeps requests short.
 */
export const netlifyTags = ({ siteId }: { siteId?: string }): Format =>
  purge((tags) => ({ body: { site_id: siteId, cache_tags: tags } }));
export const NETLIFY_TAGS = { field: 'cache_tags', most: 100 };
export const SITE_ID = 100;
