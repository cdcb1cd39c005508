/** Describes a cron expression in the panel's language. */
import cronstrue from 'cronstrue';

interface CronLocale {
  /** As cronstrue names it. */
  name: string;
  load: () => Promise<unknown>;
}

/** The panel's languages. A browser loads its own only. */
const LOCALES: Readonly<Record<string, CronLocale>> = {
  de: { name: 'de', load: () => import('cronstrue/locales/de') },
  es: { name: 'es', load: () => import('cronstrue/locales/es') },
  fr: { name: 'fr', load: () => import('cronstrue/locales/fr') },
  'zh-Hans': { name: 'zh_CN', load: () => import('cronstrue/locales/zh_CN') },
};

/**
 * @param locale of the panel, such as `de` or `zh-Hans`; an unknown one reads English.
 * @returns null for an expression that cannot be described.
 */
export async function cronWords(cron: string, locale: string): Promise<string | null> {
  const known = LOCALES[locale];
  await known?.load();
  try {
    return cronstrue.toString(cron, { locale: known?.name ?? 'en', use24HourTimeFormat: true });
  } catch {
    return null;
  }
}
