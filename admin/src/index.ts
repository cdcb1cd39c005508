/**
 * The panel's entry point. Only what Strapi needs to draw its menu is loaded with the panel; pages
 * and words arrive when asked for.
 */
import { Webhooks } from '@strapi/icons';

import { MENU_PERMISSIONS } from './permissions';
import { PLUGIN_ID } from './pluginId';
import { prefixTranslations } from './utils/translation';

import type { StrapiApp } from '@strapi/strapi/admin';

interface Words {
  default: Record<string, string>;
}

/** A missing locale falls back to English, which Strapi lays under every other. */
const loadWords = async (locale: string) => {
  try {
    const words = (await import(`./translations/${locale}.json`)) as Words;
    return { locale, data: prefixTranslations(words.default) };
  } catch {
    return { locale, data: {} };
  }
};

export default {
  register(app: StrapiApp) {
    app.addMenuLink({
      to: `plugins/${PLUGIN_ID}`,
      icon: Webhooks,
      intlLabel: { id: `${PLUGIN_ID}.plugin.name`, defaultMessage: 'Webhooks' },
      permissions: MENU_PERMISSIONS,
      Component: () => import('./pages/App').then((module) => ({ default: module.App })),
    });
    app.registerPlugin({ id: PLUGIN_ID, name: PLUGIN_ID });
  },

  registerTrads: ({ locales }: { locales: string[] }) => Promise.all(locales.map(loadWords)),
};
