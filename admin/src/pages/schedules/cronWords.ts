/** Describes a cron expression in the panel's language. */
import cronstrue from 'cronstrue';
import 'cronstrue/locales/de';
import 'cronstrue/locales/es';
import 'cronstrue/locales/fr';
import 'cronstrue/locales/zh_CN';

/** The panel's languages, as cronstrue names them. */
const LOCALES: Record<string, string> = { de: 'de', es: 'es', fr: 'fr', 'zh-Hans': 'zh_CN' };

/**
 * @param locale of the panel, such as `de` or `zh-Hans`; an unknown one reads English.
 * @returns null for an expression that cannot be described.
 */
export const cronWords = (cron: string, locale: string): string | null => {
  try {
    return cronstrue.toString(cron, {
      locale: LOCALES[locale] ?? 'en',
      use24HourTimeFormat: true,
    });
  } catch {
    return null;
  }
};
