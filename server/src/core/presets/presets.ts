/** The formats that come with the plugin, by name. */
import type { Format, Preset } from '../shape/format';
import { cloudflarePages } from './cloudflare-pages';
import { discord } from './discord';
import { EVENT_TYPE, github } from './github';
import { gitlab, REF } from './gitlab';
import { netlify } from './netlify';
import { nextjs } from './nextjs';
import { parseOptions, type OptionLimits } from './options';
import { slack } from './slack';
import { teams } from './teams';
import { vercel } from './vercel';

const presetOf = (
  limits: OptionLimits,
  format: (options: Record<string, string>) => Format
): Preset => ({
  parse: (given, field) => parseOptions(limits, given, field),
  // Options were checked when they were saved.
  format: (options) => format(options as Record<string, string>),
});

const simple = (format: Format): Preset => presetOf({}, () => format);

export const PRESETS: ReadonlyMap<string, Preset> = new Map([
  ['slack', simple(slack)],
  ['discord', simple(discord)],
  ['teams', simple(teams)],
  ['github', presetOf({ eventType: EVENT_TYPE }, github)],
  ['gitlab', presetOf({ ref: REF }, gitlab)],
  ['vercel', simple(vercel)],
  ['netlify', simple(netlify)],
  ['cloudflare-pages', simple(cloudflarePages)],
  ['nextjs', simple(nextjs)],
]);
