import { useQueryParams } from '@strapi/strapi/admin';

interface LocaleQuery {
  plugins?: { i18n?: { locale?: string } };
}

/** The locale that the Content Manager shows; undefined for content types without locales. */
export const useContentLocale = (): string | undefined => {
  const [{ query }] = useQueryParams<LocaleQuery>();
  return query.plugins?.i18n?.locale;
};
