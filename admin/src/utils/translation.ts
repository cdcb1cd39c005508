/**
 * Typed descriptors of the translations. They carry no `defaultMessage`, because Strapi falls back
 * to English in every locale.
 */
import { PLUGIN_ID } from '../pluginId';

import type en from '../translations/en.json';

export type TranslationKey = keyof typeof en;

export const t = (key: TranslationKey) => ({ id: `${PLUGIN_ID}.${key}` });

/** Prefixes each key with the plugin's id, as `registerTrads` expects. */
export const prefixTranslations = (words: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(words).map(([key, word]) => [`${PLUGIN_ID}.${key}`, word]));
