/** Reads `config/webhooks` of the project, as Strapi has loaded it: with `env()`, and merged by environment. */
import type { Core } from '@strapi/strapi';

const NAME = 'webhooks';

/** @returns undefined without the file. */
export const readSettingsFile = (strapi: Core.Strapi): unknown => strapi.config.get(NAME);

/** Whether the file has a signing secret for this endpoint. */
export function bringsSecret(strapi: Core.Strapi, name: string): boolean {
  const file = readSettingsFile(strapi) as
    { endpoints?: Record<string, { secret?: unknown } | undefined> } | undefined;
  return file?.endpoints?.[name]?.secret !== undefined;
}
