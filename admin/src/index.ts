/** Registers the plugin with Strapi's admin panel. Pages and translations are loaded on demand. */
import { Webhooks } from '@strapi/icons';

import { DeliveriesPanel } from './content-manager/DeliveriesPanel';
import { SendAction, SendBulkAction } from './content-manager/sendActions';
import { MENU_PERMISSIONS, permissionAction } from './permissions';
import { PLUGIN_ID } from './pluginId';
import { prefixTranslations } from './utils/translation';

import type { StrapiApp } from '@strapi/strapi/admin';

/** The part of the Content Manager's interface that is used. */
interface ContentManager {
  addEditViewSidePanel(panels: unknown[]): void;
  addDocumentAction(actions: unknown[]): void;
  addBulkAction(actions: unknown[]): void;
}

interface Words {
  default: Record<string, string>;
}

/** Strapi falls back to English for a missing locale. */
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
      intlLabel: { id: `${PLUGIN_ID}.plugin.name`, defaultMessage: 'Guaranteed webhooks' },
      permissions: MENU_PERMISSIONS,
      Component: () => import('./pages/App').then((module) => ({ default: module.App })),
    });
    app.registerPlugin({ id: PLUGIN_ID, name: PLUGIN_ID });
    // Strapi before 5.13 has a home page without widgets.
    (app as Partial<StrapiApp>).widgets?.register({
      id: 'deliveries',
      pluginId: PLUGIN_ID,
      icon: Webhooks,
      title: { id: `${PLUGIN_ID}.widget.title`, defaultMessage: 'Guaranteed webhooks' },
      link: {
        label: { id: `${PLUGIN_ID}.widget.link`, defaultMessage: 'View webhooks' },
        href: `/plugins/${PLUGIN_ID}`,
      },
      component: () => import('./home/HomeWidget').then((module) => module.HomeWidget),
      permissions: [{ action: permissionAction('messages.read') }],
    });
  },

  bootstrap(app: StrapiApp) {
    const { apis } = app.getPlugin('content-manager') as unknown as { apis: ContentManager };
    apis.addEditViewSidePanel([DeliveriesPanel]);
    apis.addDocumentAction([SendAction]);
    apis.addBulkAction([SendBulkAction]);
  },

  registerTrads: ({ locales }: { locales: string[] }) => Promise.all(locales.map(loadWords)),
};
