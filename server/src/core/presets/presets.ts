/** The formats that come with the plugin, by name. */
import type { Format, Preset } from '../shape/format';
import { cloudflarePages } from './cloudflare-pages';
import { discord } from './discord';
import { EVENT_TYPE, github } from './github';
import { gitlab, REF } from './gitlab';
import { netlify } from './netlify';
import { nextjs, NEXTJS_TAGS } from './nextjs';
import { parseOptions, type OptionLimits } from './options';
import { slack } from './slack';
import {
  CLOUDFLARE_TAGS,
  cloudflareTags,
  FASTLY_TAGS,
  fastlyTags,
  NETLIFY_TAGS,
  netlifyTags,
  SITE_ID,
  VERCEL_TAGS,
  vercelTags,
} from './tags';
import { teams } from './teams';
import { vercel } from './vercel';

const presetOf = (
  limits: OptionLimits,
  format: (options: Record<string, string>) => Format,
  batch: Preset['batch'] = null
): Preset => ({
  parse: (given, field) => parseOptions(limits, given, field),
  // Options were checked when they were saved.
  format: (options) => format(options as Record<string, string>),
  batch,
});

const simple = (format: Format, batch?: Preset['batch']): Preset =>
  presetOf({}, () => format, batch);

const purging = (format: Format, tags: Preset['tags']): Preset => ({
  ...simple(format, 'tags'),
  tags,
});

const netlifyPurge: Preset = {
  parse: (given, field) => parseOptions({ siteId: SITE_ID }, given, field, ['siteId']),
  format: (options) => netlifyTags(options),
  batch: 'tags',
  tags: NETLIFY_TAGS,
};

export const PRESETS: ReadonlyMap<string, Preset> = new Map([
  ['slack', simple(slack)],
  ['discord', simple(discord)],
  ['teams', simple(teams)],
  ['github', presetOf({ eventType: EVENT_TYPE }, github, 'newest')],
  ['gitlab', presetOf({ ref: REF }, gitlab, 'newest')],
  ['vercel', simple(vercel, 'newest')],
  ['netlify', simple(netlify, 'newest')],
  ['cloudflare-pages', simple(cloudflarePages, 'newest')],
  ['nextjs', purging(nextjs, NEXTJS_TAGS)],
  ['vercel-tags', purging(vercelTags, VERCEL_TAGS)],
  ['netlify-tags', netlifyPurge],
  ['cloudflare-tags', purging(cloudflareTags, CLOUDFLARE_TAGS)],
  ['fastly-tags', purging(fastlyTags, FASTLY_TAGS)],
]);
