/**
 * Descriptors of the plugin's words, typed by the English file. They carry no `defaultMessage`:
 * Strapi lays English under every locale, so a second copy would only fatten the pages.
 */
import { PLUGIN_ID } from '../pluginId';

import type en from '../translations/en.json';

export type TranslationKey = keyof typeof en;

export const t = (key: TranslationKey) => ({ id: `${PLUGIN_ID}.${key}` });

/** The shape `registerTrads` wants: each key under the plugin's prefix, so that none can collide. */
export const prefixTranslations = (words: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([key, word]) => [`${PLUGIN_ID}.${key}`, word]));
